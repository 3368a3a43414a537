// Members who talk without pause and keep every message until it is acknowledged, as a good client does.
import assert from 'node:assert/strict';
import { Member } from './member.mjs';
import { patience } from './program.mjs';
import { pause } from './wait.mjs';

// Longer than a server may think about a message before it refuses it.
const answerTime = 15_000 * patience;

/** What was acknowledged is in the history, nothing twice, and everybody's messages in the order of their sending. */
export function assertKept(history, talkers) {
  const stored = new Map(history.map(({ id, text }) => [text, id]));
  assert.equal(stored.size, history.length, 'a message is stored twice');
  for (const { name, acknowledged } of talkers) {
    for (const [text, id] of acknowledged) {
      assert.equal(stored.get(text), id, `${text} was acknowledged and is missing`);
    }
    const own = history.filter(({ text }) => text.startsWith(`${name}:`)).map(({ text }) => text);
    const known = new Set(own);
    assert.deepEqual(own.filter((text) => acknowledged.has(text)), [...acknowledged.keys()].filter((text) => known.has(text)),
      'a sender\'s own order holds');
  }
}

export class Talker {
  acknowledged = new Map();
  /** How often a message was refused, and how often the connection was lost or did not answer. */
  refusals = 0;
  losses = 0;
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
            member.socket.timeout(answerTime).emitWithAck('send_message', message),
            member.gone,
          ]);
          if (ack.ok) {
            this.acknowledged.set(message.text, ack.message.id);
          } else {
            this.refusals += 1;
            await pause(20);
          }
          sent = ack.ok;
        } catch {
          this.losses += 1;
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
