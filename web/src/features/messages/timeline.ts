// The stored messages of one conversation as a sequence in the server's order.
//
// The server's times never decrease along that order, and on most servers they increase, so a message is found and placed by
// its time, in logarithmic steps and without an index to keep. Messages of equal time stand as they came: what comes in one
// piece keeps its order, and what is shown already never changes places.
import type { ShownMessage } from './types';

/** Where equal times go: a page of older messages before those that are shown, everything else behind them. */
export type Side = 'before' | 'behind';

interface Dated {
  readonly id?: string;
  readonly createdAt: number;
}

/** Index of the first message later than `time`. */
export function indexAfter(list: readonly Dated[], time: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((list[middle] as Dated).createdAt <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the message with this id and time, or -1. */
export function indexOf(list: readonly Dated[], message: Dated): number {
  for (let index = indexAfter(list, message.createdAt) - 1; index >= 0; --index) {
    const candidate = list[index] as Dated;
    if (candidate.createdAt < message.createdAt) return -1;
    if (candidate.id === message.id) return index;
  }
  return -1;
}

/** Index of the message with this id, or -1. Looks at the newest first, since marks are mostly near the end. */
export function indexOfId(list: readonly Dated[], id: string): number {
  for (let index = list.length - 1; index >= 0; --index) {
    if (list[index]?.id === id) return index;
  }
  return -1;
}

/**
 * Puts those of `page` (ascending) that are not in `list` yet into it, in place.
 * @returns those that were put in.
 */
export function insert(list: ShownMessage[], page: readonly ShownMessage[], side: Side): ShownMessage[] {
  const inserted: ShownMessage[] = [];
  let next = 0; // right behind the message of the page before this one
  page.forEach((message, index) => {
    const known = indexOf(list, message);
    if (known >= 0) {
      next = Math.max(next, known + 1);
      return;
    }
    const place = Math.max(next, placeOf(list, page, index, side));
    if (place === list.length) list.push(message);
    else list.splice(place, 0, message);
    inserted.push(message);
    next = place + 1;
  });
  return inserted;
}

function placeOf(list: readonly ShownMessage[], page: readonly ShownMessage[], index: number, side: Side): number {
  const { createdAt } = page[index] as ShownMessage;
  let place = indexAfter(list, createdAt);
  const equal = () => list[place - 1]?.createdAt === createdAt;
  if (!equal()) return place;
  // Of equal times the page itself knows best: before the next of it that is shown already.
  for (let later = index + 1; page[later]?.createdAt === createdAt; ++later) {
    const known = indexOf(list, page[later] as ShownMessage);
    if (known >= 0) return known;
  }
  if (side === 'before') while (equal()) --place;
  return place;
}
