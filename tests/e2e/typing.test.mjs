import assert from 'node:assert/strict';
import { it } from 'node:test';
import { assertRefused } from './support/answers.mjs';
import { overMatrix } from './support/stage.mjs';
import { until } from './support/wait.mjs';

/**
 * Types until `listener` has heard it. Once is not always enough: the event is volatile, so it is dropped when it comes
 * in the moment between two polls of the listener.
 */
async function typeUntilHeard(type, listener) {
  await until(10_000, async () => {
    await type();
    await listener.settle();
    return listener.all('user_typing').length > 0;
  }, 'somebody to hear the typing');
  return listener.next('user_typing');
}

overMatrix('user_typing', (stage) => {
  it('is heard by the others, not by the one who types', async (t) => {
    const { pair, doctor, patient } = await stage.conversation(t);
    const type = async () => assert.equal((await patient.ask('user_typing')).ok, true);

    assert.deepEqual(await typeUntilHeard(type, doctor), {
      userId: pair.patient.id, userName: pair.patient.name, userRole: 'PATIENT',
    });
    await patient.settle();
    assert.deepEqual(patient.all('user_typing'), []);
  });

  it('needs no acknowledgement and ignores what it carries', async (t) => {
    const { pair, doctor, patient } = await stage.conversation(t);
    const type = () => doctor.tell('user_typing', { userId: pair.patient.id, userName: 'Somebody', userRole: 'ADMIN' });
    assert.deepEqual(await typeUntilHeard(type, patient), {
      userId: pair.doctor.id, userName: pair.doctor.name, userRole: 'DOCTOR',
    });
  });

  it('leaves nothing in the history', async (t) => {
    const { doctor, patient } = await stage.conversation(t);
    await typeUntilHeard(() => doctor.ask('user_typing'), patient);
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
