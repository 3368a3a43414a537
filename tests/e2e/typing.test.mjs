import assert from 'node:assert/strict';
import { it } from 'node:test';
import { assertRefused } from './support/answers.mjs';
import { overMatrix } from './support/stage.mjs';

overMatrix('user_typing', (stage) => {
  it('is heard by the others, not by the one who types', async (t) => {
    const { pair, doctor, patient } = await stage.conversation(t);

    assert.equal((await patient.ask('user_typing')).ok, true);

    assert.deepEqual(await doctor.next('user_typing'), {
      userId: pair.patient.id, userName: pair.patient.name, userRole: 'PATIENT',
    });
    await patient.settle();
    assert.deepEqual(patient.all('user_typing'), []);
  });

  it('needs no acknowledgement and ignores what it carries', async (t) => {
    const { pair, doctor, patient } = await stage.conversation(t);
    doctor.tell('user_typing', { userId: pair.patient.id, userName: 'Somebody', userRole: 'ADMIN' });
    assert.deepEqual(await patient.next('user_typing'), {
      userId: pair.doctor.id, userName: pair.doctor.name, userRole: 'DOCTOR',
    });
  });

  it('leaves nothing in the history', async (t) => {
    const { doctor, patient } = await stage.conversation(t);
    await doctor.ask('user_typing');
    await patient.next('user_typing');
    assert.deepEqual(await doctor.history(), []);
  });

  it('is limited in rate, and the conversation goes on', async (t) => {
    const { doctor, patient } = await stage.conversation(t);

    const acks = await Promise.all(Array.from({ length: 300 }, () => doctor.ask('user_typing')));

    const refused = acks.filter((ack) => !ack.ok);
    assert.ok(refused.length > 0, 'three hundred at once are never all let through');
    refused.forEach((ack) => assertRefused(ack, 'Rate limit exceeded'));
    assert.equal(acks[0].ok, true);
    await doctor.send('Still here');
    assert.equal((await patient.next('new_message')).message.text, 'Still here');
    assert.ok(patient.all('user_typing').length <= acks.length - refused.length);
  });
});
