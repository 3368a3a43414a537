// PostgreSQL that lets somebody wait or only reads: those who need it get a clear answer, all others notice nothing.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { assertRefused, texts } from './support/answers.mjs';
import { OrmDatabase } from './support/postgres_database.mjs';
import { withServer } from './support/stage.mjs';
import { recovery, sendTime, sendWhenWell, status, trySend } from './support/trouble.mjs';
import { until } from './support/wait.mjs';

const connected = (...members) => members.every(({ socket }) => socket.connected);

for (const shards of ['1', '4']) {
  const options = { database: () => new OrmDatabase(), env: { QUICKCLINIC_SHARDS: shards } };
  withServer(`PostgreSQL that is locked or only reads, shards ${shards}`, options, (stage) => {
    it('makes nobody but those who need it wait for a locked table', async (t) => {
      const { doctor, patient } = await stage.conversation(t);
      await doctor.send('Before');
      const unlock = await stage.clinic.database.lock('ChatMessages', 'ACCESS EXCLUSIVE');
      t.after(unlock);
      const sends = Array.from({ length: 20 }, (_, index) =>
        trySend(doctor, `Waiting ${index}`, { clientMessageId: `waiting ${index}` }));

      await patient.ask('user_typing');
      assert.equal(await status(stage, '/health'), 200);
      const acks = await Promise.all(sends);
      acks.forEach((ack) => assertRefused(ack, 'Failed to send message'));

      await unlock();
      await sendWhenWell(doctor, 'After');
      assert.ok(connected(doctor, patient));
      const history = texts(await patient.history());
      assert.deepEqual([history[0], history.at(-1)], ['Before', 'After']);
      assert.equal(new Set(history).size, history.length);
    });

    it('lets one locked conversation wait alone', async (t) => {
      const { pair, doctor, patient } = await stage.conversation(t);
      const elsewhere = await stage.conversation(t);
      const client = await stage.clinic.database.connect();
      t.after(() => client.end());
      // The web application is in the middle of a transaction of its own.
      const insert = (id) => client.query(
        'INSERT INTO "ChatMessages" (id, "doctorPatientRelationId", text, "senderId", "updatedAt") VALUES ($1, $2, $3, $4, now())',
        [id, pair.id, 'From the web', pair.patient.id]);
      await insert(`first-${pair.id}`);
      await client.query('BEGIN');
      await insert(`second-${pair.id}`);
      const waiting = [
        trySend(doctor, 'Waiting', { clientMessageId: 'waiting' }),
        patient.socket.timeout(sendTime).emitWithAck('mark_as_read', { messageId: `first-${pair.id}` }),
      ];

      for (let index = 0; index < 10; index += 1) await elsewhere.doctor.send(`Not waiting ${index}`);
      assert.equal((await elsewhere.patient.history()).length, 10);
      assert.equal((await doctor.history()).length, 1);
      await client.query('COMMIT');

      for (const ack of await Promise.all(waiting)) assert.equal(ack.ok, true, JSON.stringify(ack));
      assert.deepEqual(texts(await doctor.history()), ['From the web', 'From the web', 'Waiting']);
    });

    it('lets who writes to a locked person wait alone', async (t) => {
      const { pair, doctor } = await stage.conversation(t);
      const elsewhere = await stage.conversation(t);
      await doctor.send('Before');
      const client = await stage.clinic.database.connect();
      t.after(() => client.end());
      // The web application is changing who the doctor is, and thinks about it.
      await client.query('BEGIN');
      await client.query('SELECT FROM "User" WHERE id = $1 FOR UPDATE', [pair.doctor.id]);
      const waiting = trySend(doctor, 'Waiting', { clientMessageId: 'waiting' });
      const behind = trySend(doctor, 'Behind it');

      await elsewhere.doctor.send('Sent together');
      for (let index = 0; index < 10; index += 1) await elsewhere.doctor.send(`Not waiting ${index}`);
      assert.equal((await elsewhere.patient.history()).length, 11);
      assert.deepEqual(texts(await doctor.history()), ['Before']);
      await client.query('COMMIT');

      for (const ack of await Promise.all([waiting, behind])) assert.equal(ack.ok, true, JSON.stringify(ack));
      assert.deepEqual(texts(await doctor.history()), ['Before', 'Waiting', 'Behind it']);
    });

    it('refuses only what a locked person keeps from being stored', async (t) => {
      const { pair, doctor } = await stage.conversation(t);
      const elsewhere = await stage.conversation(t);
      const client = await stage.clinic.database.connect();
      t.after(() => client.end());
      await client.query('BEGIN');
      await client.query('SELECT FROM "User" WHERE id = $1 FOR UPDATE', [pair.doctor.id]);
      let over = false;
      const refused = trySend(doctor, 'Never').finally(() => (over = true));

      for (let index = 0; !over; index += 1) await elsewhere.doctor.send(`Meanwhile ${index}`);

      assertRefused(await refused, 'Failed to send message');
      assert.deepEqual(texts(await doctor.history()), []);
    });

    it('serves history and refuses messages while the database only reads', async (t) => {
      const { doctor, patient } = await stage.conversation(t);
      await doctor.send('Before');
      const { server } = stage.clinic.database;
      const readOnly = (on) => {
        server.configure([`default_transaction_read_only = ${on ? 'on' : 'off'}`]);
        server.reload();
      };
      t.after(() => readOnly(false));
      readOnly(true);
      await until(recovery, async () => !(await trySend(doctor, 'Refused')).ok, 'a refusal');

      const before = texts(await patient.history());
      assertRefused(await trySend(doctor, 'Refused again'), 'Failed to send message');
      assert.deepEqual(texts(await patient.history()), before);

      readOnly(false);
      await sendWhenWell(doctor, 'After');
      assert.equal(texts(await patient.history()).at(-1), 'After');
      assert.ok(connected(doctor, patient));
    });
  });
}
