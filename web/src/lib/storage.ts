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

/** @returns whether it is there now, or gone when `text` is undefined. */
export function writeText(name: string, text: string | undefined): boolean {
  try {
    const storage = local();
    if (text === undefined) storage?.removeItem(name);
    else storage?.setItem(name, text);
    return storage !== undefined;
  } catch {
    return false; // Full or forbidden.
  }
}

/** Everything whose name begins with `prefix`, by what follows it. */
export function readTexts(prefix: string): Map<string, string> {
  const texts = new Map<string, string>();
  try {
    const storage = local();
    for (let index = 0; index < (storage?.length ?? 0); ++index) {
      const name = storage?.key(index);
      const text = name?.startsWith(prefix) ? storage?.getItem(name) : undefined;
      if (name != null && text != null) texts.set(name.slice(prefix.length), text);
    }
  } catch {
    // Forbidden.
  }
  return texts;
}

/** Removes everything whose name begins with `prefix`. */
export function removeTexts(prefix: string): void {
  for (const name of readTexts(prefix).keys()) writeText(prefix + name, undefined);
}
