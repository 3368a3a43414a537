// Which language this browser shows: what its reader chose here, else what the browser prefers. Shared by all tabs.
import { useSyncExternalStore } from 'react';
import { localeFor, type Locale } from './translate';

const storageKey = 'quickclinic.locale';
const listeners = new Set<() => void>();
let chosen: Locale | undefined;  // stands in for storage where that is blocked

function choice(): Locale {
  try {
    const stored = localStorage.getItem(storageKey);
    if (stored === 'en' || stored === 'hi') return stored;
  } catch {
    // Storage is blocked.
  }
  return chosen ?? localeFor(navigator.languages);
}

export function chooseLocale(locale: Locale): void {
  chosen = locale;
  try {
    localStorage.setItem(storageKey, locale);
  } catch {
    // Storage is blocked: until the next reload, then.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener('storage', listener);
  };
}

/** English in the exported page, the reader's language as soon as it runs. */
export function useLocaleChoice(): Locale {
  return useSyncExternalStore(subscribe, choice, () => 'en');
}
