import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest';
import { stubBrowser, type Browser } from '@/testing/browser';
import { until } from '@/testing/until';
import { Outbox, resultOf, type SendResult } from './outbox';
import { clearUnsent, openUnsent, type Unsent } from './unsent';

let sent: string[];
let failed: string[];
let outboxes: Outbox[];
/** What the server does with the next messages; afterwards it stores them. */
let answers: (SendResult | Promise<SendResult>)[];
let online = true;
let relation = 0;
let browser: Browser;

function open(relationId = `r${relation}`): Outbox {
  const outbox = new Outbox({
    name: `test:${relationId}`,
    store: openUnsent('u1', relationId),
    send: async ({ clientId }) => {
      if (!online) return { kind: 'offline' };
      sent.push(clientId);
      return (await answers.shift()) ?? { kind: 'stored' };
    },
    onFailed: (clientId, failure) => failed.push(`${clientId} ${failure}`),
  });
  outboxes.push(outbox);
  return outbox;
}

const unsent = (clientId: string): Unsent => ({ clientId, text: `text of ${clientId}`, writtenAt: 1 });
const left = () => openUnsent('u1', `r${relation}`).list().map(({ clientId }) => clientId);

beforeEach(() => {
  browser = stubBrowser();
  sent = [];
  failed = [];
  online = true;
  outboxes = [];
  answers = [];
  ++relation;
});

afterEach(() => {
  for (const outbox of outboxes) outbox.close();
  vi.unstubAllGlobals();
});

