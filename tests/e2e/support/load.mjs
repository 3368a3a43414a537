// Members who talk without pause and keep every message until it is acknowledged, as a good client does.
import { Member } from './member.mjs';

export class Talker {
  acknowledged = new Map();
  #stopped = false;
  #count = 0;

  /** `name` begins the texts; `connectionOf()` answers a url and the options of a new connection. */
  constructor(name, connectionOf) {
    this.name = name;
    this.connectionOf = connectionOf;
    this.done = this.#talk();
  }

  /** Sends no new message; the one in hand is still carried through. */
  stop() {
    this.#stopped = true;
    return this.done;
  }

  /** Sends no new message and gives up the one in hand. */
  quit() {
    this.#abandoned = true;
    return this.stop();
  }
  #abandoned = false;

  async #talk() {
    let member;
    while (!this.#stopped) {
      const message = { text: `${this.name}:${this.#count}`, clientMessageId: `${this.name}:${this.#count}` };
      for (let sent = false; !sent && !this.#abandoned;) {
        try {
          member ??= await this.#connect();
          const ack = await Promise.race([
            member.ask('send_message', message),
            member.gone,
          ]);
          if (ack.ok) this.acknowledged.set(message.text, ack.message.id);
          sent = ack.ok;
        } catch {
          member?.close();
          member = undefined;
        }
      }
      this.#count += 1;
    }
    member?.close();
  }

  async #connect() {
    const { url, options } = await this.connectionOf();
    const member = new Member(url, options);
    member.gone = new Promise((_, reject) => member.socket.once('disconnect', (reason) => reject(new Error(reason))));
    member.gone.catch(() => {});
    try {
      return await member.ready();
    } catch (refused) {
      member.close();
      throw refused;
    }
  }
}
