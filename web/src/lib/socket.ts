// The connection to the server, and the only module that knows the Socket.IO client, which it loads when it first connects: what
// a page shows first comes over HTTP.
//
// It connects when it is made and keeps trying until it is closed or refused: the schedule is its own rather than the
// client's, so that people can be told when the next try is, and because the client does not try again by itself after
// `io server disconnect` or a refused connection. Nothing is buffered while the line is down: what is said then fails at once,
// and whoever said it decides.
import type { Socket } from 'socket.io-client';
import {
  parseAcknowledgement, parseEvent,
  type Accepted, type EventName, type EventPayload, type RequestName,
} from './events';
import type { Origin } from './http';
import { backoff, lineOf, quietFor, refusalOf, type Line, type Refusal } from './line';
import { Listeners } from './listeners';
import { watchWake } from './wake';

export interface ConnectionOptions extends Origin {
  /** With one it is a chat connection, without a notification connection. */
  readonly relationId?: string;
  /** The first try waits for this, though not for long: what is shown first needs the line, and the processor, more. */
  readonly after?: Promise<unknown>;
}

export type Answer<Name extends RequestName> =
  | { readonly ok: true; readonly value: Accepted<Name> }
  /** The server's error code, or `timeout` (no answer), `offline` (not connected, or cut off meanwhile), `malformed`. */
  | { readonly ok: false; readonly code: string };

export interface Connection {
  readonly line: Line;
  /** Tries in a row that got no answer from a Socket.IO server; 0 as soon as one answers, be it with a refusal. */
  readonly unanswered: number;
  onLine(listener: () => void): () => void;
  /** A new socket on the server: rooms and watches begin anew. */
  onConnect(listener: () => void): () => void;
  onDisconnect(listener: () => void): () => void;
  /** The page has come back from sleep, with a connection that may be dead: ask something, and `restart` when no answer comes. */
  onWake(listener: () => void): () => void;
  /** Payloads that are not what they should be never arrive. */
  on<Name extends EventName>(event: Name, listener: (payload: EventPayload<Name>) => void): () => void;
  request<Name extends RequestName>(event: Name, payload: object, timeout?: number): Promise<Answer<Name>>;
  /** Says something that may get lost. */
  mention(event: RequestName): void;
  /** Tries now, also after a refusal. */
  reconnect(): void;
  /** Drops a connection that does not answer and makes another. */
  restart(): void;
  /** For good. */
  close(): void;
}

const connectTimeout = 10_000;
const answerTimeout = 10_000;
/** How long the first try may be put off. */
const putOffMax = 3000;
/** What has come takes about so long to be drawn, on a phone. */
const drawing = 200;
/** What lived shorter does not count as a success. */
const stable = 5000;

export function openConnection(options: ConnectionOptions): Connection {
  return new SocketConnection(options);
}

async function makeSocket({ serverUrl, relationId, token }: ConnectionOptions): Promise<Socket> {
  const { io } = await import('socket.io-client');
  const options = {
    autoConnect: false,
    forceNew: true,
    reconnection: false,
    timeout: connectTimeout,
    withCredentials: true,
    // After a success the next connection begins with WebSocket; after a failure with polling, which passes everywhere.
    rememberUpgrade: true,
    auth: { ...(relationId === undefined ? {} : { relationId }), ...(token === undefined ? {} : { token }) },
  };
  return serverUrl === undefined ? io(options) : io(serverUrl, options);
}

/** What has come is on the screen, measured and in its place; at once where nothing is drawn. */
function shown(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof document === 'undefined' || document.hidden) resolve();
    else setTimeout(resolve, drawing);
  });
}

class SocketConnection implements Connection {
  line: Line = { kind: 'connecting' };
  unanswered = 0;

  readonly #lines = new Listeners();
  readonly #connects = new Listeners();
  readonly #disconnects = new Listeners();
  readonly #wakes = new Listeners();
  readonly #stopWatching: (() => void)[] = [];
  #connected = false;
  #known = false;
  #closed = false;
  #refused: Refusal | undefined;
  #since = Date.now();
  #connectedAt = 0;
  #retryAt: number | undefined;
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #attempt: ReturnType<typeof setTimeout> | undefined;
  #lineTimer: ReturnType<typeof setTimeout> | undefined;

  readonly #options: ConnectionOptions;
  readonly #events: (readonly [name: string, listener: (payload: unknown) => void])[] = [];
  #socket: Socket | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#stopWatching.push(watchWake(() => { this.#woke(); }));
    if (typeof window !== 'undefined') {
      const network = () => { this.#look(); };
      window.addEventListener('offline', network);
      this.#stopWatching.push(() => { window.removeEventListener('offline', network); });
    }
    if (options.after) this.#tryAfter(options.after);
    else this.#try();
  }