describe('the outbox', () => {
  it('sends one after the other, in order', async () => {
    let answer: (result: SendResult) => void = () => undefined;
    answers = [new Promise((resolve) => { answer = resolve; })];
    const outbox = open();
    for (const id of ['a', 'b', 'c']) outbox.add(unsent(id));
    await until(() => sent.length === 1, 'the first one is on its way');
    expect(left()).toEqual(['a', 'b', 'c']);

    answer({ kind: 'stored' });
    await outbox.flush();

    expect(sent).toEqual(['a', 'b', 'c']);
    expect(left()).toEqual([]);
  });

  it('keeps what a page leaves for the next one, the order included', async () => {
    online = false;
    const first = open();
    first.add(unsent('a'));
    first.add(unsent('b'));
    first.close();
    online = true;

    const second = open();
    expect(second.load().map(({ text }) => text)).toEqual(['text of a', 'text of b']);
    await second.flush();
    expect(sent).toEqual(['a', 'b']);
  });

  it('holds back the others while one has to wait, and sends it again', async () => {
    answers = [{ kind: 'later' }];
    const outbox = open();
    outbox.add(unsent('a'));
    outbox.add(unsent('b'));

    await until(() => sent.length === 3, 'all are sent');
    expect(sent).toEqual(['a', 'a', 'b']);
  });

  it('passes over what has failed for good until it is retried', async () => {
    answers = [{ kind: 'failed', failure: 'too_large' }];
    const outbox = open();
    outbox.add(unsent('a'));
    outbox.add(unsent('b'));
    await outbox.flush();
    expect([sent, failed, left()]).toEqual([['a', 'b'], ['a too_large'], ['a']]);
    expect(open().load()).toMatchObject([{ clientId: 'a', failure: 'too_large' }]);

    outbox.retry('a');
    await outbox.flush();
    expect([sent, left()]).toEqual([['a', 'b', 'a'], []]);
  });

  it('forgets what was discarded', async () => {
    answers = [{ kind: 'failed', failure: 'forbidden' }];
    const outbox = open();
    outbox.add(unsent('a'));
    await outbox.flush();
    outbox.remove('a');

    expect(left()).toEqual([]);
  });

  it('tells the other tabs what has failed', async () => {
    answers = [{ kind: 'failed', failure: 'forbidden' }];
    open();
    open().add(unsent('a'));

    await until(() => failed.length === 2, 'both have heard');
    expect(failed).toEqual(['a forbidden', 'a forbidden']);
  });

  it('shares its list with other tabs, which send each message in order under its own id', async () => {
    online = false;
    const [one, other] = [open(), open()];
    one.add(unsent('a'));
    other.add(unsent('b'));
    one.add(unsent('c'));
    online = true;

    await Promise.all([one.flush(), other.flush()]);

    expect(left()).toEqual([]);
    expect(sent.filter((id, index) => sent.indexOf(id) === index)).toEqual(['a', 'b', 'c']);
  });

  it('knows what the server may have without this page knowing', async () => {
    answers = [{ kind: 'offline' }, { kind: 'offline' }];
    const outbox = open();
    expect(outbox.doubtful).toBe(false);
    outbox.add(unsent('a'));
    await until(() => sent.length > 0, 'it is sent');

    expect(outbox.doubtful).toBe(true);
    outbox.remove('a');
    expect(outbox.doubtful).toBe(false);
  });

  it('is empty after the logout', () => {
    online = false;
    open().add(unsent('a'));
    clearUnsent();

    expect(left()).toEqual([]);
  });

  it('keeps a message in the moment in which it is written', () => {
    online = false;
    open().add(unsent('a'));

    expect(open().load()).toEqual([unsent('a')]);
  });

  it('keeps the messages of other people and conversations apart', () => {
    const store = openUnsent('u1', 'r1');
    store.put(unsent('a'));
    openUnsent('u1', 'r2').put(unsent('b'));
    openUnsent('u2', 'r1').put(unsent('c'));

    store.remove('b');
    expect(['r1', 'r2'].map((id) => openUnsent('u1', id).list().length)).toEqual([1, 1]);
    expect(store.list()).toEqual([unsent('a')]);
  });

  it('leaves a changed message where it stands', () => {
    const store = openUnsent('u1', 'r1');
    for (const id of ['a', 'b', 'c']) store.put(unsent(id));
    store.put({ ...unsent('b'), failure: 'forbidden' });

    expect(store.list().map(({ clientId, failure }) => [clientId, failure])).toEqual([['a', undefined], ['b', 'forbidden'], ['c', undefined]]);
  });

  it('passes over what it has not written', () => {
    const store = openUnsent('u1', 'r1');
    store.put(unsent('a'));
    for (const [id, text] of [['x', '{'], ['y', 'null'], ['z', '{"text":1}']]) browser.localStorage.setItem(`quickclinic:unsent:u1:r1:${id}`, text ?? '');

    expect(store.list()).toEqual([unsent('a')]);
  });

  it.each([
    ['is no storage', () => { vi.stubGlobal('localStorage', undefined); }],
    ['is no room in it', () => { browser.localStorage.setItem = () => { throw new Error('full'); }; }],
  ])('works in memory where there %s', (_, spoil) => {
    openUnsent('u1', 'memory').put(unsent('a'));
    spoil();
    const store = openUnsent('u1', 'memory');
    store.put(unsent('b'));
    store.put({ ...unsent('b'), failure: 'forbidden' });

    expect(openUnsent('u1', 'memory').list().at(-1)).toEqual({ ...unsent('b'), failure: 'forbidden' });
    store.remove('b');
    expect(store.list().some(({ clientId }) => clientId === 'b')).toBe(false);
    store.put(unsent('c'));
    clearUnsent();
    expect(store.list().some(({ clientId }) => clientId === 'c')).toBe(false);
  });
});

test.each<[string, SendResult]>([
  ['too_large', { kind: 'failed', failure: 'too_large' }], ['bad_request', { kind: 'failed', failure: 'bad_request' }],
  ['forbidden', { kind: 'failed', failure: 'forbidden' }], ['not_found', { kind: 'failed', failure: 'not_found' }],
  ['unavailable', { kind: 'later' }], ['rate_limited', { kind: 'later' }], ['timeout', { kind: 'later' }], ['offline', { kind: 'offline' }],
])('the code %s means %o', (code, result) => {
  expect(resultOf(code)).toEqual(result);
});
