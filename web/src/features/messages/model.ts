// What one open conversation shows, as a pure function of what happened: `reduce(state, action)` touches nothing else, reads
// no clock and keeps what did not change. `session.ts` feeds it with what server, device and person do.
//
// Three rules hold after every action, whatever came in whatever order, how often or never (`model.property.test.ts`):
// every message stands once; the stored ones stand as the server has them; the key of a message never changes once its
// writer has seen it.
import type { Marks, Message } from '@/lib/events';
import { indexAfter, indexOfId, insert, type Side } from './timeline';
import type { ConversationState, Delivery, Line, Presence, ShownMessage } from './types';

/** How far somebody has read or received. It only ever moves forward. */
interface Mark {
  /** Time of the last message covered. */
  readonly at: number;
  /** Told, but the message is not loaded: older than all of them, or not here yet. */
  readonly awaited?: string;
}

interface Place {
  readonly id: string;
  readonly at: number;
}

export interface Model extends ConversationState {
  /** How many of `messages` are stored; the unsent follow. */
  readonly storedCount: number;
  readonly opened: boolean;
  /** Id of the first message of what was loaded: older ones are asked for from here. */
  readonly oldest?: string;
  /** Nothing is missing between `oldest` and this one: from here a reconnect catches up. */
  readonly cursor?: Place;
  /** The last message of the live stream since it began; what was only acknowledged may be ahead of it. */
  readonly heard?: Place;
  /** The live stream carries on where `cursor` is. */
  readonly caughtUp: boolean;
  readonly ownRead: Mark;
  readonly otherRead: Mark;
  readonly otherDelivered: Mark;
}

export type Action =
  /** The newest part of the conversation, in place of all that was stored here. `readState` is absent where servers have none. */
  | { readonly type: 'opened'; readonly messages: readonly Message[]; readonly hasMore: boolean; readonly readState?: Marks | undefined }
  | { readonly type: 'history'; readonly history: 'loading' | 'failed' }
  /** What comes right before the oldest message. */
  | { readonly type: 'older'; readonly messages: readonly Message[]; readonly hasMore: boolean }
  /** What comes right after `cursor`; with `done` there is nothing between this and the live stream. */
  | { readonly type: 'caught_up'; readonly messages: readonly Message[]; readonly done: boolean }
  /** The live stream broke off. */
  | { readonly type: 'cut' }
  | { readonly type: 'arrived'; readonly message: Message }
  | { readonly type: 'acknowledged'; readonly clientId: string; readonly message: Message }
  | { readonly type: 'written'; readonly clientId: string; readonly text: string; readonly at: number; readonly senderName: string }
  | { readonly type: 'failed'; readonly clientId: string; readonly failure: string }
  | { readonly type: 'retried'; readonly clientId: string }
  | { readonly type: 'discarded'; readonly clientId: string }
  | { readonly type: 'marked'; readonly mark: 'read' | 'delivered'; readonly userId: string; readonly messageId: string }
  | { readonly type: 'typing'; readonly typing: boolean }
  | { readonly type: 'presence'; readonly presence: Presence }
  | { readonly type: 'line'; readonly line: Line };

const nowhere: Mark = { at: -Infinity };

export function emptyModel(userId: string): Model {
  return {
    userId,
    messages: [],
    history: 'loading',
    unread: 0,
    line: { kind: 'connecting' },
    typing: false,
    storedCount: 0,
    opened: false,
    caughtUp: false,
    ownRead: nowhere,
    otherRead: nowhere,
    otherDelivered: nowhere,
  };
}

export function reduce(model: Model, action: Action): Model {
  switch (action.type) {
    case 'opened':
      return open(model, action);
    case 'history':
      return { ...model, history: action.history };
    case 'older':
      return { ...fromOldest(absorb(model, action.messages, 'before'), action.messages), history: action.hasMore ? 'more' : 'complete' };
    case 'caught_up':
      return caughtUpTo(absorb(model, action.messages, 'behind'), action);
    case 'cut':
      return cut(model);
    case 'arrived':
      return arrive(model, action.message);
    case 'acknowledged':
      return absorbOne(model, { ...action.message, clientMessageId: action.clientId });
    case 'written':
      return write(model, action);
    case 'failed':
      return changeUnsent(model, action.clientId, (message) => ({ ...message, delivery: 'failed', failure: action.failure }));
    case 'retried':
      return changeUnsent(model, action.clientId, asPending);
    case 'discarded':
      return changeUnsent(model, action.clientId, () => undefined);
    case 'marked':
      return marked(model, action);
    case 'typing':
      return model.typing === action.typing ? model : { ...model, typing: action.typing };
    case 'presence':
      return { ...model, presence: action.presence };
    case 'line':
      return { ...model, line: action.line };
  }
}

export const storedOf = (model: Model): readonly ShownMessage[] => model.messages.slice(0, model.storedCount);
export const unsentOf = (model: Model): readonly ShownMessage[] => model.messages.slice(model.storedCount);

