// What only those hear who ask for it: what was received, who is there, all conversations at once (docs/events.md).
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { assertErrorEvent, assertMessage, assertOwnMessage, assertRefused, texts } from './support/answers.mjs';
import { keys } from './support/member.mjs';
import { patience } from './support/program.mjs';
import { overMatrix, withServer } from './support/stage.mjs';

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const goneTime = 6000 + 2000 * patience;

async function watchAll(stage, t, user, options) {
  const member = await stage.listen(t, user, options);
  assert.deepEqual(await member.ask('watch_conversations', {}), { ok: true });
  return member;
}

overMatrix('watching', (stage) => {
  it('a delivery is told to those others who asked, and kept', async (t) => {
    const { pair, doctor, patient } = await stage.conversation(t);
    const tablet = await stage.enter(t, pair.doctor, pair);
    await doctor.ask('watch_conversation', {});
    const first = await doctor.send('one');
    const second = await doctor.send('two');
    const mark = { messageId: second.id, deliveredTo: pair.patient.id };

    const { deliveredAt, ...ack } = await patient.ask('mark_as_delivered', { messageId: second.id });

    assert.deepEqual(ack, { ok: true, ...mark });
    assert.match(deliveredAt, instant);
    assert.deepEqual(await doctor.next('message_delivered'), { ...mark, deliveredAt });
    for (const { id } of [first, second]) {
      assert.deepEqual(await patient.ask('mark_as_delivered', { messageId: id }), { ok: true, ...mark, deliveredAt });
    }
    for (const member of [doctor, tablet, patient]) await member.settle();
    assert.equal(doctor.all('message_delivered').length, 1);
    assert.deepEqual([tablet, patient].flatMap((member) => member.all('message_delivered')), []);
    const later = await stage.enter(t, pair.doctor, pair);
    assert.deepEqual((await later.ask('watch_conversation')).deliveredState, { [pair.patient.id]: second.id });
  });

  it('reading implies delivery, and says so itself', async (t) => {
    const { pair, doctor, patient } = await stage.conversation(t);
    await doctor.ask('watch_conversation');
    const { id } = await doctor.send('one');
    await patient.ask('mark_as_read', { messageId: id });
    assert.equal((await patient.ask('mark_as_delivered', { messageId: id })).messageId, id);
    assert.deepEqual((await doctor.ask('watch_conversation')).deliveredState, { [pair.patient.id]: id });
    await doctor.settle();
    assert.deepEqual(doctor.all('message_delivered'), []);
    assert.equal(doctor.all('message_read').length, 1);
  });

  it('a delivery names a message of the conversation, or is refused', async (t) => {
    const { pair, doctor } = await stage.conversation(t);
    const foreign = await stage.conversation(t);
    const { id } = await foreign.doctor.send('Elsewhere');
    const phone = await stage.listen(t, pair.doctor);
    await foreign.patient.ask('watch_conversation');

    for (const payload of [[], [{}], [{ messageId: 7 }], [{ messageId: null }], [{ messageId: ['a'] }], ['id'], [null]]) {
      assertRefused(await doctor.ask('mark_as_delivered', ...payload), 'Invalid payload');
      assertRefused(await phone.ask('mark_as_delivered', ...payload), 'Invalid payload');
    }
    assertRefused(await phone.ask('mark_as_delivered', { messageId: id, relationId: 7 }), 'Invalid payload');
    for (const messageId of [id, 'no-such-message']) {
      assertRefused(await doctor.ask('mark_as_delivered', { messageId, relationId: foreign.pair.id }), 'Message not found');
      assertRefused(await phone.ask('mark_as_delivered', { messageId, relationId: pair.id }), 'Message not found');
    }
    for (const relationId of [foreign.pair.id, 'no-such-relation', '']) {
      assertRefused(await phone.ask('mark_as_delivered', { messageId: id, relationId }), 'Unauthorized');
    }
    phone.tell('mark_as_delivered', { messageId: id, relationId: foreign.pair.id });
    assertErrorEvent(await phone.next('error'), { message: 'Unauthorized', event: 'mark_as_delivered' });
    await foreign.patient.settle();
    assert.deepEqual(foreign.patient.all('message_delivered'), []);
    assert.deepEqual((await foreign.doctor.ask('watch_conversation')).deliveredState, {});
  });

  it('a phone in the pocket says what it has received', async (t) => {
    const { pair, doctor } = await stage.conversation(t);
    const phone = await watchAll(stage, t, pair.patient);
    await doctor.ask('watch_conversation');
    await doctor.send('Ring');
    const { relationId, message } = await phone.next('conversation_message');
    await phone.ask('mark_as_delivered', { relationId, messageId: message.id });
    assert.equal((await doctor.next('message_delivered')).messageId, message.id);
  });

  it('all conversations are shown to their people, in order, and to nobody else', async (t) => {
    const { pair, doctor, patient } = await stage.conversation(t);
    const strangers = await stage.conversation(t);
    const [doctors, patients, stranger] = await Promise.all(
      [pair.doctor, pair.patient, strangers.pair.doctor].map((user) => watchAll(stage, t, user)));
    const plain = await stage.listen(t, pair.doctor);

    const sent = await doctor.send('one', { clientMessageId: 'c1' });
    for (const text of ['two', 'three', 'four']) await patient.send(text);
    await patient.ask('mark_as_read', { messageId: sent.id });

    for (const member of [doctors, patients]) {
      const shown = await member.count('conversation_message', 4);
      assert.deepEqual(new Set(shown.map(({ relationId }) => relationId)), new Set([pair.id]));
      assert.deepEqual(texts(shown.map(({ message }) => message)), ['one', 'two', 'three', 'four']);
      const { readAt, ...read } = await member.next('conversation_read');
      assert.deepEqual(read, { relationId: pair.id, messageId: sent.id, readBy: pair.patient.id });
      assert.match(readAt, instant);
    }
    const [first] = doctors.all('conversation_message');
    assert.deepEqual(keys(first), ['message', 'relationId']);
    assertOwnMessage(first.message, { text: 'one', sender: pair.doctor, clientMessageId: 'c1' });
    assertMessage(patients.all('conversation_message')[0].message, { text: 'one', sender: pair.doctor });
    for (const member of [stranger, plain]) {
      await member.settle();
      assert.deepEqual(['conversation_message', 'conversation_read'].flatMap((event) => member.all(event)), []);
    }
  });

  it('each kind of connection has its own way of watching', async (t) => {
    const { pair, doctor } = await stage.conversation(t);
    const phone = await stage.listen(t, pair.doctor);
    assertRefused(await doctor.ask('watch_conversations', {}), 'Unauthorized');
    assertRefused(await phone.ask('watch_conversation', {}), 'Unauthorized');
    for (const payload of [7, 'all', [1]]) {
      assertRefused(await doctor.ask('watch_conversation', payload), 'Invalid payload');
      assertRefused(await phone.ask('watch_conversations', payload), 'Invalid payload');
    }
  });

  it('ten thousand calls are answered or dropped, and the conversation goes on', async (t) => {
    const { pair, doctor, patient } = await stage.conversation(t);
    const phone = await stage.listen(t, pair.doctor);
    const { id } = await patient.send('Hello');
    for (let call = 0; call < 10_000; call += 1) {
      doctor.tell('mark_as_delivered', { messageId: id });
      doctor.tell('watch_conversation', {});
      phone.tell('watch_conversations', {});
    }
    const acks = await Promise.all(Array.from({ length: 300 }, () => phone.ask('watch_conversations', {})));
    const refused = acks.filter((ack) => !ack.ok);
    assert.ok(refused.length > 0, 'three hundred at once are never all let through');
    refused.forEach((ack) => assertRefused(ack, 'Rate limit exceeded'));
    await doctor.send('Still here');
    await patient.next('new_message');
    await doctor.settle();
    assert.deepEqual(doctor.all('error'), []);
    assert.ok(doctor.socket.connected && phone.socket.connected);
  });
});

