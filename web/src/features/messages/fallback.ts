// When sockets do not get through but HTTP does, the conversation goes on over requests: looking for what is new every few
// seconds, seldomer while nothing is. Trying the socket never stops, and the first connection ends this.
import type { Connection } from '@/lib/socket';

const soonest = 3000;
const latest = 15_000;
/** Tries without an answer after which HTTP is asked. */
const triesFirst = 2;

export interface FallbackOptions {
  readonly connection: Connection;
  /** Asks over HTTP for what is new. @returns whether there was something, or why it failed. */
  readonly poll: () => Promise<'news' | 'nothing' | 'failed'>;
  /** It began or ended. */
  readonly onChange: () => void;
}

export class Fallback {
  active = false;
  readonly #options: FallbackOptions;
  readonly #stop: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #polling = false;
  #wait = soonest;
  #asked = 0;
  #closed = false;

  constructor(options: FallbackOptions) {
    this.#options = options;
    this.#stop = options.connection.onLine(() => { this.look(); });
  }

  /** Something was written: the answer may come soon. */
  hurry(): void {
    if (!this.active) return;
    this.#wait = soonest;
    this.#schedule();
  }

  /** Begins or ends as the connection demands. */
  look(): void {
    const { line, unanswered } = this.#options.connection;
    if (line.kind === 'online' || line.kind === 'refused' || unanswered === 0) {
      this.#asked = 0;
      this.#end();
    } else if (!this.active && unanswered >= triesFirst && unanswered !== this.#asked) {
      this.#asked = unanswered;
      void this.#poll();
    }
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#stop();
  }

  async #poll(): Promise<void> {
    if (this.#polling || this.#closed) return;
    this.#polling = true;
    const result = await this.#options.poll();
    this.#polling = false;
    if (this.#stopped() || this.#options.connection.line.kind === 'online') return;
    if (result === 'failed') {
      this.#end();
      return;
    }
    this.#wait = result === 'news' ? soonest : Math.min(latest, this.#wait * 1.5);
    if (!this.active) {
      this.active = true;
      this.#options.onChange();
    }
    this.#schedule();
  }

  #stopped(): boolean {
    return this.#closed;
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#poll(), this.#wait);
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#wait = soonest;
    if (!this.active) return;
    this.active = false;
    this.#options.onChange();
  }
}
