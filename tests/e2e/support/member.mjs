// One person's connection through the official client, with everything that ever arrived on it written down.
import { io } from 'socket.io-client';
import { patience } from './program.mjs';
import { pause, within } from './wait.mjs';

/** The three ways in which a client may talk to the server. */
export const transports = {
  websocket: { transports: ['websocket'] },
  polling: { transports: ['polling'] },
  upgrade: { transports: ['polling', 'websocket'] },
};

/** The names of the keys of an object, for comparing shapes. */
export const keys = (value) => Object.keys(value).sort();

const answerTime = 5000 * patience;

/** How an attempt to connect ends. */
const outcomes = ['connected', 'notification_connected', 'connect_error'];

export class Member {
  events = [];
  #taken = new Map();
  #wakers = new Set();

  constructor(url, { transport = 'websocket', ...options } = {}) {
    this.socket = io(url, { ...transports[transport], forceNew: true, reconnection: false, timeout: 5000, ...options });
    this.socket.onAny((event, ...args) => this.#note(event, args[0]));
    this.socket.on('disconnect', (reason) => this.#note('disconnect', reason));
    this.socket.on('connect_error', (error) => this.#note('connect_error', error));
  }

  #note(event, payload) {
    this.events.push({ event, payload });
    for (const wake of this.#wakers) wake();
  }

  /** The payloads of every `event` so far. */
  all(event) {
    return this.events.filter((entry) => entry.event === event).map((entry) => entry.payload);
  }

  /** The payload of the next `event` that has not been taken yet, whether it has come or is still to come. */
  async next(event, time = answerTime) {
    return (await this.#nextOf([event], time)).payload;
  }

  /** The same for whichever of several events comes first; only that one is taken. */
  async #nextOf(events, time = answerTime) {
    const fresh = () => events.find((event) => this.all(event).length > (this.#taken.get(event) ?? 0));
    await this.#when(fresh, `"${events.join('" or "')}"`, time);
    const event = fresh();
    const index = this.#taken.get(event) ?? 0;
    this.#taken.set(event, index + 1);
    return { event, payload: this.all(event)[index] };
  }

  /** Resolves once `count` events of that name have come. */
  async count(event, count, time = answerTime) {
    await this.#when(() => this.all(event).length >= count, `${count} of "${event}"`, time);
    return this.all(event);
  }

  #when(ready, what, time) {
    let wake;
    const happened = new Promise((resolve) => {
      wake = () => ready() && resolve();
      this.#wakers.add(wake);
      wake();
    });
    return within(time, happened, `${what} (came: ${this.events.map((entry) => entry.event).join(', ') || 'nothing'})`)
      .finally(() => this.#wakers.delete(wake));
  }

  /** Resolves when connected (and upgraded, where that is the transport's way); rejects with the refusal. */
  async ready() {
    const { event, payload } = await this.#nextOf(outcomes);
    if (event === 'connect_error') throw payload;
    if (this.socket.io.opts.transports.length > 1) await this.upgraded();
    return this;
  }

  async upgraded() {
    const engine = this.socket.io.engine;
    if (engine.transport.name === 'websocket') return;
    await within(answerTime, new Promise((resolve) => engine.once('upgrade', resolve)), 'the upgrade');
  }

  /** The refusal's message and code. Rejects when the connection is accepted. */
  async refusal() {
    const { event, payload } = await this.#nextOf(outcomes);
    if (event !== 'connect_error') throw new Error('the connection was accepted');
    return { message: payload.message, code: payload.data?.code };
  }

  /** Emits with an acknowledgement and answers it. */
  ask(event, ...args) {
    return this.socket.timeout(answerTime).emitWithAck(event, ...args);
  }

  /** Emits without one. */
  tell(event, ...args) {
    this.socket.emit(event, ...args);
  }

  /** Sends a message that has to succeed; answers it as the acknowledgement gives it. */
  async send(text, more = {}) {
    const ack = await this.ask('send_message', { text, ...more });
    if (ack.ok !== true) throw new Error(`send_message was refused: ${JSON.stringify(ack)}`);
    return ack.message;
  }

  /** The whole conversation, fetched forwards in chunks, as a client that knows nothing would. */
  async history(limit = 100) {
    let page = await this.ask('get_initial_messages', { order: 'oldest', limit, page: 1 });
    if (page.ok !== true) throw new Error(`get_initial_messages was refused: ${JSON.stringify(page)}`);
    let chunk = (await this.next('initial_messages')).messages;
    const messages = [...chunk];
    while (chunk.length === limit) {
      const answer = await this.ask('get_messages', { after: messages.at(-1).id, limit });
      if (answer.ok !== true) throw new Error(`get_messages was refused: ${JSON.stringify(answer)}`);
      chunk = answer.messages;
      messages.push(...chunk);
      if (!answer.hasMore) break;
    }
    return messages;
  }

  /** Gives what must not arrive the time to do so: a round trip behind everything sent, and a moment more. */
  async settle() {
    await this.ask('get_messages', { limit: 1 });
    await pause(60 * patience);
  }

  close() {
    this.socket.disconnect();
  }
}
