// One open conversation: joins the model with the connection, the outbox and the ways to load messages.
import type { Message } from '@/lib/events';
import { Listeners } from '@/lib/listeners';
import { backoff, type Line } from '@/lib/line';
import { randomId } from '@/lib/random_id';
import { openConnection, type Connection } from '@/lib/socket';
import { catchUp, older, open, type Caught } from './catch_up';
import { Fallback } from './fallback';
import { emptyModel, reduce, type Action, type Model } from './model';
import { Outbox, resultOf, type SendResult } from './outbox';
import { Receipt, WhenVisible } from './reading';
import { httpSource, socketSource, type Source } from './sources';
import type { Conversation, ConversationOptions, ConversationState } from './types';
import { Typing } from './typing';
import { openUnsent, type Unsent } from './unsent';

/** Connects, and keeps the conversation in touch with the server until `close`. */
export function openConversation(options: ConversationOptions, connect: typeof openConnection = openConnection): Conversation {
  // One trip over HTTP, where a connection takes some: the newest messages are there before it is.
  const early = open(httpSource(options.relationId, options), options.userId);
  return new OpenConversation(options, connect({ ...options, after: early }), early);
}

/** How long a message of an earlier connection may hold up catching up. */
const doubtMax = 3000;
/** A connection that slept answers within this, or it is dead. */
const wakeTimeout = 5000;

class OpenConversation implements Conversation {
  readonly #listeners = new Listeners();
  readonly #connection: Connection;
  readonly #socketSource: Source;
  readonly #httpSource: Source;
  readonly #outbox: Outbox;
  readonly #fallback: Fallback;
  readonly #typing: Typing;
  readonly #read: Receipt;
  readonly #delivered: Receipt;
  readonly #visible = new WhenVisible();
  #model: Model;
  #userName = '';
  #watching = false;
  #refused: Extract<Line, { kind: 'refused' }> | undefined;
  #connected = false;
  /** Changes with every connection; what an earlier one still answers is dropped. */
  #epoch = 0;
  #failures = 0;
  #again: ReturnType<typeof setTimeout> | undefined;
  #lastDelivered = -Infinity;
  #closed = false;

