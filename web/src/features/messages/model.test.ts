import { describe, expect, it } from 'vitest';
import { doctor, patient, stored, storedRange } from '@/testing/messages';
import { emptyModel, reduce, type Action, type Model } from './model';

const run = (...actions: Action[]): Model => actions.reduce(reduce, emptyModel(doctor));
const from = (model: Model, ...actions: Action[]): Model => actions.reduce(reduce, model);
const ids = (model: Model) => model.messages.map(({ id, key }) => id ?? key);
const deliveries = (model: Model) => model.messages.map(({ delivery }) => delivery);

const opened = (first: number, last: number, more: Partial<Extract<Action, { type: 'opened' }>> = {}): Action => ({
  type: 'opened',
  messages: storedRange(first, last),
  hasMore: false,
  readState: {},
  ...more,
});
const written = (clientId: string, text = clientId): Action => ({ type: 'written', clientId, text, at: 5, senderName: 'Ada' });
const arrived = (n: number, more = {}): Action => ({ type: 'arrived', message: stored(n, more) });

describe('own messages', () => {
  it('stand at the end as pending at once', () => {
    const model = run(opened(1, 2), written('c1'));

    expect(ids(model)).toEqual(['m1', 'm2', 'c1']);
    expect(model.messages[2]).toMatchObject({ text: 'c1', senderId: doctor, createdAt: 5, delivery: 'pending' });
  });

  it('keep their key and get id, time and text of the server with the acknowledgement', () => {
    const model = run(opened(1, 2), written('c1'), { type: 'acknowledged', clientId: 'c1', message: stored(3) });

    expect(model.messages[2]).toEqual({
      key: 'c1', id: 'm3', text: 'text 3', senderId: doctor, senderName: 'Dr. Ada Doctor', createdAt: 1_000_003, delivery: 'sent',
    });
  });

  it.each([
    ['live stream first', ['arrived', 'acknowledged']],
    ['acknowledgement first', ['acknowledged', 'arrived']],
    ['acknowledged twice', ['acknowledged', 'acknowledged', 'arrived']],
  ])('stand once: %s', (_name, order) => {
    const message = stored(3, { clientMessageId: 'c1' });
    const actions = order.map((type): Action => (type === 'arrived' ? { type, message } : { type: 'acknowledged', clientId: 'c1', message }));

    const model = run(opened(1, 2), written('c1'), ...actions);

    expect(model.messages.map(({ key }) => key)).toEqual(['m1', 'm2', 'c1']);
    expect(model.storedCount).toBe(3);
  });

  it('stand once when history had them before the acknowledgement', () => {
    const model = run(written('c1'), opened(1, 3), { type: 'acknowledged', clientId: 'c1', message: stored(3) });

    expect(model.messages.map(({ key }) => key)).toEqual(['m1', 'm2', 'c1']);
  });

  it('go above what is still unsent once they are stored', () => {
    const model = run(written('c1'), written('c2'), opened(1, 1), { type: 'acknowledged', clientId: 'c2', message: stored(2) });

    expect(ids(model)).toEqual(['m1', 'm2', 'c1']);
  });

  it('are written once under one client id', () => {
    const model = run(opened(1, 1), written('c1'), written('c1'), { type: 'acknowledged', clientId: 'c1', message: stored(2) }, written('c1'));

    expect(ids(model)).toEqual(['m1', 'm2']);
  });

  it('fail with a reason, are retried under the same key, or discarded', () => {
    const failed = run(written('c1'), { type: 'failed', clientId: 'c1', failure: 'too_large' });
    const retried = from(failed, { type: 'retried', clientId: 'c1' });

    expect(failed.messages[0]).toMatchObject({ key: 'c1', delivery: 'failed', failure: 'too_large' });
    expect(retried.messages[0]).toEqual(run(written('c1')).messages[0]);
    expect(from(failed, { type: 'discarded', clientId: 'c1' }).messages).toEqual([]);
  });

  it('are not failed, retried or discarded once they are stored', () => {
    const model = run(opened(1, 1), written('c1'), { type: 'acknowledged', clientId: 'c1', message: stored(2) });

    const after = from(model, { type: 'failed', clientId: 'c1', failure: 'x' }, { type: 'retried', clientId: 'c1' }, { type: 'discarded', clientId: 'c1' });

    expect(after).toEqual(model);
  });

  it('of another device stand under their id', () => {
    expect(run(opened(1, 1), arrived(2, { clientMessageId: 'elsewhere' })).messages[1]?.key).toBe('m2');
  });
});

describe('order', () => {
  it('is that of the server, whatever comes first', () => {
    expect(ids(run(opened(1, 1), arrived(4), arrived(2), arrived(3), arrived(2)))).toEqual(['m1', 'm2', 'm3', 'm4']);
  });

  it('of equal times is that of arrival, and what is shown stays', () => {
    const same = { createdAt: 1_000_001 };

    expect(ids(run(opened(1, 1), arrived(3, same), arrived(2, same)))).toEqual(['m1', 'm3', 'm2']);
  });

  it('of equal times follows a page where the page knows better', () => {
    const same = (n: number) => stored(n, { createdAt: 7 });
    const page: Action = { type: 'caught_up', messages: [same(1), same(2), same(3)], done: true };

    expect(ids(run({ ...opened(1, 0), messages: [same(3)] } as Action, page))).toEqual(['m1', 'm2', 'm3']);
  });

  it('puts an older page of equal times above', () => {
    const same = (n: number) => stored(n, { createdAt: 7 });
    const model = run({ ...opened(1, 0), messages: [same(3), same(4)] } as Action, { type: 'older', messages: [same(1), same(2)], hasMore: false });

    expect(ids(model)).toEqual(['m1', 'm2', 'm3', 'm4']);
  });
});

