// What gives a page its theme. It stands in the page itself and runs before anything is drawn, so that nothing flashes in the
// wrong colours; and it goes on to follow the choice, the other tabs and the system, so that React need not.

export type ThemeChoice = 'system' | 'light' | 'dark';

/** Where the choice is stored, and the event that says that it changed, with the choice as its detail. */
export const themeName = 'quickclinic.theme';

/** Knows nothing but its argument and the page: only its text gets there. */
export function followTheme(name: string): void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  let chosen: unknown;
  const show = () => {
    let choice = chosen;
    try {
      choice = localStorage.getItem(name) ?? chosen;
    } catch {
      // Storage is blocked.
    }
    document.documentElement.classList.toggle('dark', choice === 'dark' || (choice !== 'light' && system.matches));
  };
  show();
  system.addEventListener('change', show);
  addEventListener('storage', show);
  addEventListener(name, (event) => {
    chosen = (event as CustomEvent<unknown>).detail;
    show();
  });
}
