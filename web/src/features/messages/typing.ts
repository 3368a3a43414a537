// Who is writing: out at most every few seconds, in for a few seconds after the last word of it.
import type { Connection } from '@/lib/socket';

const outEvery = 2500;
/** Longer than the other side's silence between two words of it. */
const inFor = 4000;

export class Typing {
  readonly #connection: Connection;
  readonly #show: (typing: boolean) => void;
  #said = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(connection: Connection, show: (typing: boolean) => void) {
    this.#connection = connection;
    this.#show = show;
  }

  /** The own composer changed. */
  say(): void {
    const now = Date.now();
    if (now - this.#said < outEvery) return;
    this.#said = now;
    this.#connection.mention('user_typing');
  }

  /** The own message is out: the next word is news again. */
  sent(): void {
    this.#said = -Infinity;
  }

  /** The other person is writing. */
  heard(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => { this.#show(false); }, inFor);
    this.#show(true);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