describe('history', () => {
  it('knows whether there is more', () => {
    const model = run(opened(11, 20, { hasMore: true }));
    const all = from(model, { type: 'history', history: 'loading' }, { type: 'older', messages: storedRange(1, 10), hasMore: false });

    expect([emptyModel(doctor).history, model.history, all.history]).toEqual(['loading', 'more', 'complete']);
    expect(ids(all)).toEqual(storedRange(1, 20).map(({ id }) => id));
  });

  it('keeps what came live while the newest page was on its way', () => {
    expect(ids(run(arrived(3), opened(1, 2)))).toEqual(['m1', 'm2', 'm3']);
  });

  it('starts anew from a page that is far ahead, keys included', () => {
    const model = run(opened(1, 2), written('c1'), { type: 'acknowledged', clientId: 'c1', message: stored(3) }, opened(3, 60, { hasMore: true }));

    expect(ids(model)[0]).toBe('m3');
    expect(model.messages[0]?.key).toBe('c1');
    expect(model.messages).toHaveLength(58);
  });
});

describe('the cursor', () => {
  it('follows the live stream', () => {
    expect(run(opened(1, 2), arrived(3)).cursor?.id).toBe('m3');
  });

  it('stays where the stream broke off until everything is caught up', () => {
    const cut = run(opened(1, 2), { type: 'cut' }, arrived(9));
    const half = from(cut, { type: 'caught_up', messages: storedRange(3, 4), done: false });
    const whole = from(half, { type: 'caught_up', messages: storedRange(5, 8), done: true });

    expect([cut.cursor?.id, half.cursor?.id, whole.cursor?.id]).toEqual(['m2', 'm4', 'm9']);
    expect(ids(whole)).toEqual(storedRange(1, 9).map(({ id }) => id));
  });

  it('does not jump to an acknowledged message while others are missing', () => {
    const model = run(opened(1, 2), written('c1'), { type: 'cut' }, { type: 'acknowledged', clientId: 'c1', message: stored(5) });

    expect(model.cursor?.id).toBe('m2');
  });
});

describe('marks', () => {
  const read = (messageId: string, userId = patient): Action => ({ type: 'marked', mark: 'read', userId, messageId });
  const delivered = (messageId: string): Action => ({ type: 'marked', mark: 'delivered', userId: patient, messageId });

  it('turn own messages up to them to delivered and read', () => {
    const model = run(opened(1, 4), delivered('m3'), read('m2'));

    expect(deliveries(model)).toEqual(['read', 'read', 'delivered', 'sent']);
  });

  it('never go back', () => {
    expect(deliveries(run(opened(1, 3), read('m3'), delivered('m3'), read('m1'), delivered('m2')))).toEqual(['read', 'read', 'read']);
  });

  it('wait for a message that is not here yet, newer or older', () => {
    expect(deliveries(run(opened(1, 2), read('m3'), arrived(3)))).toEqual(['read', 'read', 'read']);
    const older = run(opened(3, 3, { hasMore: true, readState: { [patient]: 'm1' } }), { type: 'older', messages: storedRange(1, 2), hasMore: false });
    expect(deliveries(older)).toEqual(['read', 'sent', 'sent']);
  });

  it('say nothing of messages of the other person and of unsent ones', () => {
    const model = run(opened(1, 1, { messages: storedRange(1, 1, { senderId: patient }) }), written('c1'), read('m1'));

    expect(deliveries(model)).toEqual([undefined, 'pending']);
  });

  it('leave what they do not change as it was', () => {
    const before = run(opened(1, 3), read('m1'));
    const after = from(before, read('m2'));

    expect(after.messages[0]).toBe(before.messages[0]);
    expect(after.messages[2]).toBe(before.messages[2]);
  });
});

describe('unread messages', () => {
  const theirs = (first: number, last: number) => storedRange(first, last, { senderId: patient });

  it('are those of the other person beyond the own mark', () => {
    const model = run(opened(1, 0, { messages: [...theirs(1, 3), stored(4), ...theirs(5, 5)], readState: { [doctor]: 'm2' } }));

    expect(model.unread).toBe(2);
    expect(model.firstUnread).toBe('m3');
  });

  it('are all without a mark, none where the server has no marks', () => {
    expect(run(opened(1, 0, { messages: theirs(1, 3) })).firstUnread).toBe('m1');
    expect(run(opened(1, 0, { messages: theirs(1, 3), readState: undefined }))).toMatchObject({ unread: 0 });
  });

  it('grow with the live stream and shrink with the mark, here or in another tab', () => {
    const model = run(opened(1, 0, { messages: theirs(1, 1), readState: { [doctor]: 'm1' } }), arrived(2, { senderId: patient }), arrived(3, { senderId: patient }), arrived(4));

    expect(model.unread).toBe(2);
    expect(from(model, { type: 'marked', mark: 'read', userId: doctor, messageId: 'm2' }).unread).toBe(1);
  });

  it('have a first one that stays when it is read', () => {
    const model = run(opened(1, 0, { messages: theirs(1, 2) }), { type: 'marked', mark: 'read', userId: doctor, messageId: 'm2' }, arrived(3, { senderId: patient }));

    expect(model).toMatchObject({ firstUnread: 'm1', unread: 1 });
  });
});

describe('typing and presence', () => {
  it('ends with a message of who typed, and with the line', () => {
    const typing = run(opened(1, 1), { type: 'typing', typing: true }, { type: 'presence', presence: { online: true } });

    expect(from(typing, arrived(2)).typing).toBe(true);
    expect(from(typing, arrived(2, { senderId: patient })).typing).toBe(false);
    expect(from(typing, { type: 'cut' })).toMatchObject({ typing: false });
    expect(from(typing, { type: 'cut' })).not.toHaveProperty('presence');
  });
});
