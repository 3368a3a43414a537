// Tells the server how far this person has read and this device has received: a little later and only the last of several,
// only while somebody can see the page, and again after a reconnect until the server has taken it.
import type { Connection } from '@/lib/socket';

/** Reading goes message by message, telling does not. */
const delay = 300;

export class Receipt {
  readonly #connection: Connection;
  readonly #event: 'mark_as_read' | 'mark_as_delivered';
  #wanted: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(connection: Connection, event: 'mark_as_read' | 'mark_as_delivered') {
    this.#connection = connection;
    this.#event = event;
  }

  /** Everything up to this message; the caller never goes back. */
  mark(messageId: string): void {
    this.#wanted = messageId;
    this.#timer ??= setTimeout(() => void this.tell(), delay);
  }

  /** Tells what is still to be told; to be called after every reconnect. */
  async tell(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const messageId = this.#wanted;
    if (messageId === undefined) return;
    const answer = await this.#connection.request(this.#event, { messageId });
    const later = !answer.ok && ['offline', 'timeout', 'unavailable', 'rate_limited'].includes(answer.code);
    if (this.#wanted === messageId && !later) this.#wanted = undefined;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#wanted = undefined;
  }
}

/** Runs what was last asked for as soon as somebody can see the page, at once when somebody does. */
export class WhenVisible {
  #waiting: (() => void) | undefined;
  readonly #shown = () => {
    if (document.visibilityState !== 'visible') return;
    this.#waiting?.();
    this.#waiting = undefined;
  };

  constructor() {
    if (typeof document !== 'undefined') document.addEventListener('visibilitychange', this.#shown);
  }

  run(work: () => void): void {
    if (typeof document === 'undefined' || document.visibilityState === 'visible') {
      this.#waiting = undefined;
      work();
    } else {
      this.#waiting = work;
    }
  }

  stop(): void {
    if (typeof document !== 'undefined') document.removeEventListener('visibilitychange', this.#shown);
  }
}
