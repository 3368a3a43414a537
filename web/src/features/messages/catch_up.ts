// Brings a model up to what a source has: the newest part at first, what was missed later on. Each function hands back what
// the model is to be told, in order.
import type { Message } from '@/lib/events';
import type { Action, Model } from './model';
import { pageSize, type Loaded, type Source } from './sources';

export type Caught = { readonly ok: true; readonly actions: readonly Action[] } | { readonly ok: false; readonly code: string };

/** Messages that are loaded at the opening to find the first unread one. */
const backwardsMax = 500;
/** Messages that are caught up with after an absence; after a longer one the conversation is opened anew. */
const missedMax = 1000;

/** The newest part, back to the own read mark if that is not too far. */
export async function open(source: Source, userId: string, timeout?: number): Promise<Caught> {
  const newest = await source.newest(timeout);
  if (!newest.ok) return newest;
  let { messages, hasMore } = newest;
  const mark = newest.readState?.[userId];
  while (mark !== undefined && hasMore && messages.length < backwardsMax && !messages.some(({ id }) => id === mark)) {
    const older = await source.before(messages[0]?.id ?? '', messages.length);
    if (!older.ok || older.messages.length === 0) break;
    const known = new Set(messages.map(({ id }) => id));
    messages = [...older.messages.filter(({ id }) => !known.has(id)), ...messages];
    hasMore = older.hasMore;
  }
  return { ok: true, actions: [{ type: 'opened', messages, hasMore, readState: newest.readState }] };
}

/** What came after the cursor, and marks that moved meanwhile. */
export async function catchUp(source: Source, model: Model, timeout?: number): Promise<Caught> {
  const { cursor, userId } = model;
  if (!model.opened || !cursor) return open(source, userId, timeout);
  const newest = await source.newest(timeout);
  if (!newest.ok) return newest;
  const marks = marksOf(newest);
  const index = newest.messages.findIndex(({ id }) => id === cursor.id);
  if (index >= 0) return { ok: true, actions: [{ type: 'caught_up', messages: newest.messages.slice(index + 1), done: true }, ...marks] };
  const missed = await allAfter(source, cursor.id);
  if (missed.ok) return { ok: true, actions: [{ type: 'caught_up', messages: missed.messages, done: true }, ...marks] };
  // The message that we knew is gone, or it is too long ago.
  return missed.code === 'not_found' ? open(source, userId, timeout) : missed;
}

async function allAfter(source: Source, id: string): Promise<Loaded> {
  let messages: readonly Message[] = [];
  while (messages.length < missedMax) {
    const loaded = await source.after(messages.at(-1)?.id ?? id);
    if (!loaded.ok) return loaded;
    messages = [...messages, ...loaded.messages];
    if (!loaded.hasMore || loaded.messages.length === 0) return { ok: true, messages, hasMore: false };
  }
  return { ok: false, code: 'not_found' };
}

function marksOf({ readState = {} }: Extract<Loaded, { ok: true }>): Action[] {
  return Object.entries(readState).map(([userId, messageId]) => ({ type: 'marked', mark: 'read', userId, messageId }));
}

/** The messages before the oldest one that is loaded. */
export async function older(source: Source, model: Model): Promise<Caught> {
  if (model.oldest === undefined) return { ok: true, actions: [{ type: 'older', messages: [], hasMore: false }] };
  const loaded = await source.before(model.oldest, Math.max(model.storedCount, pageSize));
  if (!loaded.ok) return loaded;
  return { ok: true, actions: [{ type: 'older', messages: loaded.messages, hasMore: loaded.hasMore }] };
}