// -- opening and catching up

function open(model: Model, { messages, hasMore, readState }: Extract<Action, { type: 'opened' }>): Model {
  const before = storedOf(model);
  const newest = messages.at(-1)?.createdAt ?? -Infinity;
  // Those that came live while the page was on its way; of equal times `insert` leaves out what the page has.
  const live = before.slice(indexAfter(before, newest - 1));
  // Keys stay, also where the same message is loaded anew.
  const keys = new Map(before.map((message) => [message.id, message.key]));
  const fresh: Model = {
    ...model,
    messages: [...unsentOf(model)],
    storedCount: 0,
    history: hasMore ? 'more' : 'complete',
    unread: 0,
  };
  let next = absorb(fresh, messages, 'behind', keys);
  const list = [...storedOf(next)];
  insert(list, live, 'behind');
  next = withStored(next, list, unsentOf(next));
  next = readState ? withMarks(next, readState) : { ...next, ownRead: { at: Math.max(next.ownRead.at, newest) } };
  next = { ...next, unread: countUnread(next) };
  if (!model.opened) next = withFirstUnread(next);
  return caughtUpTo(fromOldest({ ...next, opened: true }, messages), { messages, done: true });
}

function fromOldest(model: Model, messages: readonly Message[]): Model {
  const [first] = messages;
  return first ? { ...model, oldest: first.id } : model;
}

function caughtUpTo(model: Model, { messages, done }: { messages: readonly Message[]; done: boolean }): Model {
  const last = messages.at(-1);
  const reached = later(model.cursor, last && { id: last.id, at: last.createdAt });
  const cursor = done ? later(reached, model.heard) : reached;
  return { ...model, caughtUp: done || model.caughtUp, ...(cursor ? { cursor } : {}) };
}

function later(one: Place | undefined, other: Place | undefined): Place | undefined {
  if (!one || !other) return one ?? other;
  return other.at >= one.at ? other : one;
}

function withMarks(model: Model, readState: Marks): Model {
  return Object.entries(readState).reduce(
    (marks, [userId, messageId]) => marked(marks, { mark: 'read', userId, messageId }),
    model,
  );
}

function withFirstUnread(model: Model): Model {
  const stored = storedOf(model);
  const first = stored.slice(indexAfter(stored, model.ownRead.at)).find((message) => message.senderId !== model.userId);
  return first ? { ...model, firstUnread: first.key } : model;
}

function cut(model: Model): Model {
  const { presence: _presence, heard: _heard, ...rest } = model;
  return { ...rest, caughtUp: false, typing: false };
}

// -- messages

function arrive(model: Model, message: Message): Model {
  const next = absorbOne(model, message);
  const heard = later(model.heard, { id: message.id, at: message.createdAt });
  const cursor = model.caughtUp ? later(model.cursor, heard) : model.cursor;
  const typing = next.typing && message.senderId === model.userId;
  return { ...next, typing, ...(heard ? { heard } : {}), ...(cursor ? { cursor } : {}) };
}

function absorbOne(model: Model, message: Message): Model {
  const first = model.messages[0];
  const loaded = !model.opened || model.history === 'complete' || model.storedCount === 0;
  if (loaded || !first || message.createdAt >= first.createdAt) return absorb(model, [message], 'behind');
  // Sent long ago, its acknowledgement lost: its place is in the history above, among what is not loaded yet.
  const unsent = [...unsentOf(model)];
  settle(unsent, message);
  return withStored(model, storedOf(model), unsent);
}

/** Takes stored messages in, ascending: those that are here already stay, unsent ones among them find their place. */
function absorb(model: Model, incoming: readonly Message[], side: Side, keys?: ReadonlyMap<string | undefined, string>): Model {
  if (incoming.length === 0) return model;
  const stored = model.messages.slice(0, model.storedCount);
  const unsent = model.messages.slice(model.storedCount);
  const marks = {
    ownRead: met(model.ownRead, incoming),
    otherRead: met(model.otherRead, incoming),
    otherDelivered: met(model.otherDelivered, incoming),
  };
  const settled = new Map<string, string>(); // id -> key of the unsent message that it was
  const candidates = incoming.map((message) => {
    const key = settle(unsent, message);
    if (key !== undefined) settled.set(message.id, key);
    return shown(model, marks, message, key ?? keys?.get(message.id) ?? message.id);
  });
  const inserted = insert(stored, candidates, side);
  const fresh = new Set(inserted.map((message) => message.id));
  // Shown before as somebody's message without its client id, as history has it, and unsent at the same time.
  for (const [id, key] of settled) {
    if (!fresh.has(id)) rename(stored, id, key);
  }
  const next = restamp({ ...withStored(model, stored, unsent), ...marks }, model);
  const beyond = inserted.filter((message) => message.senderId !== model.userId && message.createdAt > marks.ownRead.at);
  return { ...next, unread: marks.ownRead === model.ownRead ? model.unread + beyond.length : countUnread(next) };
}

