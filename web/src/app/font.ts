// Inter, the typeface, is as heavy as half of the scripts. A browser that may not have it yet loads it after the first view, and
// from then on at once.
import { writeText } from '@/lib/storage';
import { afterFirstView } from './after_first_view';

/** Where it is stored that this browser has loaded it. */
export const fontName = 'quickclinic.font';

/** Knows nothing but its argument and the page: only its text gets there, before anything is drawn. */
export function showFontIfLoaded(name: string): void {
  try {
    if (localStorage.getItem(name)) document.documentElement.classList.add('inter');
  } catch {
    // Storage is blocked.
  }
}

/** Loads it when the page has shown what it has. @returns what stops that. */
export function loadFont(): () => void {
  return afterFirstView(() => {
    document.documentElement.classList.add('inter');
    writeText(fontName, 'loaded');
  });
}
