// Light or dark: what the reader chose here, else what the system prefers. Shared by all tabs.
import { useSyncExternalStore } from 'react';
import { readText, writeText } from '@/lib/storage';
import { themeName, type ThemeChoice } from './theme_script';

let chosen: ThemeChoice | undefined; // stands in for storage where that is blocked

export function chooseTheme(choice: ThemeChoice): void {
  chosen = choice;
  writeText(themeName, choice);
  window.dispatchEvent(new CustomEvent(themeName, { detail: choice }));
}

function choice(): ThemeChoice {
  const stored = readText(themeName) ?? chosen;
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

function subscribe(listener: () => void): () => void {
  window.addEventListener(themeName, listener);
  window.addEventListener('storage', listener);
  return () => {
    window.removeEventListener(themeName, listener);
    window.removeEventListener('storage', listener);
  };
}

/** What was chosen; the page shows it without this. */
export function useThemeChoice(): ThemeChoice {
  return useSyncExternalStore(subscribe, choice, () => 'system');
}