/** Takes `message` out of the unsent if it is one of them. @returns its key there. */
function settle(unsent: ShownMessage[], message: Message): string | undefined {
  if (message.clientMessageId === undefined) return undefined;
  const index = unsent.findIndex(({ key }) => key === message.clientMessageId);
  if (index < 0) return undefined;
  unsent.splice(index, 1);
  return message.clientMessageId;
}

function rename(stored: ShownMessage[], id: string, key: string): void {
  const index = indexOfId(stored, id);
  if (index >= 0) stored[index] = { ...(stored[index] as ShownMessage), key };
}

type MarksOfOther = Pick<Model, 'otherRead' | 'otherDelivered'>;

function shown(model: Model, marks: MarksOfOther, message: Message, key: string): ShownMessage {
  const { id, text, senderId, senderName, createdAt } = message;
  const own = senderId === model.userId;
  return { key, id, text, senderId, senderName, createdAt, ...(own ? { delivery: deliveryAt(marks, createdAt) } : {}) };
}

function withStored(model: Model, stored: readonly ShownMessage[], unsent: readonly ShownMessage[]): Model {
  return { ...model, messages: unsent.length === 0 ? stored : stored.concat(unsent), storedCount: stored.length };
}

// -- unsent messages

function write(model: Model, { clientId, text, at, senderName }: Extract<Action, { type: 'written' }>): Model {
  if (model.messages.some(({ key }) => key === clientId)) return model;
  const message: ShownMessage = { key: clientId, text, senderId: model.userId, senderName, createdAt: at, delivery: 'pending' };
  return { ...model, messages: model.messages.concat(message) };
}

function asPending({ key, text, senderId, senderName, createdAt }: ShownMessage): ShownMessage {
  return { key, text, senderId, senderName, createdAt, delivery: 'pending' };
}

function changeUnsent(model: Model, clientId: string, change: (message: ShownMessage) => ShownMessage | undefined): Model {
  const unsent = unsentOf(model);
  if (!unsent.some(({ key }) => key === clientId)) return model;
  const changed = unsent.flatMap((message) => (message.key === clientId ? (change(message) ?? []) : message));
  return withStored(model, storedOf(model), changed);
}

// -- marks

function deliveryAt({ otherRead, otherDelivered }: MarksOfOther, time: number): Delivery {
  if (time <= otherRead.at) return 'read';
  return time <= otherDelivered.at ? 'delivered' : 'sent';
}

/** The mark once its message is among `incoming`. */
function met(mark: Mark, incoming: readonly Message[]): Mark {
  if (mark.awaited === undefined) return mark;
  const message = incoming.find(({ id }) => id === mark.awaited);
  return message ? { at: Math.max(mark.at, message.createdAt) } : mark;
}

function marked(model: Model, told: { mark: 'read' | 'delivered'; userId: string; messageId: string }): Model {
  const own = told.userId === model.userId;
  // How far our own devices have got is nothing to show.
  if (own && told.mark === 'delivered') return model;
  const name = own ? 'ownRead' : told.mark === 'read' ? 'otherRead' : 'otherDelivered';
  const at = storedOf(model)[indexOfId(storedOf(model), told.messageId)]?.createdAt;
  const before = model[name];
  if (at === undefined) return { ...model, [name]: { at: before.at, awaited: told.messageId } };
  if (at <= before.at) return model;
  const next: Model = { ...model, [name]: { at } };
  return own ? { ...next, unread: countUnread(next) } : restamp(next, model);
}

/** Brings own messages up to the marks of `model`, which are those of `before` or later ones. Costs what changes. */
function restamp(model: Model, before: Model): Model {
  const from = Math.min(
    model.otherRead.at > before.otherRead.at ? before.otherRead.at : Infinity,
    model.otherDelivered.at > before.otherDelivered.at ? before.otherDelivered.at : Infinity,
  );
  if (from === Infinity) return model;
  const stored = model.messages.slice(0, model.storedCount);
  const end = indexAfter(stored, Math.max(model.otherRead.at, model.otherDelivered.at));
  for (let index = indexAfter(stored, from); index < end; ++index) {
    const message = stored[index] as ShownMessage;
    if (message.senderId !== model.userId) continue;
    const delivery = deliveryAt(model, message.createdAt);
    if (delivery !== message.delivery) stored[index] = { ...message, delivery };
  }
  return withStored(model, stored, unsentOf(model));
}

function countUnread(model: Model): number {
  let count = 0;
  for (let index = model.storedCount - 1; index >= 0; --index) {
    const message = model.messages[index] as ShownMessage;
    if (message.createdAt <= model.ownRead.at) break;
    if (message.senderId !== model.userId) ++count;
  }
  return count;
}
