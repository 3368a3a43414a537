import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest';
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
const left = async () => (await openUnsent('u1', `r${relation}`).read()).map(({ clientId }) => clientId);

beforeEach(() => {
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
    await Promise.all(['a', 'b', 'c'].map((id) => outbox.add(unsent(id))));
    await until(() => sent.length === 1, 'the first one is on its way');
    expect(await left()).toEqual(['a', 'b', 'c']);

    answer({ kind: 'stored' });
    await outbox.flush();

    expect(sent).toEqual(['a', 'b', 'c']);
    expect(await left()).toEqual([]);
  });

  it('keeps what a page leaves for the next one, the order included', async () => {
    online = false;
    const first = open();
    await first.add(unsent('a'));
    await first.add(unsent('b'));
    first.close();
    online = true;

    const second = open();
    expect((await second.load()).map(({ text }) => text)).toEqual(['text of a', 'text of b']);
    await second.flush();
    expect(sent).toEqual(['a', 'b']);
  });

  it('holds back the others while one has to wait, and sends it again', async () => {
    answers = [{ kind: 'later' }];
    const outbox = open();
    await outbox.add(unsent('a'));
    await outbox.add(unsent('b'));

    await until(() => sent.length === 3, 'all are sent');
    expect(sent).toEqual(['a', 'a', 'b']);
  });

  it('passes over what has failed for good until it is retried', async () => {
    answers = [{ kind: 'failed', failure: 'too_large' }];
    const outbox = open();
    await outbox.add(unsent('a'));
    await outbox.add(unsent('b'));
    await outbox.flush();
    expect([sent, failed, await left()]).toEqual([['a', 'b'], ['a too_large'], ['a']]);
    expect(await open().load()).toMatchObject([{ clientId: 'a', failure: 'too_large' }]);

    await outbox.retry('a');
    await outbox.flush();
    expect([sent, await left()]).toEqual([['a', 'b', 'a'], []]);
  });

  it('forgets what was discarded', async () => {
    answers = [{ kind: 'failed', failure: 'forbidden' }];
    const outbox = open();
    await outbox.add(unsent('a'));
    await outbox.flush();
    await outbox.remove('a');

    expect(await left()).toEqual([]);
  });

  it('tells the other tabs what has failed', async () => {
    answers = [{ kind: 'failed', failure: 'forbidden' }];
    open();
    await open().add(unsent('a'));

    await until(() => failed.length === 2, 'both have heard');
    expect(failed).toEqual(['a forbidden', 'a forbidden']);
  });

  it('shares its list with other tabs, which send each message in order under its own id', async () => {
    online = false;
    const [one, other] = [open(), open()];
    await one.add(unsent('a'));
    await other.add(unsent('b'));
    await one.add(unsent('c'));
    online = true;

    await Promise.all([one.flush(), other.flush()]);

    expect(await left()).toEqual([]);
    expect(sent.filter((id, index) => sent.indexOf(id) === index)).toEqual(['a', 'b', 'c']);
  });

  it('knows what the server may have without this page knowing', async () => {
    answers = [{ kind: 'offline' }, { kind: 'offline' }];
    const outbox = open();
    expect(outbox.doubtful).toBe(false);
    await outbox.add(unsent('a'));
    await until(() => sent.length > 0, 'it is sent');

    expect(outbox.doubtful).toBe(true);
    await outbox.remove('a');
    expect(outbox.doubtful).toBe(false);
  });

  it('is empty after the logout', async () => {
    online = false;
    await open().add(unsent('a'));
    await clearUnsent();

    expect(await left()).toEqual([]);
  });

  it('works in memory where there is no IndexedDB', async () => {
    const database = indexedDB;
    Reflect.deleteProperty(globalThis, 'indexedDB');
    vi.resetModules();
    const fresh = await import('./unsent');
    try {
      const store = fresh.openUnsent('u1', 'memory');
      await store.change((list) => [...list, unsent('a')]);
      expect(await fresh.openUnsent('u1', 'memory').read()).toEqual([unsent('a')]);
      await fresh.clearUnsent();
      expect(await store.read()).toEqual([]);
    } finally {
      globalThis.indexedDB = database;
    }
  });
});

test.each<[string, SendResult]>([
  ['too_large', { kind: 'failed', failure: 'too_large' }], ['bad_request', { kind: 'failed', failure: 'bad_request' }],
  ['forbidden', { kind: 'failed', failure: 'forbidden' }], ['not_found', { kind: 'failed', failure: 'not_found' }],
  ['unavailable', { kind: 'later' }], ['rate_limited', { kind: 'later' }], ['timeout', { kind: 'later' }], ['offline', { kind: 'offline' }],
])('the code %s means %o', (code, result) => {
  expect(resultOf(code)).toEqual(result);
});
