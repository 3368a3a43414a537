import assert from 'node:assert/strict';
import { it } from 'node:test';
import { assertErrorEvent, assertRefused } from './support/answers.mjs';
import { keys } from './support/member.mjs';
import { overMatrix } from './support/stage.mjs';

async function readState(member) {
  await member.ask('get_initial_messages', { limit: 1 });
  return (await member.next('initial_messages')).readState;
}

overMatrix('mark_as_read', (stage) => {
  it('tells the others and is kept', async (t) => {
    const { pair, doctor, patient } = await stage.conversation(t);
    const { id } = await doctor.send('Please read this');

    assert.equal((await patient.ask('mark_as_read', { messageId: id })).ok, true);

    const event = await doctor.next('message_read');
    assert.deepEqual(keys(event), ['messageId', 'readAt', 'readBy']);
    assert.equal(event.messageId, id);
    assert.equal(event.readBy, pair.patient.id);
    assert.match(event.readAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.deepEqual(await readState(doctor), { [pair.patient.id]: id });
    assert.deepEqual(await readState(patient), { [pair.patient.id]: id });
    assert.deepEqual(patient.all('message_read'), []);
  });

  it('keeps a mark for each of the two', async (t) => {
    const { pair, doctor, patient } = await stage.conversation(t);
    const first = await doctor.send('one');
    const second = await patient.send('two');
    await doctor.ask('mark_as_read', { messageId: second.id });
    await patient.ask('mark_as_read', { messageId: first.id });
    assert.deepEqual(await readState(doctor), { [pair.doctor.id]: second.id, [pair.patient.id]: first.id });
  });

  it('never goes back', async (t) => {
    const { pair, doctor, patient } = await stage.conversation(t);
    const first = await doctor.send('one');
    const second = await doctor.send('two');
    await patient.ask('mark_as_read', { messageId: second.id });
    assert.equal((await patient.ask('mark_as_read', { messageId: first.id })).ok, true);
    assert.deepEqual(await readState(doctor), { [pair.patient.id]: second.id });
  });

  it('takes the reader from the connection, whatever the payload says', async (t) => {
    const { pair, doctor, patient } = await stage.conversation(t);
    const { id } = await doctor.send('Read by whom?');
    await patient.ask('mark_as_read', { messageId: id, readBy: pair.doctor.id, userId: pair.doctor.id, readAt: '1999-01-01T00:00:00.000Z' });
    const event = await doctor.next('message_read');
    assert.equal(event.readBy, pair.patient.id);
    assert.ok(Math.abs(Date.parse(event.readAt) - Date.now()) < 60_000);
  });

  it('knows only messages of this conversation', async (t) => {
    const { doctor } = await stage.conversation(t);
    const foreign = await stage.conversation(t);
    const { id } = await foreign.doctor.send('Elsewhere');
    for (const messageId of [id, 'no-such-message']) {
      assertRefused(await doctor.ask('mark_as_read', { messageId }), 'Message not found');
    }
    doctor.tell('mark_as_read', { messageId: 'no-such-message' });
    assertErrorEvent(await doctor.next('error'), { message: 'Message not found', event: 'mark_as_read' });
    await foreign.doctor.settle();
    assert.deepEqual(foreign.doctor.all('message_read'), []);
  });

  it('refuses a payload that names no message', async (t) => {
    const { doctor } = await stage.conversation(t);
    for (const payload of [[], [{}], [{ messageId: 7 }], [{ messageId: null }], [{ messageId: ['a'] }], ['id'], [null]]) {
      assertRefused(await doctor.ask('mark_as_read', ...payload), 'Invalid payload');
    }
  });
});
