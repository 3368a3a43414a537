// A connection that does what a test says, with a server of a few lines behind it.
import { acknowledgements, parseAcknowledgement, parseEvent, type EventName, type EventPayload, type RequestName } from '@/lib/events';
import type { Line } from '@/lib/line';
import { Listeners } from '@/lib/listeners';
import type { Answer, Connection } from '@/lib/socket';

type Handler = (payload: Record<string, unknown>) => unknown;

export class FakeConnection implements Connection {
  line: Line = { kind: 'connecting' };
  unanswered = 0;
  /** Everything that was asked, in order. */
  readonly asked: { event: RequestName; payload: Record<string, unknown> }[] = [];
  readonly mentioned: RequestName[] = [];
  restarts = 0;
  reconnects = 0;
  closed = false;
  readonly #handlers = new Map<RequestName, Handler>();
  readonly #listeners = new Map<EventName, Listeners<[never]>>();
  readonly #lines = new Listeners();
  readonly #connects = new Listeners();
  readonly #disconnects = new Listeners();
  readonly #wakes = new Listeners();

  /** What the server answers to `event`, as it stands on the wire; nothing is no answer. */
  answer(event: RequestName, handler: Handler): this {
    this.#handlers.set(event, handler);
    return this;
  }

  connect(): void {
    this.unanswered = 0;
    this.setLine({ kind: 'online' });
    this.#connects.tell();
  }

  lose(): void {
    this.setLine({ kind: 'quiet' });
    this.#disconnects.tell();
  }

  /** Another try came to nothing. */
  fail(): void {
    ++this.unanswered;
    this.setLine({ kind: 'reconnecting', retryAt: Date.now() + 1000 });
  }

  wake(): void {
    this.#wakes.tell();
  }

  setLine(line: Line): void {
    this.line = line;
    this.#lines.tell();
  }

  /** The server says something, as it stands on the wire. */
  emit(event: EventName, payload: unknown): void {
    const parsed = parseEvent(event, payload);
    if (parsed !== undefined) this.#listeners.get(event)?.tell(parsed as never);
  }

  times(event: RequestName): number {
    return this.asked.filter((each) => each.event === event).length;
  }

  onLine(listener: () => void) { return this.#lines.add(listener); }
  onConnect(listener: () => void) { return this.#connects.add(listener); }
  onDisconnect(listener: () => void) { return this.#disconnects.add(listener); }
  onWake(listener: () => void) { return this.#wakes.add(listener); }

  on<Name extends EventName>(event: Name, listener: (payload: EventPayload<Name>) => void): () => void {
    const listeners = this.#listeners.get(event) ?? new Listeners<[never]>();
    this.#listeners.set(event, listeners);
    return listeners.add(listener);
  }

  async request<Name extends RequestName>(event: Name, payload: object, timeout = 10_000): Promise<Answer<Name>> {
    if (this.line.kind !== 'online') return { ok: false, code: 'offline' };
    this.asked.push({ event, payload: payload as Record<string, unknown> });
    if (!(event in acknowledgements)) throw new Error(`nobody asks ${event}`);
    const raw = await this.#handlers.get(event)?.(payload as Record<string, unknown>);
    if (raw === undefined) {
      await new Promise((resolve) => setTimeout(resolve, timeout));
      return { ok: false, code: 'timeout' };
    }
    const answer = parseAcknowledgement(event, raw);
    if (answer === undefined) return { ok: false, code: 'malformed' };
    return (answer.ok ? { ok: true, value: answer } : { ok: false, code: answer.error.code }) as Answer<Name>;
  }

  mention(event: RequestName): void {
    this.mentioned.push(event);
  }

  reconnect(): void {
    ++this.reconnects;
  }

  restart(): void {
    ++this.restarts;
  }

  close(): void {
    this.closed = true;
  }
}
