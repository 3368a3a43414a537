// Rows that others write: the web application's messages and notifications appear live, once and in order.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { it } from 'node:test';
import { assertMessage, ids, texts } from './support/answers.mjs';
import { patience } from './support/program.mjs';
import { OrmDatabase } from './support/postgres_database.mjs';
import { withServer } from './support/stage.mjs';
import { recovery } from './support/trouble.mjs';
import { until } from './support/wait.mjs';

const insertion = 'INSERT INTO "ChatMessages" (id, "doctorPatientRelationId", text, "senderId", "updatedAt") VALUES ($1, $2, $3, $4, now())';

for (const shards of ['1', '4']) {
  const options = { database: () => new OrmDatabase(), proxied: true, env: { QUICKCLINIC_SHARDS: shards } };
  withServer(`rows of other writers, shards ${shards}`, options, (stage) => {
    async function webApplication(t) {
      const client = await stage.clinic.database.connect();
      t.after(() => client.end());
      return {
        query: (text, values) => client.query(text, values),
        say: (pair, sender, text) => client.query(insertion, [`web${randomUUID()}`, pair.id, text, sender.id]),
      };
    }

    const heard = (member) => member.all('new_message').map(({ message }) => message);

    it('shows a message to both sides, as if it had been sent', async (t) => {
      const { pair, doctor, patient } = await stage.conversation(t);
      const web = await webApplication(t);
      await web.say(pair, pair.patient, 'From the web');
      for (const member of [doctor, patient]) {
        assertMessage((await member.next('new_message')).message, { text: 'From the web', sender: pair.patient });
      }
      await doctor.settle();
      assert.equal(doctor.all('new_message').length, 1);
      assert.deepEqual(heard(doctor), await patient.history());
    });

    it('shows it to who watches all conversations, one that has begun since among them', async (t) => {
      const pair = stage.clinic.pair();
      const { doctor } = stage.clinic.pair();
      const phone = await stage.listen(t, pair.patient);
      assert.deepEqual(await phone.ask('watch_conversations', {}), { ok: true });
      const web = await webApplication(t);
      const begun = { id: `begun${randomUUID()}` };

      await web.query('INSERT INTO "DoctorPatientRelation" (id, "doctorsUserId", "patientsUserId", "updatedAt") VALUES ($1, $2, $3, now())',
        [begun.id, doctor.id, pair.patient.id]);
      const sent = await fetch(`${stage.server.url}/api/doctorpatientrelations/${begun.id}/chats`, {
        method: 'POST', body: JSON.stringify({ text: 'zero' }),
        headers: { 'content-type': 'application/json', authorization: `Bearer ${stage.clinic.token(doctor)}` },
      });
      assert.equal(sent.status, 201);
      for (const text of ['one', 'two', 'three']) await web.say(begun, doctor, text);
      await web.say(pair, pair.doctor, 'four');

      const shown = await phone.count('conversation_message', 5);
      const of = ({ id }) => texts(shown.filter(({ relationId }) => relationId === id).map(({ message }) => message));
      assert.deepEqual(of(begun), ['zero', 'one', 'two', 'three']);
      assert.deepEqual(of(pair), ['four']);
      assertMessage(shown.find(({ relationId }) => relationId === pair.id).message, { text: 'four', sender: pair.doctor });
    });

    it('shows text that no notification could carry', async (t) => {
      const { pair, doctor } = await stage.conversation(t);
      const web = await webApplication(t);
      const text = '🩺 long '.repeat(3000);
      await web.say(pair, pair.patient, text);
      assert.equal((await doctor.next('new_message')).message.text, text);
    });

    it('shows all messages of one transaction, and none of one that is rolled back', async (t) => {
      const { pair, doctor } = await stage.conversation(t);
      const web = await webApplication(t);
      await web.query('BEGIN');
      await web.say(pair, pair.doctor, 'Never said');
      await web.query('ROLLBACK');
      await web.query('BEGIN');
      for (let index = 0; index < 50; index += 1) await web.say(pair, pair.patient, `t${index}`);
      await web.query('COMMIT');

      await doctor.count('new_message', 50);
      await doctor.settle();
      assert.deepEqual(texts(heard(doctor)).toSorted(), Array.from({ length: 50 }, (_, index) => `t${index}`).toSorted());
      assert.deepEqual(ids(heard(doctor)), ids(await doctor.history()));
    });

    it('keeps one order for what is sent here and written there at once', async (t) => {
      const { pair, doctor, patient } = await stage.conversation(t);
      const web = await webApplication(t);
      await Promise.all([
        ...Array.from({ length: 20 }, (_, index) => doctor.send(`here ${index}`)),
        (async () => {
          for (let index = 0; index < 20; index += 1) await web.say(pair, pair.patient, `there ${index}`);
        })(),
      ]);

      for (const member of [doctor, patient]) {
        await member.count('new_message', 40, recovery);
        await member.settle();
        assert.deepEqual(ids(heard(member)), ids(await doctor.history()));
      }
    });

    it('catches up on what was written while nobody listened', async (t) => {
      const { pair, doctor } = await stage.conversation(t);
      const web = await webApplication(t);
      await doctor.send('Before');
      t.after(() => stage.proxy.heal());
      stage.proxy.close();
      for (let index = 0; index < 10; index += 1) await web.say(pair, pair.patient, `missed ${index}`);
      stage.proxy.heal();
      await doctor.count('new_message', 11, 2 * recovery);
      await doctor.settle();
      const history = await doctor.history();
      assert.deepEqual(ids(heard(doctor)), ids(history));
      assert.equal(history.length, 11);
    });

    it('hears on after the connections that listen were terminated', async (t) => {
      const { pair, doctor } = await stage.conversation(t);
      const web = await webApplication(t);
      for (let round = 0; round < 5; round += 1) {
        await until(2 * recovery, async () => (await web.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`))
          .rowCount > 0, 'connections');
        await web.say(pair, pair.patient, `round ${round}`);
        await doctor.count('new_message', round + 1, 2 * recovery);
      }
      await doctor.settle();
      assert.deepEqual(texts(heard(doctor)), ['round 0', 'round 1', 'round 2', 'round 3', 'round 4']);
    });

    it('shows a notification to its user, and to nobody else', async (t) => {
      const { pair, doctor, patient } = await stage.conversation(t);
      const listener = await stage.listen(t, pair.doctor);
      const web = await webApplication(t);
      const id = `n${randomUUID()}`;
      await web.query(
        'INSERT INTO "Notification" (id, "userId", message, "actionHref", "actionLabel") VALUES ($1, $2, $3, $4, $5)',
        [id, pair.doctor.id, 'A new request', '/doctor/appointments', 'Open']);
      for (const member of [doctor, listener]) {
        const { notification } = await member.next('new_notification');
        const { createdAt, ...rest } = notification;
        assert.deepEqual(rest, { id, message: 'A new request', actionHref: '/doctor/appointments', actionLabel: 'Open', isRead: false });
        assert.ok(Math.abs(Date.parse(createdAt) - Date.now()) < 60_000);
      }
      await patient.settle();
      assert.deepEqual(patient.all('new_notification'), []);
      assert.equal(listener.all('new_notification').length, 1);
    });

    it('has one order with two instances, and one message for one key', async (t) => {
      const other = await stage.clinic.serve({ env: stage.env });
      t.after(() => other.stop());
      const { pair, doctor } = await stage.conversation(t);
      const there = Object.create(stage, { server: { value: other } });
      const patient = await there.enter(t, pair.patient, pair);
      const secondDevice = await there.enter(t, pair.doctor, pair);

      const acks = await Promise.all([
        doctor.ask('send_message', { text: 'Once', clientMessageId: 'k' }),
        secondDevice.ask('send_message', { text: 'Once', clientMessageId: 'k' }),
        ...Array.from({ length: 15 }, (_, index) => doctor.ask('send_message', { text: `d${index}` })),
        ...Array.from({ length: 15 }, (_, index) => patient.ask('send_message', { text: `p${index}` })),
      ]);
      assert.ok(acks.every(({ ok }) => ok), JSON.stringify(acks.filter(({ ok }) => !ok)));
      assert.equal(acks[0].message.id, acks[1].message.id);

      const history = await doctor.history();
      assert.equal(history.length, 31);
      for (const member of [doctor, patient, secondDevice]) {
        await until(2 * recovery, () => heard(member).length >= 31, `31 messages (came: ${heard(member).length})`);
        await member.settle();
        assert.deepEqual(ids(heard(member)), ids(history));
      }
    }, { timeout: 60_000 * patience });
  });
}
