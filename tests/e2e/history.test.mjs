import assert from 'node:assert/strict';
import { it } from 'node:test';
import { assertErrorEvent, assertMessage, assertRefused, ids, texts } from './support/answers.mjs';
import { keys } from './support/member.mjs';
import { overMatrix } from './support/stage.mjs';

const numbered = (from, to) => Array.from({ length: to - from + 1 }, (_, index) => `m${from + index}`);

async function page(member, request) {
  const ack = await member.ask('get_initial_messages', request);
  assert.equal(ack.ok, true, JSON.stringify(ack));
  return member.next('initial_messages');
}

overMatrix('history', (stage) => {
  /** A doctor in a conversation that holds `count` messages, said by both in turn. */
  async function withHistory(t, count) {
    const pair = stage.clinic.pair();
    const stored = stage.clinic.writeMessages(pair, numbered(1, count));
    return { pair, stored, doctor: await stage.enter(t, pair.doctor, pair) };
  }

  it('answers an empty conversation with an empty page', async (t) => {
    const { doctor } = await withHistory(t, 0);
    assert.deepEqual(await page(doctor, {}), {
      messages: [], pagination: { page: 1, limit: 20, total: 0, hasMore: false }, readState: {},
    });
  });

  it('gives the newest twenty, ascending, unless asked otherwise', async (t) => {
    const { pair, doctor } = await withHistory(t, 45);
    const answer = await page(doctor, {});
    assert.deepEqual(keys(answer), ['messages', 'pagination', 'readState']);
    assert.deepEqual(texts(answer.messages), numbered(26, 45));
    assert.deepEqual(answer.pagination, { page: 1, limit: 20, total: 45, hasMore: true });
    assertMessage(answer.messages[0], { text: 'm26', sender: pair.patient });
    assertMessage(answer.messages[1], { text: 'm27', sender: pair.doctor });
  });

  it('arrives as an event where no acknowledgement was asked for', async (t) => {
    const { doctor } = await withHistory(t, 3);
    doctor.tell('get_initial_messages', { page: 1, limit: 2 });
    assert.deepEqual(texts((await doctor.next('initial_messages')).messages), ['m2', 'm3']);
  });

  it('goes to the caller only', async (t) => {
    const { pair, doctor } = await withHistory(t, 3);
    const patient = await stage.enter(t, pair.patient, pair);
    await page(doctor, {});
    await patient.settle();
    assert.deepEqual(patient.all('initial_messages'), []);
  });

  it('pages back from the newest without a gap', async (t) => {
    const { doctor } = await withHistory(t, 45);
    const second = await page(doctor, { page: 2, limit: 20 });
    assert.deepEqual(texts(second.messages), numbered(6, 25));
    assert.deepEqual(second.pagination, { page: 2, limit: 20, total: 45, hasMore: true });
    const third = await page(doctor, { page: 3, limit: 20 });
    assert.deepEqual(texts(third.messages), numbered(1, 5));
    assert.deepEqual(third.pagination, { page: 3, limit: 20, total: 45, hasMore: false });
    const beyond = await page(doctor, { page: 4, limit: 20 });
    assert.deepEqual(beyond.messages, []);
    assert.equal(beyond.pagination.hasMore, false);
  });

  it('counts pages from the first message when asked for the oldest', async (t) => {
    const { doctor } = await withHistory(t, 45);
    const first = await page(doctor, { page: 1, limit: 20, order: 'oldest' });
    assert.deepEqual(texts(first.messages), numbered(1, 20));
    assert.deepEqual(first.pagination, { page: 1, limit: 20, total: 45, hasMore: true });
    const third = await page(doctor, { page: 3, limit: 20, order: 'oldest' });
    assert.deepEqual(texts(third.messages), numbered(41, 45));
    assert.equal(third.pagination.hasMore, false);
  });

  it('clamps the limit to 1 and 100', async (t) => {
    const { doctor } = await withHistory(t, 130);
    for (const [asked, given] of [[1000, 100], [101, 100], [100, 100], [1, 1], [0, 1], [-5, 1]]) {
      const answer = await page(doctor, { limit: asked });
      assert.equal(answer.pagination.limit, given, `limit ${asked}`);
      assert.deepEqual(texts(answer.messages), numbered(131 - given, 130));
      const slice = await doctor.ask('get_messages', { limit: asked });
      assert.deepEqual(texts(slice.messages), numbered(131 - given, 130));
    }
  });

  it('refuses a request that is not one', async (t) => {
    const { doctor } = await withHistory(t, 3);
    for (const request of [{ limit: 'all' }, { page: {} }, { order: 'sideways' }, 'newest', 7, [1]]) {
      assertRefused(await doctor.ask('get_initial_messages', request), 'Invalid payload');
    }
    doctor.tell('get_initial_messages', { page: 'one' });
    assertErrorEvent(await doctor.next('error'), { message: 'Invalid payload', event: 'get_initial_messages' });
    assert.deepEqual(doctor.all('initial_messages'), []);
  });

  it('survives page numbers beyond every history', async (t) => {
    const { doctor } = await withHistory(t, 3);
    for (const number of [1e6, Number.MAX_SAFE_INTEGER]) {
      for (const order of ['newest', 'oldest']) {
        assert.deepEqual((await page(doctor, { page: number, limit: 100, order })).messages, []);
      }
    }
  });

  it('gives the neighbours before a message', async (t) => {
    const { stored, doctor } = await withHistory(t, 30);
    const answer = await doctor.ask('get_messages', { before: stored[20].id, limit: 10 });
    assert.deepEqual(keys(answer), ['hasMore', 'messages', 'ok']);
    assert.equal(answer.ok, true);
    assert.deepEqual(texts(answer.messages), numbered(11, 20));
    assert.equal(answer.hasMore, true);
    const rest = await doctor.ask('get_messages', { before: stored[10].id, limit: 10 });
    assert.deepEqual(texts(rest.messages), numbered(1, 10));
    assert.equal(rest.hasMore, false);
  });

  it('gives the neighbours after a message', async (t) => {
    const { stored, doctor } = await withHistory(t, 30);
    const answer = await doctor.ask('get_messages', { after: stored[9].id, limit: 10 });
    assert.deepEqual(texts(answer.messages), numbered(11, 20));
    assert.equal(answer.hasMore, true);
    const rest = await doctor.ask('get_messages', { after: stored[19].id, limit: 10 });
    assert.deepEqual(texts(rest.messages), numbered(21, 30));
    assert.equal(rest.hasMore, false);
    const nothing = await doctor.ask('get_messages', { after: stored[29].id, limit: 10 });
    assert.deepEqual([nothing.messages, nothing.hasMore], [[], false]);
  });

  it('knows only messages of this conversation', async (t) => {
    const { doctor } = await withHistory(t, 3);
    const foreign = await withHistory(t, 3);
    for (const anchor of [foreign.stored[0].id, 'no-such-message']) {
      assertRefused(await doctor.ask('get_messages', { after: anchor, limit: 5 }), 'Message not found');
      assertRefused(await doctor.ask('get_messages', { before: anchor, limit: 5 }), 'Message not found');
    }
  });

  it('goes one way at a time', async (t) => {
    const { stored, doctor } = await withHistory(t, 3);
    const both = { before: stored[2].id, after: stored[0].id };
    for (const request of [both, { after: 7 }, { before: {} }, { limit: '5' }, 'm1', [stored[0].id]]) {
      assertRefused(await doctor.ask('get_messages', request), 'Invalid payload');
    }
  });

  it('lets a client that was away catch up with no gap and nothing twice', async (t) => {
    const { pair, doctor, patient } = await stage.conversation(t);
    for (const text of numbered(1, 5)) await doctor.send(text);
    await patient.count('new_message', 5);
    const seen = patient.all('new_message').map(({ message }) => message);
    patient.close();
    for (const text of numbered(6, 30)) await doctor.send(text);

    const back = await stage.enter(t, pair.patient, pair);
    await doctor.send('m31');
    for (;;) {
      const answer = await back.ask('get_messages', { after: seen.at(-1).id, limit: 10 });
      seen.push(...answer.messages);
      if (!answer.hasMore) break;
    }
    await back.next('new_message');
    const live = back.all('new_message').map(({ message }) => message);
    seen.push(...live.filter((message) => !ids(seen).includes(message.id)));

    assert.deepEqual(texts(seen), numbered(1, 31));
    assert.deepEqual(texts(await back.history(7)), numbered(1, 31));
  });

  it('holds what was sent just now, as it was broadcast', async (t) => {
    const { doctor, patient } = await stage.conversation(t);
    await doctor.send('first');
    await patient.send('second');
    await doctor.count('new_message', 2);
    const live = doctor.all('new_message').map(({ message }) => message);
    assert.deepEqual((await page(doctor, {})).messages, live);
    assert.deepEqual((await doctor.ask('get_messages', { limit: 20 })).messages, live);
    assert.equal((await page(patient, {})).pagination.total, 2);
  });
});
