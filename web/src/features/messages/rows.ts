// What the list shows for each message beyond the message itself: which day it opens, which group of one person's messages
// within a few minutes it belongs to. A row stays the same object as long as nothing in it changes, so that only rows that
// changed are drawn again.
import { dayOf } from '@/i18n/times';
import type { ShownMessage } from './types';

/** Messages of one person that are further apart than this do not stand together. */
export const groupMilliseconds = 5 * 60_000;

export interface Row {
  readonly message: ShownMessage;
  readonly own: boolean;
  /** The conversation begins here. */
  readonly start: boolean;
  /** The first message of its day. */
  readonly day: boolean;
  /** The first one that was unread when the conversation was opened. */
  readonly unread: boolean;
  /** First and last of a group. */
  readonly first: boolean;
  readonly last: boolean;
  /** Shows its time and how far it has come; the last of a group does, and one that has come less or more far than the next. */
  readonly meta: boolean;
}

export interface RowsInput {
  readonly userId: string;
  readonly messages: readonly ShownMessage[];
  /** Nothing is older than the first message. */
  readonly complete: boolean;
  readonly firstUnread?: string | undefined;
}

/** Makes rows out of messages, each time out of those made before where they still hold. */
export function rowMaker(): (input: RowsInput) => readonly Row[] {
  const made = new WeakMap<ShownMessage, Row>();
  return ({ userId, messages, complete, firstUnread }) =>
    messages.map((message, index) => {
      const before = messages[index - 1];
      const after = messages[index + 1];
      const day = !before || dayOf(before.createdAt) !== dayOf(message.createdAt);
      const unread = message.key === firstUnread;
      const last = !after || after.key === firstUnread || !together(message, after);
      const row: Row = {
        message,
        own: message.senderId === userId,
        start: index === 0 && complete,
        day,
        unread,
        first: !before || unread || !together(before, message),
        last,
        meta: last || after.delivery !== message.delivery,
      };
      const old = made.get(message);
      if (old && same(old, row)) return old;
      made.set(message, row);
      return row;
    });
}

/** Whether `rows` is `old` with more in front of it, and nothing else. */
export function grewInFront(old: readonly Row[], rows: readonly Row[]): boolean {
  return (
    old.length > 0 &&
    rows.length > old.length &&
    rows.at(-1)?.message.key === old.at(-1)?.message.key &&
    rows[rows.length - old.length]?.message.key === old[0]?.message.key
  );
}

function together(a: ShownMessage, b: ShownMessage): boolean {
  return (
    a.senderId === b.senderId &&
    Math.abs(b.createdAt - a.createdAt) < groupMilliseconds &&
    dayOf(a.createdAt) === dayOf(b.createdAt)
  );
}

function same(a: Row, b: Row): boolean {
  return (
    a.own === b.own &&
    a.start === b.start &&
    a.day === b.day &&
    a.unread === b.unread &&
    a.first === b.first &&
    a.last === b.last &&
    a.meta === b.meta
  );
}