  constructor({ relationId, userId, ...origin }: ConversationOptions, connection: Connection, early: Promise<Caught>) {
    const name = `${userId}:${relationId}`;
    this.#connection = connection;
    this.#model = emptyModel(userId);
    this.#socketSource = socketSource(connection);
    this.#httpSource = httpSource(relationId, origin);
    this.#outbox = new Outbox({
      name: `quickclinic:unsent:${name}`,
      store: openUnsent(userId, relationId),
      send: (message) => this.#transmit(message),
      onFailed: (clientId, failure) => { this.#dispatch({ type: 'failed', clientId, failure }); },
    });
    this.#typing = new Typing(connection, (typing) => { this.#dispatch({ type: 'typing', typing }); });
    this.#read = new Receipt(connection, 'mark_as_read');
    this.#delivered = new Receipt(connection, 'mark_as_delivered');
    this.#fallback = new Fallback({ connection, poll: () => this.#poll(), onChange: () => { this.#fallbackChanged(); } });
    this.#loadUnsent();
    this.#listen();
    void this.#openEarly(early);
  }

  // -- what a component sees

  getState(): ConversationState {
    return this.#model;
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  send(text: string): void {
    const trimmed = text.trim();
    if (trimmed === '' || this.#closed) return;
    const message = { clientId: randomId(), text: trimmed, writtenAt: Date.now() };
    this.#show(message);
    this.#typing.sent();
    this.#fallback.hurry();
    this.#outbox.add(message);
  }

  retry(key: string): void {
    this.#dispatch({ type: 'retried', clientId: key });
    this.#outbox.retry(key);
  }

  discard(key: string): string | undefined {
    const message = this.#model.messages.find((candidate) => candidate.key === key);
    if (message?.delivery !== 'failed') return undefined;
    this.#dispatch({ type: 'discarded', clientId: key });
    this.#outbox.remove(key);
    return message.text;
  }

  loadOlder(): void {
    const source = this.#source();
    const { history, opened } = this.#model;
    if (!source || history === 'complete' || (history === 'loading' && opened)) return;
    if (!opened) {
      void this.#synchronise();
      return;
    }
    this.#dispatch({ type: 'history', history: 'loading' });
    void this.#follow(older(source, this.#model), this.#epoch).then((code) => {
      if (code !== undefined) this.#dispatch({ type: 'history', history: 'failed' });
    });
  }

  see(key: string): void {
    this.#visible.run(() => { this.#markRead(key); });
  }

  writing(): void {
    this.#typing.say();
  }

  reconnect(): void {
    this.#refused = undefined;
    this.#showLine();
    this.#connection.reconnect();
  }

  close(): void {
    if (this.#closed) return;
    void this.#read.tell().finally(() => { this.#connection.close(); });
    this.#closed = true;
    clearTimeout(this.#again);
    this.#fallback.close();
    this.#outbox.close();
    this.#typing.stop();
    this.#delivered.stop();
    this.#visible.stop();
    this.#listeners.clear();
  }

  // -- the connection

  #listen(): void {
    const { userId } = this.#model;
    this.#connection.onLine(() => { this.#showLine(); });
    this.#connection.onConnect(() => { this.#opened(); });
    this.#connection.onDisconnect(() => { this.#lost(); });
    this.#connection.onWake(() => void this.#synchronise(wakeTimeout));
    this.#connection.on('connected', ({ userName }) => { this.#userName = userName; });
    this.#connection.on('new_message', ({ message }) => { this.#arrived(message); });
    this.#connection.on('message_read', ({ messageId, readBy }) => {
      this.#dispatch({ type: 'marked', mark: 'read', userId: readBy, messageId });
    });
    this.#connection.on('message_delivered', ({ messageId, deliveredTo }) => {
      this.#dispatch({ type: 'marked', mark: 'delivered', userId: deliveredTo, messageId });
    });
    this.#connection.on('user_typing', (writer) => {
      if (writer.userId !== userId) this.#typing.heard();
    });
    this.#connection.on('presence', (presence) => {
      if (presence.userId !== userId) this.#showPresence(presence);
    });
  }

  #opened(): void {
    ++this.#epoch;
    this.#connected = true;
    this.#refused = undefined;
    // From here on the stream is another one; between the two there is a gap until we have caught up.
    this.#dispatch({ type: 'cut' });
    this.#showLine();
    void this.#watch(this.#epoch);
    void this.#synchronise();
  }

  #lost(): void {
    ++this.#epoch;
    this.#connected = false;
    this.#watching = false;
    clearTimeout(this.#again);
    this.#dispatch({ type: 'cut' });
  }

  /** Servers that know nothing of it do not answer, and everything else goes on. */
  async #watch(epoch: number): Promise<void> {
    const answer = await this.#connection.request('watch_conversation', {});
    if (!answer.ok || epoch !== this.#epoch || this.#closed) return;
    this.#watching = true;
    for (const [userId, messageId] of Object.entries(answer.value.deliveredState)) {
      this.#dispatch({ type: 'marked', mark: 'delivered', userId, messageId });
    }
    if (answer.value.presence) this.#showPresence(answer.value.presence);
    this.#markDelivered();
  }

  #showPresence({ online, lastSeenAt }: { online: boolean; lastSeenAt?: number | null | undefined }): void {
    this.#dispatch({ type: 'presence', presence: { online, ...(lastSeenAt == null ? {} : { lastSeenAt }) } });
  }

  #source(): Source | undefined {
    if (this.#connected) return this.#socketSource;
    return this.#fallback.active ? this.#httpSource : undefined;
  }

  // -- catching up

  /** What was asked over HTTP is what was known before the connection; without marks it is not known where to open. */
  async #openEarly(early: Promise<Caught>): Promise<void> {
    const epoch = this.#epoch;
    const caught = await early;
    if (!caught.ok || epoch !== this.#epoch || this.#closed || this.#model.opened || this.#outbox.doubtful) return;
    for (const action of caught.actions) {
      if (action.type === 'opened' && action.readState) this.#dispatch(action);
    }
  }

  /** Brings everything up to date over the connection; tries again while it lasts. */
  async #synchronise(timeout?: number): Promise<void> {
    clearTimeout(this.#again);
    const epoch = this.#epoch;
    // A message whose acknowledgement was lost is in the history, but which one it is only its acknowledgement says: ask for it
    // again first, so that it is never seen twice.
    if (this.#outbox.doubtful) await atMost(doubtMax, this.#outbox.flush());
    if (epoch !== this.#epoch || !this.#connected) return;
    const code = await this.#follow(catchUp(this.#socketSource, this.#model, timeout), epoch);
    if (epoch !== this.#epoch || this.#closed) return;
    if (code === undefined) {
      this.#failures = 0;
      this.#markDelivered();
      void this.#read.tell();
      void this.#outbox.flush();
      return;
    }
    if (!this.#model.opened) this.#dispatch({ type: 'history', history: 'failed' });
    if (code === 'timeout' && timeout !== undefined) this.#connection.restart();
    else this.#again = setTimeout(() => void this.#synchronise(), backoff(this.#failures++));
  }

  /** Tells the model what was loaded, unless the connection is another one by then. @returns the error's code, if any. */
  async #follow(loading: Promise<Caught>, epoch: number): Promise<string | undefined> {
    const caught = await loading;
    if (epoch !== this.#epoch || this.#closed) return undefined;
    if (!caught.ok) return caught.code;
    for (const action of caught.actions) this.#dispatch(action);
    return undefined;
  }

  async #poll(): Promise<'news' | 'nothing' | 'failed'> {
    const before = this.#model.storedCount;
    const code = await this.#follow(catchUp(this.#httpSource, this.#model), this.#epoch);
    if (code === undefined) return this.#model.storedCount > before ? 'news' : 'nothing';
    const reason = ({ unauthenticated: 'session', forbidden: 'forbidden', not_found: 'not_found' } as const)[code];
    if (reason) {
      this.#refused = { kind: 'refused', reason };
      this.#showLine();
    }
    return 'failed';
  }

  #fallbackChanged(): void {
    this.#showLine();
    if (this.#fallback.active) void this.#outbox.flush();
  }

  #showLine(): void {
    if (this.#closed) return;
    const { line } = this.#connection;
    const shown: Line = line.kind === 'online' ? line : (this.#refused ?? (this.#fallback.active ? { kind: 'fallback' } : line));
    if (shown !== this.#model.line) this.#dispatch({ type: 'line', line: shown });
  }

  // -- messages

  #arrived(message: Message): void {
    if (message.clientMessageId !== undefined) this.#outbox.remove(message.clientMessageId);
    this.#dispatch({ type: 'arrived', message });
    if (message.senderId !== this.#model.userId) this.#markDelivered();
  }

  #loadUnsent(): void {
    for (const message of this.#outbox.load()) {
      this.#show(message);
      if (message.failure !== undefined) this.#dispatch({ type: 'failed', clientId: message.clientId, failure: message.failure });
    }
  }

  #show({ clientId, text, writtenAt }: Unsent): void {
    this.#dispatch({ type: 'written', clientId, text, at: writtenAt, senderName: this.#userName });
  }

  async #transmit({ clientId, text }: Unsent): Promise<SendResult> {
    const source = this.#source();
    if (!source) return { kind: 'offline' };
    const sent = await source.send(text, clientId);
    if (!sent.ok) return resultOf(sent.code);
    this.#dispatch({ type: 'acknowledged', clientId, message: sent.message });
    return { kind: 'stored' };
  }

  // -- marks

  #markRead(key: string): void {
    const { messages, storedCount, userId, ownRead } = this.#model;
    let index = messages.findIndex((message) => message.key === key);
    if (index >= storedCount) index = storedCount - 1;
    while (index >= 0 && messages[index]?.senderId === userId) --index;
    const message = messages[index];
    if (message?.id === undefined || message.createdAt <= ownRead.at) return;
    this.#dispatch({ type: 'marked', mark: 'read', userId, messageId: message.id });
    this.#read.mark(message.id);
  }

  /** The newest message of the other person has reached this device. */
  #markDelivered(): void {
    if (!this.#watching) return;
    const { messages, storedCount, userId, ownRead } = this.#model;
    let index = storedCount - 1;
    while (index >= 0 && messages[index]?.senderId === userId) --index;
    const message = messages[index];
    if (message?.id === undefined || message.createdAt <= Math.max(ownRead.at, this.#lastDelivered)) return;
    this.#lastDelivered = message.createdAt;
    this.#delivered.mark(message.id);
  }

  #dispatch(action: Action): void {
    if (this.#closed) return;
    const before = this.#model;
    this.#model = reduce(before, action);
    if (this.#model !== before) this.#listeners.tell();
  }
}

async function atMost(milliseconds: number, work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  await Promise.race([work, new Promise<void>((resolve) => { timer = setTimeout(resolve, milliseconds); })]);
  clearTimeout(timer);
}