overMatrix('presence', (stage) => {
  it('tells who comes and goes, over connections of every kind', async (t) => {
    const pair = stage.clinic.pair();
    const doctor = await stage.enter(t, pair.doctor, pair);
    const userId = pair.patient.id;
    assert.deepEqual((await doctor.ask('watch_conversation', {})).presence, { userId, online: false });

    const phone = await stage.listen(t, pair.patient);
    assert.deepEqual(await doctor.next('presence'), { userId, online: true });
    const patient = await stage.enter(t, pair.patient, pair);
    assert.deepEqual((await doctor.ask('watch_conversation')).presence, { userId, online: true });
    phone.close();
    patient.close();

    const { lastSeenAt, ...gone } = await doctor.next('presence', goneTime);
    assert.deepEqual(gone, { userId, online: false });
    assert.match(lastSeenAt, instant);
    assert.deepEqual((await doctor.ask('watch_conversation')).presence, { userId, online: false, lastSeenAt });
    assert.equal(doctor.all('presence').length, 2);
  });

  it('does not flicker when a page is reloaded', async (t) => {
    const { pair, doctor, patient } = await stage.conversation(t);
    await doctor.ask('watch_conversation');
    patient.close();
    const again = await stage.enter(t, pair.patient, pair);
    again.close();
    const { online } = await doctor.next('presence', goneTime);
    assert.equal(online, false);
    assert.equal(doctor.all('presence').length, 1);
  });

  it('is told to nobody who did not ask', async (t) => {
    const pair = stage.clinic.pair();
    const doctor = await stage.enter(t, pair.doctor, pair);
    const patient = await stage.enter(t, pair.patient, pair);
    await patient.send('Here');
    await doctor.settle();
    assert.deepEqual(doctor.all('presence'), []);
  });
}, { concurrency: true });

withServer('watching what goes away', { env: { QUICKCLINIC_SHARDS: '4' } }, (stage) => {
  it('a relation that is gone is silent, and the watcher stays', async (t) => {
    const { pair, doctor, patient } = await stage.conversation(t);
    const phone = await watchAll(stage, t, pair.patient);
    await doctor.ask('watch_conversation');
    stage.clinic.removeRelation(pair);
    await Promise.all([doctor.next('disconnect', goneTime), patient.next('disconnect', goneTime)]);
    assertRefused(await phone.ask('mark_as_delivered', { relationId: pair.id, messageId: 'any' }), 'Unauthorized');
    assert.equal(phone.socket.connected, true);
    assert.deepEqual(phone.all('conversation_message'), []);
  });

  it('a watcher whose account is disabled is sent away', async (t) => {
    const { pair, doctor } = await stage.conversation(t);
    const phone = await watchAll(stage, t, pair.patient);
    stage.clinic.mustRun(['user', 'disable', pair.patient.email]);
    await phone.next('disconnect', goneTime);
    await doctor.send('Too late');
    await doctor.settle();
    assert.deepEqual(phone.all('conversation_message'), []);
  });
});
