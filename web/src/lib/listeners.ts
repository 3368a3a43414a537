// Who wants to hear of something. Adding and removing while the others are being told is allowed.
export class Listeners<Arguments extends unknown[] = []> {
  #listeners = new Set<(...values: Arguments) => void>();

  /** @returns what ends it. */
  add(listener: (...values: Arguments) => void): () => void {
    // One that is added twice is told twice.
    const own = (...values: Arguments) => { listener(...values); };
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  tell(...values: Arguments): void {
    for (const listener of [...this.#listeners]) listener(...values);
  }

  clear(): void {
    this.#listeners.clear();
  }
}
