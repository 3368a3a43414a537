// The browser's small storages, which may be missing (on the server), full, or forbidden (private windows, embedded pages).
// What cannot be stored is forgotten with the page; nothing here throws.

function local(): Storage | undefined {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}

export function readText(name: string): string | undefined {
  try {
    return local()?.getItem(name) ?? undefined;
  } catch {
    return undefined;
  }
}

export function writeText(name: string, text: string | undefined): void {
  try {
    if (text === undefined) local()?.removeItem(name);
    else local()?.setItem(name, text);
  } catch {
    // Full or forbidden.
  }
}

/** Removes everything whose name begins with `prefix`. */
export function removeTexts(prefix: string): void {
  try {
    const storage = local();
    if (!storage) return;
    const names = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '');
    for (const name of names) if (name.startsWith(prefix)) storage.removeItem(name);
  } catch {
    // Forbidden.
  }
}
