// A client as docs/events.md wants it: it reconnects by itself, and after every connect asks for what it has missed.
import { io } from 'socket.io-client';
import { transports } from './member.mjs';
import { patience } from './program.mjs';
import { until } from './wait.mjs';

export class Reader {
  /** In the order in which a screen would show them. */
  messages = [];
  connections = 0;
  #known = new Set();
  #waiting = [];
  #caughtUp = false;

  constructor(url, { transport = 'websocket', ...options }) {
    this.socket = io(url, { ...transports[transport], forceNew: true, reconnectionDelay: 20, reconnectionDelayMax: 100, ...options });
    this.socket.on('connected', () => this.#catchUp());
    this.socket.on('disconnect', (reason) => {
      this.#caughtUp = false;
      this.#waiting = [];
      if (reason === 'io server disconnect') this.socket.connect();
    });
    this.socket.on('new_message', ({ message }) => (this.#caughtUp ? this.#show(message) : this.#waiting.push(message)));
  }

  #show(message) {
    if (this.#known.has(message.id)) return;
    this.#known.add(message.id);
    this.messages.push(message);
  }

  async #catchUp() {
    const connection = (this.connections += 1);
    for (let more = true; more;) {
      const last = this.messages.at(-1)?.id;
      const answer = last
        ? await this.#ask('get_messages', { after: last, limit: 100 })
        : await this.#first();
      if (connection !== this.connections || !this.socket.connected) return;
      if (answer === undefined) continue;
      for (const message of answer.messages) this.#show(message);
      more = answer.hasMore;
    }
    this.#caughtUp = true;
    for (const message of this.#waiting.splice(0)) this.#show(message);
  }

  /** The beginning of the conversation. */
  async #first() {
    const shown = new Promise((resolve) => this.socket.once('initial_messages', resolve));
    const answer = await this.#ask('get_initial_messages', { page: 1, limit: 100, order: 'oldest' });
    if (answer === undefined) return undefined;
    const { messages, pagination } = await shown;
    return { messages, hasMore: pagination.hasMore };
  }

  /** Undefined when there was no answer, or a refusal: to be asked again, by the next connection if there is a new one. */
  async #ask(event, payload) {
    try {
      const answer = await this.socket.timeout(5000 * patience).emitWithAck(event, payload);
      return answer.ok ? answer : undefined;
    } catch {
      return undefined;
    }
  }

  /** Resolves when so many messages have come. */
  has(count) {
    return until(10_000 * patience, () => this.messages.length >= count, `${count} messages`);
  }

  close() {
    this.socket.disconnect();
  }
}
