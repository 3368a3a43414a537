import { describe, expect, it } from 'vitest';
import { grewInFront, groupMilliseconds, rowMaker, type RowsInput } from './rows';
import type { ShownMessage } from './types';

const noon = new Date(2026, 0, 2, 12, 0).getTime();
const message = (key: string, createdAt: number, rest: Partial<ShownMessage> = {}): ShownMessage => ({
  key,
  id: key,
  text: key,
  senderId: 'patient',
  senderName: 'Meera Nair',
  createdAt,
  ...rest,
});
const rows = (messages: readonly ShownMessage[], rest: Partial<RowsInput> = {}) =>
  rowMaker()({ userId: 'doctor', messages, complete: false, ...rest });

describe('rowMaker', () => {
  it('puts messages of one person within minutes into a group', () => {
    const made = rows([message('a', noon), message('b', noon + 1000), message('c', noon + 2000)]);

    expect(made.map(({ first, last }) => [first, last])).toEqual([
      [true, false],
      [false, false],
      [false, true],
    ]);
  });

  it('begins another group with another person, and after minutes of silence', () => {
    const made = rows([
      message('a', noon),
      message('b', noon + 1000, { senderId: 'doctor' }),
      message('c', noon + 1000 + groupMilliseconds, { senderId: 'doctor' }),
    ]);

    expect(made.map(({ first }) => first)).toEqual([true, true, true]);
    expect(made.map(({ own }) => own)).toEqual([false, true, true]);
  });

  it('opens each day of the reader once', () => {
    const midnight = new Date(2026, 0, 3).getTime();

    const made = rows([message('a', noon), message('b', midnight - 1), message('c', midnight), message('d', midnight + 1)]);

    expect(made.map(({ day }) => day)).toEqual([true, false, true, false]);
    expect(made[2]?.first).toBe(true);
  });

  it('begins a group at the first unread message', () => {
    const made = rows([message('a', noon), message('b', noon + 1)], { firstUnread: 'b' });

    expect(made.map(({ unread, first, last }) => [unread, first, last])).toEqual([
      [false, true, true],
      [true, true, true],
    ]);
  });

  it('shows how far a message came where the next one came less far', () => {
    const own = { senderId: 'doctor' };

    const made = rows([
      message('a', noon, { ...own, delivery: 'read' }),
      message('b', noon + 1, { ...own, delivery: 'sent' }),
      message('c', noon + 2, { ...own, delivery: 'sent' }),
    ]);

    expect(made.map(({ meta }) => meta)).toEqual([true, false, true]);
  });

  it('marks the beginning only when nothing is older', () => {
    expect(rows([message('a', noon)])[0]?.start).toBe(false);
    expect(rows([message('a', noon)], { complete: true })[0]?.start).toBe(true);
  });

  it('gives the same object for a row that did not change', () => {
    const make = rowMaker();
    const messages = [message('a', noon), message('b', noon + 1)];

    const before = make({ userId: 'doctor', messages, complete: false });
    const after = make({ userId: 'doctor', messages: [...messages, message('c', noon + 2)], complete: false });

    expect(after[0]).toBe(before[0]);
    expect(after[1]).not.toBe(before[1]); // no longer the last of its group
  });
});

describe('grewInFront', () => {
  const [a, b, c] = rows([message('a', noon), message('b', noon + 1), message('c', noon + 2)]);
  if (!a || !b || !c) throw new Error('three messages make three rows');

  it('is so when older messages came', () => {
    expect(grewInFront([b, c], [a, b, c])).toBe(true);
  });

  it('is not so when newer ones came, at the start, and when nothing came', () => {
    expect(grewInFront([a, b], [a, b, c])).toBe(false);
    expect(grewInFront([], [a])).toBe(false);
    expect(grewInFront([a], [a])).toBe(false);
    expect(grewInFront([c], [b])).toBe(false);
  });
});
