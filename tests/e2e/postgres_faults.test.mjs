// PostgreSQL in trouble: every send ends refused or committed, sockets stay, and all is well once the database is.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { assertRefused, texts } from './support/answers.mjs';
import { patience } from './support/program.mjs';
import { OrmDatabase } from './support/postgres_database.mjs';
import { withServer } from './support/stage.mjs';
import { Commotion, sendWhenWell, status, trySend, whenReady } from './support/trouble.mjs';
import { pause, until, within } from './support/wait.mjs';

const kills = Number(process.env.QUICKCLINIC_E2E_DATABASE_KILLS ?? 5);
const connected = (...members) => members.every(({ socket }) => socket.connected);

for (const shards of ['1', '4']) {
  const options = { database: () => new OrmDatabase(), env: { QUICKCLINIC_SHARDS: shards } };
  withServer(`PostgreSQL in trouble, shards ${shards}`, options, (stage) => {
    const postgres = () => stage.clinic.database.server;

    it('lives on while the database is down, says so, and recovers by itself', async (t) => {
      const { pair, doctor, patient } = await stage.conversation(t);
      await doctor.send('Before');
      await patient.next('new_message');
      assert.equal(await status(stage, '/ready'), 200);

      await postgres().stop('immediate');
      t.after(() => postgres().running || postgres().start());
      const sent = trySend(doctor, 'Meanwhile', { clientMessageId: 'meanwhile' });
      assert.equal(await status(stage, '/health'), 200);
      await patient.ask('user_typing');
      await doctor.next('user_typing');
      assertRefused(await sent, 'Failed to send message');
      await whenReady(stage, 503);
      assertRefused(await doctor.socket.timeout(15_000 * patience).emitWithAck('get_messages', { limit: 5 }), 'Failed to load messages');
      const auth = { token: stage.clinic.token(pair.doctor), relationId: pair.id };
      assert.deepEqual(await stage.member(t, { auth, timeout: 15_000 * patience }).refusal(),
        { message: 'Service unavailable', code: 'service_unavailable' });

      postgres().start();
      await sendWhenWell(doctor, 'Meanwhile', { clientMessageId: 'meanwhile' });
      await whenReady(stage);
      assert.deepEqual(texts(await patient.history()), ['Before', 'Meanwhile']);
      assert.ok(connected(doctor, patient), 'nobody was disconnected');
      await patient.count('new_message', 2);
      assert.deepEqual(texts(patient.all('new_message').map(({ message }) => message)), ['Before', 'Meanwhile']);
    });

    it('carries on when every connection is terminated under load', async (t) => {
      const { doctor } = await stage.conversation(t);
      const commotion = new Commotion(t, stage);
      for (let round = 0; round < 5; round += 1) {
        await commotion.progress();
        stage.clinic.database.terminate();
        await sendWhenWell(doctor, `after ${round}`);
      }
      await commotion.progress();
      await commotion.settle();
      assert.equal(commotion.losses, 0);
      assert.ok(connected(doctor));
    });

    it(`loses and doubles nothing when PostgreSQL is killed ${kills} times under load`, async (t) => {
      const { doctor } = await stage.conversation(t);
      const commotion = new Commotion(t, stage, { talkersEach: 2 });
      for (let round = 0; round < kills; round += 1) {
        await commotion.progress();
        await pause(Math.random() * 40);
        await postgres().restart(round % 2 === 0 ? 'kill' : 'immediate');
        await sendWhenWell(doctor, `after ${round}`);
      }
      await commotion.progress();
      await commotion.settle();
      assert.equal(commotion.losses, 0, 'sockets stay connected');
      assert.ok(connected(doctor));
    });
  });
}

withServer('a server that starts', { database: () => new OrmDatabase() }, (stage) => {
  it('waits for a database that is not running yet', async (t) => {
    const { server } = stage.clinic.database;
    await stage.server.stop();
    await server.stop('fast');
    t.after(() => server.running || server.start());
    const starting = stage.clinic.serve();
    starting.catch(() => {});

    const early = await Promise.race([starting.then(() => 'listening', (error) => error), until(1500, () => false, '').catch(() => 'waiting')]);
    assert.ok(['listening', 'waiting'].includes(early), String(early));
    server.start();

    stage.server = await within(20_000 * patience, starting, 'the server to start');
    await whenReady(stage);
    const { doctor, patient } = await stage.conversation(t);
    await sendWhenWell(doctor, 'There it is');
    await patient.next('new_message');
  });
});
