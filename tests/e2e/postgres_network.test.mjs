// The network between the server and PostgreSQL: slow, cut, reset, and silent at the worst moment.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { texts } from './support/answers.mjs';
import { patience } from './support/program.mjs';
import { OrmDatabase } from './support/postgres_database.mjs';
import { withServer } from './support/stage.mjs';
import { Commotion, assertStoredOrRefused, sendWhenWell, status, trySend, whenReady } from './support/trouble.mjs';
import { until } from './support/wait.mjs';

const options = { database: () => new OrmDatabase(), proxied: true, env: { QUICKCLINIC_SHARDS: '2' } };

withServer('a network in trouble', options, (stage) => {
  const stored = (id) => Number(stage.clinic.database.run('SELECT count(*) FROM "ChatMessages" WHERE id = ?', id)[0][0]);
  const rowsOf = (pair) => stage.clinic.database.run('SELECT id FROM "ChatMessages" WHERE "doctorPatientRelationId" = ?', pair.id);

  it('only slows messages down while the database is slow', async (t) => {
    const { doctor, patient } = await stage.conversation(t);
    t.after(() => stage.proxy.heal());
    stage.proxy.delay(150);
    const acks = await Promise.all(Array.from({ length: 10 }, (_, index) => trySend(doctor, `slow ${index}`)));
    assert.ok(acks.every(({ ok }) => ok), JSON.stringify(acks));
    assert.deepEqual(texts(await patient.history()), Array.from({ length: 10 }, (_, index) => `slow ${index}`));
  });

  it('refuses what a much too slow database does not store in time, and knows it again', async (t) => {
    const { pair, doctor, patient } = await stage.conversation(t);
    await doctor.send('Before');
    t.after(() => stage.proxy.heal());
    stage.proxy.delay(20_000);
    const sent = trySend(doctor, 'Late', { clientMessageId: 'late' });
    await patient.ask('user_typing');
    assert.equal(await status(stage, '/health'), 200);
    const ack = await sent;
    assert.equal(ack.ok, false);
    assertStoredOrRefused(ack);

    stage.proxy.reset();
    stage.proxy.heal();
    await sendWhenWell(doctor, 'Late', { clientMessageId: 'late' });
    assert.equal(rowsOf(pair).length, 2);
    assert.ok(doctor.socket.connected && patient.socket.connected);
  });

  for (const way of ['cut', 'reset']) {
    it(`loses nothing when its connections are ${way} under load`, async (t) => {
      const { doctor } = await stage.conversation(t);
      const commotion = new Commotion(t, stage);
      for (let round = 0; round < 5; round += 1) {
        await commotion.progress();
        stage.proxy[way]();
        await sendWhenWell(doctor, `after ${round}`);
      }
      await commotion.progress();
      await commotion.settle();
      assert.equal(commotion.losses, 0);
    });
  }

  it('recovers when the database cannot be reached for a while', async (t) => {
    const { doctor, patient } = await stage.conversation(t);
    await doctor.send('Before');
    t.after(() => stage.proxy.heal());
    stage.proxy.close();
    await whenReady(stage, 503);
    assertStoredOrRefused(await trySend(doctor, 'Unreachable'));
    stage.proxy.heal();
    await sendWhenWell(doctor, 'After');
    await whenReady(stage);
    assert.equal(texts(await patient.history()).at(-1), 'After');
    assert.ok(doctor.socket.connected && patient.socket.connected);
  });

  for (const after of ['the answer is lost and the connection cut', 'the answer is lost and the user asks again']) {
    it(`knows a committed message again when ${after}`, async (t) => {
      const { pair, doctor, patient } = await stage.conversation(t);
      await doctor.send('Before');
      t.after(() => stage.proxy.heal());

      stage.proxy.swallow();
      const sent = trySend(doctor, 'Committed', { clientMessageId: 'unknown' });
      await until(10_000 * patience, () => rowsOf(pair).length === 2, 'the commit');
      if (after.endsWith('asks again')) assertStoredOrRefused(await sent);
      stage.proxy.reset();
      stage.proxy.heal();

      assertStoredOrRefused(await sent);
      const { id } = await sendWhenWell(doctor, 'Committed', { clientMessageId: 'unknown' });
      assert.equal(stored(id), 1);
      assert.equal(rowsOf(pair).length, 2);
      assert.deepEqual(texts(await patient.history()), ['Before', 'Committed']);
      await patient.count('new_message', 2);
      await patient.settle();
      assert.deepEqual(texts(patient.all('new_message').map(({ message }) => message)), ['Before', 'Committed']);
    });
  }
});
