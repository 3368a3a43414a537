import assert from 'node:assert/strict';
import { it } from 'node:test';
import { overMatrix } from './support/stage.mjs';

const ownEvents = new Set(['connected', 'notification_connected']);

overMatrix('isolation', (stage) => {
  it('lets nobody outside a relation hear anything of it', async (t) => {
    const { pair, doctor, patient } = await stage.conversation(t);
    const strangers = await stage.conversation(t);
    const sameDoctorElsewhere = await stage.listen(t, pair.doctor);
    const listener = await stage.listen(t, strangers.pair.doctor);

    const { id } = await doctor.send('Between the two of us');
    await patient.ask('user_typing');
    await patient.ask('mark_as_read', { messageId: id });
    await doctor.next('message_read');

    for (const member of [strangers.doctor, strangers.patient, sameDoctorElsewhere, listener]) {
      await member.settle();
      assert.deepEqual(member.events.map(({ event }) => event).filter((event) => !ownEvents.has(event)), []);
    }
  });

  it('refuses a relation of others', async (t) => {
    const pair = stage.clinic.pair();
    const stranger = stage.clinic.pair();
    for (const user of [stranger.doctor, stranger.patient]) {
      const auth = { token: stage.clinic.token(user), relationId: pair.id };
      assert.deepEqual(await stage.member(t, { auth }).refusal(), { message: 'Unauthorized', code: 'unauthorized' });
    }
  });

  it('ignores events that would join or speak for others', async (t) => {
    const { pair, doctor, patient } = await stage.conversation(t);
    const stranger = await stage.conversation(t);
    const room = `relation_${pair.id}`;
    for (const event of ['join', 'join_room', 'subscribe', 'new_message', 'initial_messages', 'message_read', 'error', 'connected', 'new_notification']) {
      stranger.doctor.tell(event, { room, relationId: pair.id, message: { text: 'forged' } });
    }
    await stranger.doctor.send('Still connected');
    await doctor.send('Only for us');
    await patient.next('new_message');
    await Promise.all([stranger.doctor.settle(), patient.settle()]);
    assert.equal(stranger.doctor.all('new_message').length, 1);
    assert.equal(patient.all('new_message').length, 1);
    assert.deepEqual(patient.all('new_notification'), []);
  });

  it('gives history and read marks of one\'s own relation only', async (t) => {
    const { doctor } = await stage.conversation(t);
    const other = await stage.conversation(t);
    const { id } = await other.doctor.send('Not yours');
    const relationId = other.pair.id;
    const page = await doctor.ask('get_initial_messages', { relationId, page: 1 });
    assert.equal(page.ok, true);
    assert.deepEqual((await doctor.next('initial_messages')).messages, []);
    assert.deepEqual((await doctor.ask('get_messages', { relationId, limit: 10 })).messages, []);
    assert.equal((await doctor.ask('get_messages', { relationId, after: id, limit: 10 })).ok, false);
  });
});