  onLine(listener: () => void) { return this.#lines.add(listener); }
  onConnect(listener: () => void) { return this.#connects.add(listener); }
  onDisconnect(listener: () => void) { return this.#disconnects.add(listener); }
  onWake(listener: () => void) { return this.#wakes.add(listener); }

  on<Name extends EventName>(event: Name, listener: (payload: EventPayload<Name>) => void): () => void {
    const parse = (payload: unknown) => {
      const parsed = parseEvent(event, payload);
      if (parsed !== undefined) listener(parsed);
    };
    const entry = [event as string, parse] as const;
    this.#events.push(entry);
    this.#socket?.on(...entry);
    return () => {
      this.#events.splice(this.#events.indexOf(entry), 1);
      this.#socket?.off(...entry);
    };
  }

  async request<Name extends RequestName>(event: Name, payload: object, timeout = answerTimeout): Promise<Answer<Name>> {
    const socket = this.#socket;
    if (!this.#connected || !socket) return { ok: false, code: 'offline' };
    let raw: unknown;
    try {
      raw = await socket.timeout(timeout).emitWithAck(event, payload);
    } catch {
      return { ok: false, code: socket.connected ? 'timeout' : 'offline' };
    }
    const answer = parseAcknowledgement(event, raw);
    if (answer === undefined) return { ok: false, code: 'malformed' };
    return answer.ok ? { ok: true, value: answer as Accepted<Name> } : { ok: false, code: answer.error.code };
  }

  mention(event: RequestName): void {
    if (this.#connected) this.#socket?.volatile.emit(event);
  }

  reconnect(): void {
    if (this.#connected || this.#closed) return;
    this.#failures = 0;
    this.#refused = undefined;
    if (this.#attempt === undefined) this.#try();
  }

  restart(): void {
    if (this.#closed) return;
    this.#socket?.disconnect();
    this.reconnect();
  }

  close(): void {
    this.#closed = true;
    for (const timer of [this.#retry, this.#attempt, this.#lineTimer]) clearTimeout(timer);
    for (const stop of this.#stopWatching) stop();
    for (const listeners of [this.#lines, this.#connects, this.#disconnects, this.#wakes]) listeners.clear();
    this.#socket?.off();
    this.#socket?.disconnect();
  }

  #tryAfter(work: Promise<unknown>): void {
    const begin = () => {
      clearTimeout(this.#retry);
      if (this.#socket === undefined && this.#attempt === undefined) this.#try();
    };
    this.#retry = setTimeout(begin, putOffMax);
    void work.catch(() => undefined).then(shown).then(begin);
    this.#look();
  }

  #try(): void {
    if (this.#closed) return;
    clearTimeout(this.#retry);
    // The client waits for ever for a server that opens the transport and then says nothing.
    this.#attempt = setTimeout(() => {
      this.#socket?.disconnect();
      this.#failed(new Error('timeout'));
    }, connectTimeout + stable);
    if (this.#socket) this.#socket.connect();
    else void this.#begin();
    this.#look();
  }

  async #begin(): Promise<void> {
    let socket: Socket;
    try {
      socket = await makeSocket(this.#options);
    } catch {
      this.#failed(new Error('the client could not be loaded'));
      return;
    }
    if (this.#closed || this.#socket) return;
    this.#socket = socket;
    socket.on('connect', () => { this.#opened(); });
    socket.on('disconnect', () => { this.#lost(); });
    socket.on('connect_error', (error) => { this.#failed(error); });
    for (const entry of this.#events) socket.on(...entry);
    if (this.#attempt !== undefined) socket.connect(); // else it took so long that another try is due by then
  }

  #opened(): void {
    clearTimeout(this.#attempt);
    this.#attempt = undefined;
    this.#connected = true;
    this.#known = true;
    this.#connectedAt = Date.now();
    this.unanswered = 0;
    this.#retryAt = undefined;
    this.#look();
    this.#connects.tell();
  }

  #lost(): void {
    if (!this.#connected) return;
    this.#connected = false;
    this.#since = Date.now();
    this.#failures = this.#since - this.#connectedAt < stable ? this.#failures + 1 : 0;
    this.#schedule();
    this.#disconnects.tell();
  }

  #failed(error: Error): void {
    if (this.#connected || this.#closed) return;
    clearTimeout(this.#attempt);
    this.#attempt = undefined;
    // Only a server sends data along with its refusal; everything else comes from the transport.
    const answered = refusalOf(error.message) !== undefined || 'data' in error;
    this.unanswered = answered ? 0 : this.unanswered + 1;
    this.#refused = refusalOf(error.message);
    ++this.#failures;
    if (this.#refused) this.#look();
    else this.#schedule();
  }

  #schedule(): void {
    clearTimeout(this.#retry);
    const wait = backoff(Math.max(0, this.#failures - 1));
    this.#retryAt = Date.now() + wait;
    this.#retry = setTimeout(() => { this.#try(); }, wait);
    this.#look();
  }

  #woke(): void {
    if (this.#connected) this.#wakes.tell();
    else if (!this.#refused) this.reconnect();
    this.#look();
  }

  /** Works out the line and tells when it has changed; also when nothing but time has passed. */
  #look(): void {
    clearTimeout(this.#lineTimer);
    if (this.#closed) return;
    const now = Date.now();
    const line = lineOf({
      connected: this.#connected,
      refused: this.#refused,
      known: this.#known,
      since: this.#since,
      retryAt: this.#retryAt,
      network: typeof navigator === 'undefined' || (navigator as Partial<Navigator>).onLine !== false,
    }, now);
    const loud = this.#since + quietFor - now;
    if (!this.#connected && loud > 0) this.#lineTimer = setTimeout(() => { this.#look(); }, loud);
    if (JSON.stringify(line) === JSON.stringify(this.line)) return;
    this.line = line;
    this.#lines.tell();
  }
}
