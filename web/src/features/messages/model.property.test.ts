// Two people write to each other through a server that does what the contract promises and a network that does what it likes:
// acknowledgements and the live stream overtake each other, lines break and take with them all that is on its way, messages
// come twice, pages come late. Whatever happens, in the end both see the server's list.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Message } from '@/lib/events';
import { doctor, patient, stored } from '@/testing/messages';
import { emptyModel, reduce, unsentOf, type Action, type Model } from './model';

const pageSize = 3;

class Clinic {
  readonly messages: Message[] = [];
  readonly readState: Record<string, string> = {};
  readonly #byClientId = new Map<string, Message>();
  people: Person[] = [];

  /** With `tick` 0 all messages have one time, as if the server could not tell them apart. */
  constructor(readonly tick: number) {}

  append(senderId: string, text: string, clientMessageId?: string): Message {
    const known = clientMessageId === undefined ? undefined : this.#byClientId.get(clientMessageId);
    if (known) return known;
    const n = this.messages.length + 1;
    const message = stored(n, { senderId, text, createdAt: 1000 + n * this.tick });
    this.messages.push(message);
    if (clientMessageId !== undefined) this.#byClientId.set(clientMessageId, message);
    for (const person of this.people) {
      const seen = person.userId === senderId && clientMessageId !== undefined ? { ...message, clientMessageId } : message;
      if (person.connected) person.live.push({ type: 'arrived', message: seen });
    }
    return message;
  }

  before(id: string | undefined): { messages: Message[]; hasMore: boolean } {
    const end = id === undefined ? this.messages.length : this.messages.findIndex((message) => message.id === id);
    return { messages: this.messages.slice(Math.max(0, end - pageSize), end), hasMore: end > pageSize };
  }

  after(id: string): { messages: Message[]; hasMore: boolean } {
    const begin = this.messages.findIndex((message) => message.id === id) + 1;
    return { messages: this.messages.slice(begin, begin + pageSize), hasMore: this.messages.length > begin + pageSize };
  }
}

class Person {
  model: Model;
  connected = false;
  live: Action[] = [];
  acknowledgements: Action[] = [];
  replies: Action[] = [];
  wrote: string[] = [];

  constructor(readonly userId: string, readonly clinic: Clinic) {
    this.model = emptyModel(userId);
  }

  dispatch(action: Action | undefined): void {
    if (!action) return;
    this.model = reduce(this.model, action);
    check(this);
  }

  connect(): void {
    if (this.connected) return;
    this.connected = true;
    this.catchUp();
  }

  cut(): void {
    this.connected = false;
    this.live = [];
    this.acknowledgements = [];
    this.replies = [];
    this.dispatch({ type: 'cut' });
  }

  /** Asks for the newest page, or for what comes after the cursor. */
  catchUp(): void {
    const { cursor, opened } = this.model;
    if (opened && cursor) {
      const { messages, hasMore } = this.clinic.after(cursor.id);
      this.replies.push({ type: 'caught_up', messages, done: !hasMore });
    } else {
      this.replies.push({ type: 'opened', ...this.clinic.before(undefined), readState: { ...this.clinic.readState } });
    }
  }

  older(): void {
    if (!this.connected || this.replies.length > 0 || this.model.history !== 'more') return;
    this.replies.push({ type: 'older', ...this.clinic.before(this.model.oldest) });
  }

  write(): void {
    const clientId = `${this.userId}-${this.wrote.length}`;
    this.wrote.push(clientId);
    this.dispatch({ type: 'written', clientId, text: clientId, at: 0, senderName: '' });
  }

  /** Sends the first unsent message; sometimes a second time, because the first acknowledgement is slow. */
  transmit(): void {
    const first = unsentOf(this.model)[0];
    if (!first || !this.connected) return;
    const message = this.clinic.append(this.userId, first.text, first.key);
    this.acknowledgements.push({ type: 'acknowledged', clientId: first.key, message });
  }

  answer(): void {
    const reply = this.replies.shift();
    this.dispatch(reply);
    if (reply?.type === 'caught_up' && !reply.done) this.catchUp();
  }

  read(): void {
    const last = this.model.messages[this.model.storedCount - 1];
    if (last?.id === undefined || !this.connected) return;
    this.clinic.readState[this.userId] = last.id;
    for (const person of this.clinic.people) {
      if (person.connected) person.live.push({ type: 'marked', mark: 'read', userId: this.userId, messageId: last.id });
    }
  }

  repeat(n: number): void {
    const message = this.clinic.messages[n % Math.max(1, this.clinic.messages.length)];
    if (message && this.connected) this.live.push({ type: 'arrived', message });
  }

