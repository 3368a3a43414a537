// As much of a browser as the code below the components touches, for tests that run in Node.
import { vi } from 'vitest';

export class MemoryStorage implements Storage {
  [name: string]: unknown;
  #texts = new Map<string, string>();

  get length(): number {
    return this.#texts.size;
  }
  clear(): void {
    this.#texts.clear();
  }
  getItem(name: string): string | null {
    return this.#texts.get(name) ?? null;
  }
  key(index: number): string | null {
    return [...this.#texts.keys()][index] ?? null;
  }
  removeItem(name: string): void {
    this.#texts.delete(name);
  }
  setItem(name: string, text: string): void {
    this.#texts.set(name, text);
  }
}

export interface Browser {
  readonly window: EventTarget;
  readonly document: EventTarget & { visibilityState: 'visible' | 'hidden' };
  readonly navigator: { onLine: boolean };
  readonly localStorage: MemoryStorage;
  /** Another tab has written: `text` of null is a removal. */
  otherTab(key: string, text: string | null): void;
  show(): void;
  hide(): void;
  network(onLine: boolean): void;
}

/** Until `vi.unstubAllGlobals()`. */
export function stubBrowser(): Browser {
  const window = new EventTarget();
  const document: Browser['document'] = Object.assign(new EventTarget(), { visibilityState: 'visible' as const });
  const navigator = { onLine: true };
  const localStorage = new MemoryStorage();
  vi.stubGlobal('window', window);
  vi.stubGlobal('document', document);
  vi.stubGlobal('navigator', navigator);
  vi.stubGlobal('localStorage', localStorage);
  const turn = (visibility: 'visible' | 'hidden') => {
    document.visibilityState = visibility;
    document.dispatchEvent(new Event('visibilitychange'));
  };
  return {
    window,
    document,
    navigator,
    localStorage,
    otherTab(key, text) {
      if (text === null) localStorage.removeItem(key);
      else localStorage.setItem(key, text);
      window.dispatchEvent(Object.assign(new Event('storage'), { key, newValue: text }));
    },
    show() { turn('visible'); },
    hide() { turn('hidden'); },
    network(onLine) {
      navigator.onLine = onLine;
      window.dispatchEvent(new Event(onLine ? 'online' : 'offline'));
    },
  };
}
