// A session does not outlive the right to it: expiry, revocation and disabling end it within five seconds.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { patience } from './support/program.mjs';
import { overMatrix } from './support/stage.mjs';
import { seconds } from './support/tokens.mjs';

const bound = 5000 + 1000 * patience;

overMatrix('a session', (stage) => {
  it('ends when its token expires, and not before', async (t) => {
    const pair = stage.clinic.pair();
    const exp = seconds() + 2;
    const auth = { token: stage.clinic.token(pair.doctor, { exp }), relationId: pair.id };
    const doctor = await stage.member(t, { auth }).ready();
    const patient = await stage.enter(t, pair.patient, pair);

    await doctor.next('disconnect', bound);

    const late = Date.now() - exp * 1000;
    assert.ok(late >= -20 && late < 2000 * patience, `ended ${late} ms after the expiry`);
    assert.equal((await stage.member(t, { auth }).refusal()).message, 'Token expired');
    assert.equal(patient.socket.connected, true);
    await patient.send('Are you there?');
    await patient.settle();
    assert.deepEqual(doctor.all('new_message'), []);
  });

  it('ends when its user is disabled, on every device', async (t) => {
    const { pair, doctor, patient } = await stage.conversation(t);
    const listener = await stage.listen(t, pair.doctor);
    stage.clinic.mustRun(['user', 'disable', pair.doctor.email]);
    await Promise.all([doctor.next('disconnect', bound), listener.next('disconnect', bound)]);
    assert.equal(patient.socket.connected, true);
    const auth = { token: stage.clinic.token(pair.doctor), relationId: pair.id };
    assert.equal((await stage.member(t, { auth }).refusal()).message, 'Account is disabled');
  });

  it('ends when its token is revoked, while other tokens of the user live', async (t) => {
    const pair = stage.clinic.pair();
    const token = stage.clinic.token(pair.doctor, { device: 'lost' });
    const lost = await stage.member(t, { auth: { token, relationId: pair.id } }).ready();
    const kept = await stage.enter(t, pair.doctor, pair);
    stage.clinic.mustRun(['token', '--revoke', token]);
    await lost.next('disconnect', bound);
    assert.equal(kept.socket.connected, true);
    await stage.member(t, { auth: { token, relationId: pair.id } }).refusal();
  });

  it('ends when its relation is gone', async (t) => {
    const { pair, doctor, patient } = await stage.conversation(t);
    stage.clinic.removeRelation(pair);
    await Promise.all([doctor.next('disconnect', bound), patient.next('disconnect', bound)]);
    const auth = { token: stage.clinic.token(pair.doctor), relationId: pair.id };
    assert.equal((await stage.member(t, { auth }).refusal()).message, 'Relation not found');
  });
}, { concurrency: true });