  drain(): void {
    while (this.live.length + this.acknowledgements.length + this.replies.length > 0) {
      this.dispatch(this.live.shift());
      this.dispatch(this.acknowledgements.shift());
      if (this.replies.length > 0) this.answer();
    }
  }
}

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

/** What holds after every single action. */
function check({ model, clinic, wrote }: Person): void {
  const keys = model.messages.map(({ key }) => key);
  must(new Set(keys).size === keys.length, `a key stands twice: ${keys.join()}`);
  const shown = model.messages.slice(0, model.storedCount).map(({ id }) => id ?? 'none');
  must(new Set(shown).size === shown.length, `a message stands twice: ${shown.join()}`);
  if (clinic.tick > 0) {
    const places = shown.map((id) => Number(id.slice(1)));
    must(places.every((place, index) => place > (places[index - 1] ?? 0)), `out of order: ${shown.join()}`);
  }
  must(unsentOf(model).every(({ key, id }) => id === undefined && wrote.includes(key)), 'a stranger is unsent');
  // What was written here never disappears: it is unsent, or shown, or in the history that is not loaded yet.
  const texts = new Set(model.messages.map(({ text }) => text));
  const hidden = model.opened && model.history !== 'complete';
  must(hidden || wrote.every((text) => texts.has(text)), 'a message that was written is gone');
}

function perform(person: Person, step: number, argument: number): void {
  const { clinic, userId } = person;
  const act = [
    () => { person.write(); },
    () => { person.write(); },
    () => { person.transmit(); },
    () => { person.transmit(); },
    () => { person.dispatch(person.live.shift()); },
    () => { person.dispatch(person.live.shift()); },
    () => { person.dispatch(person.acknowledgements.shift()); },
    () => { person.answer(); },
    () => { person.older(); },
    () => { person.read(); },
    () => { person.repeat(argument); },
    () => { if (argument % 3 === 0) person.cut(); },
    () => { person.connect(); },
    () => { clinic.append(userId, `from another device ${argument}`); },
  ][step];
  act?.();
}

const steps = fc.array(fc.tuple(fc.nat(13), fc.nat(1), fc.nat(50)), { minLength: 20, maxLength: 120 });

function play(tick: number, script: [number, number, number][]): { clinic: Clinic; people: Person[] } {
  const clinic = new Clinic(tick);
  const people = [new Person(doctor, clinic), new Person(patient, clinic)];
  clinic.people = people;
  for (const [step, who, argument] of script) perform(people[who] as Person, step, argument);
  // Peace: everybody gets a line, sends what is left, hears everything and reads it.
  for (const person of people) {
    person.cut();
    person.connect();
    person.drain();
  }
  for (const person of people) {
    for (let left = script.length; left > 0 && unsentOf(person.model).length > 0; --left) {
      person.transmit();
      for (const each of people) each.drain();
    }
    for (let left = clinic.messages.length; left > 0 && person.model.history === 'more'; --left) {
      person.older();
      person.drain();
    }
  }
  for (const person of people) person.read();
  for (const person of people) person.drain();
  return { clinic, people };
}

describe('any interleaving', () => {
  it('ends with the list of the server on both sides, each message once, none pending, all read', () => {
    fc.assert(
      fc.property(steps, (script) => {
        const { clinic, people } = play(1, script);

        for (const { model, userId, wrote } of people) {
          expect(model.messages.map(({ id }) => id)).toEqual(clinic.messages.map(({ id }) => id));
          expect(model.messages.map(({ text }) => text)).toEqual(clinic.messages.map(({ text }) => text));
          const own = new Set(model.messages.filter(({ senderId }) => senderId === userId).map(({ text }) => text));
          expect(wrote.filter((text) => !own.has(text))).toEqual([]);
          expect(model.unread).toBe(0);
          const deliveries = new Set(model.messages.filter(({ senderId }) => senderId === userId).map(({ delivery }) => delivery));
          expect([...deliveries].filter((delivery) => delivery !== 'read')).toEqual([]);
        }
      }),
      { numRuns: 3000 },
    );
  }, 60_000);

  it('loses and doubles nothing where all times are equal', () => {
    fc.assert(
      fc.property(steps, (script) => {
        const { clinic, people } = play(0, script);

        for (const { model } of people) {
          expect(model.messages.map(({ id }) => id).sort()).toEqual(clinic.messages.map(({ id }) => id).sort());
        }
      }),
      { numRuns: 1000 },
    );
  }, 60_000);
});
