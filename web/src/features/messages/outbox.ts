// Sends what was written in one conversation, in the order in which it was written, each message once.
//
// One at a time: a message is not sent before the one ahead of it is stored or has failed for good, so that no failure in
// between changes the order. "Once" is the server's promise for one client id; here it only takes always sending the same one.
// Tabs of one person share the list. They take turns by a lock where browsers have them; where not, both send and the server
// keeps one.
import { backoff } from '@/lib/line';
import type { Unsent, UnsentStore } from './unsent';

export type SendResult =
  | { readonly kind: 'stored' }
  /** Never, unless somebody retries it. */
  | { readonly kind: 'failed'; readonly failure: string }
  /** Not now. */
  | { readonly kind: 'later' }
  /** There is no line; `flush` says when there is one again. */
  | { readonly kind: 'offline' };

export interface OutboxOptions {
  /** Names the lock and the channel between tabs. */
  readonly name: string;
  readonly store: UnsentStore;
  readonly send: (message: Unsent) => Promise<SendResult>;
  readonly onFailed: (clientId: string, failure: string) => void;
}

/** What comes of an error code of the server's. */
export function resultOf(code: string): SendResult {
  if (code === 'offline') return { kind: 'offline' };
  const passing = ['unavailable', 'rate_limited', 'timeout', 'internal', 'malformed'];
  return passing.includes(code) ? { kind: 'later' } : { kind: 'failed', failure: code };
}

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #channel: BroadcastChannel | undefined;
  /** Sent perhaps, answer unknown: the server may have it already. */
  readonly #doubtful = new Set<string>();
  #running: Promise<void> | undefined;
  #again = false;
  #waits = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
    if (typeof BroadcastChannel !== 'undefined') {
      this.#channel = new BroadcastChannel(options.name);
      this.#channel.onmessage = ({ data }: MessageEvent<{ clientId: string; failure: string }>) => {
        options.onFailed(data.clientId, data.failure);
      };
    }
  }

  /** What an earlier page or another tab has left. */
  load(): readonly Unsent[] {
    const list = this.#options.store.list();
    for (const { clientId, failure } of list) if (failure === undefined) this.#doubtful.add(clientId);
    return list;
  }

  /** Whether the server may have a message of which it is not known here. */
  get doubtful(): boolean {
    return this.#doubtful.size > 0;
  }

  /** It is kept when this returns. */
  add(message: Unsent): void {
    this.#options.store.put(message);
    void this.flush();
  }

  retry(clientId: string): void {
    this.#change(clientId, ({ text, writtenAt }) => ({ clientId, text, writtenAt }));
    void this.flush();
  }

  /** Is stored on the server, or no longer wanted. */
  remove(clientId: string): void {
    this.#doubtful.delete(clientId);
    this.#options.store.remove(clientId);
  }

  /** Sends all that waits. @returns when nothing more can be sent for now. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#again = true;
    this.#running ??= this.#run().finally(() => (this.#running = undefined));
    return this.#running;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#channel?.close();
  }

  async #run(): Promise<void> {
    while (this.#again && !this.#closed) {
      this.#again = false;
      while (await this.#inTurn(() => this.#sendNext()));
    }
  }

  /** @returns whether it makes sense to go on. */
  async #sendNext(): Promise<boolean> {
    const next = this.#options.store.list().find(({ failure }) => failure === undefined);
    if (!next || this.#closed) return false;
    this.#doubtful.add(next.clientId);
    const result = await this.#options.send(next);
    switch (result.kind) {
      case 'stored':
        this.#waits = 0;
        this.remove(next.clientId);
        return true;
      case 'failed':
        this.#doubtful.delete(next.clientId);
        this.#change(next.clientId, (message) => ({ ...message, failure: result.failure }));
        this.#options.onFailed(next.clientId, result.failure);
        this.#tellTabs({ clientId: next.clientId, failure: result.failure });
        return true;
      case 'later':
        this.#wait();
        return false;
      case 'offline':
        return false;
    }
  }

  #tellTabs(failed: { clientId: string; failure: string }): void {
    if (!this.#closed) this.#channel?.postMessage(failed);
  }

  #wait(): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), backoff(this.#waits));
    ++this.#waits;
  }

  #change(clientId: string, change: (message: Unsent) => Unsent): void {
    const message = this.#options.store.list().find((candidate) => candidate.clientId === clientId);
    if (message) this.#options.store.put(change(message));
  }

  // The lock is given back after every message: a tab without a line must not hold up one that has one.
  async #inTurn(work: () => Promise<boolean>): Promise<boolean> {
    const locks = typeof navigator === 'undefined' ? undefined : (navigator as Partial<Navigator>).locks;
    if (!locks) return work();
    return locks.request<Promise<boolean>>(this.#options.name, work);
  }
}
