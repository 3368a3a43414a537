// Two instances on one PostgreSQL and one Redis: what one does is seen at the other, once and in order, with Redis and,
// as far as it is stored, without.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ids } from './support/answers.mjs';
import { Clinic } from './support/clinic.mjs';
import { FaultProxy } from './support/fault_proxy.mjs';
import { Talker, assertKept } from './support/load.mjs';
import { Member } from './support/member.mjs';
import { scrape } from './support/metrics.mjs';
import { patience } from './support/program.mjs';
import { OrmDatabase } from './support/postgres_database.mjs';
import { Reader } from './support/reader.mjs';
import { Redis } from './support/redis.mjs';
import { until } from './support/wait.mjs';

const long = 15_000 * patience;

async function readiness(server) {
  const answer = await fetch(`${server.url}/ready`);
  return answer.json();
}

const heardOf = (server) => server.log.split('heard of another instance').length;

const reaches = (wanted, ...servers) => until(long, async () => {
  const states = await Promise.all(servers.map(readiness));
  return states.every(({ status }) => status === wanted);
}, `/ready to say ${wanted}`);

describe('two instances', { concurrency: 2 }, () => {
  let clinic;

  // Before anything else: making a database holds this process up.
  before(() => { clinic = new Clinic({ database: new OrmDatabase() }); });
  after(() => clinic?.remove());

  for (const adapter of ['classic', 'sharded', 'streams']) describe(adapter, { concurrency: 1 }, () => {
    const redis = new Redis();
    let line, here, there, env;

    before(async () => {
      await redis.start();
      line = await FaultProxy.start(redis.port);
      env = { REDIS_URL: `redis://127.0.0.1:${line.port}`, QUICKCLINIC_REDIS_ADAPTER: adapter, QUICKCLINIC_SHARDS: '2' };
      [here, there] = await Promise.all([clinic.serve({ env }), clinic.serve({ env })]);
      await reachesReady();
    });

    after(async () => {
      await Promise.all([here?.stop(), there?.stop()]);
      await line?.stop();
      await redis.remove();
    });

    const reachesReady = () => reaches('ready', here, there);

    async function enter(t, server, user, pair) {
      const member = new Member(server.url, { auth: { token: clinic.token(user), ...(pair && { relationId: pair.id }) } });
      t.after(() => member.close());
      return member.ready();
    }

    async function conversation(t) {
      const pair = clinic.pair();
      const [doctor, patient] = await Promise.all([enter(t, here, pair.doctor, pair), enter(t, there, pair.patient, pair)]);
      // Who enters a room does not wait for Redis to hear of it; what is not stored goes past them until then.
      if (adapter === 'sharded') {
        const channel = `socket.io#/#relation_${pair.id}#`;
        await until(long, async () => await redis.listeners(channel) === 2, 'both to listen');
      }
      return { pair, doctor, patient };
    }

    const post = (server, path, body) => fetch(`${server.url}/api/notifications/${path}`, {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
    });

    it('show every message once and in one order, wherever it was sent', async (t) => {
      const { doctor, patient } = await conversation(t);

      const count = 60;
      await Promise.all(Array.from({ length: count }, (_, index) => (index % 2 ? doctor : patient).send(`message ${index}`)));

      await Promise.all([doctor, patient].map((member) => member.count('new_message', count)));
      await Promise.all([doctor.settle(), patient.settle()]);
      const history = ids(await doctor.history());
      for (const member of [doctor, patient]) {
        assert.deepEqual(ids(member.all('new_message').map(({ message }) => message)), history);
      }
    });

    it('carry typing and read marks to the other, once', async (t) => {
      const { pair, doctor, patient } = await conversation(t);

      doctor.tell('user_typing');
      assert.equal((await patient.next('user_typing')).userId, pair.doctor.id);
      const { id } = await doctor.send('Read me');
      await patient.ask('mark_as_read', { messageId: id });
      const mark = await doctor.next('message_read');

      assert.equal(mark.messageId, id);
      assert.equal(mark.readBy, pair.patient.id);
      await Promise.all([doctor.settle(), patient.settle()]);
      assert.equal(doctor.all('message_read').length, 1);
      assert.equal(patient.all('user_typing').length, 1);
      assert.equal(doctor.all('user_typing').length, 0);
    });

    it('know who is connected to the other, and that nobody is to one that was killed', async (t) => {
      const known = heardOf(here);
      const third = await clinic.serve({ env });
      t.after(() => third.stop('SIGKILL'));
      await until(long, () => heardOf(here) > known, 'the third to be heard of');
      const watched = await Promise.all([there, third].map(async (server) => {
        const pair = clinic.pair();
        const patient = await enter(t, server, pair.patient, pair);
        const doctor = await enter(t, here, pair.doctor, pair);
        const { presence } = await doctor.ask('watch_conversation', {});
        assert.deepEqual(presence, { userId: pair.patient.id, online: true });
        return { doctor, patient };
      }));

      watched[0].patient.close();
      await third.stop('SIGKILL');

      for (const { doctor } of watched) {
        await until(long, () => doctor.all('presence').at(-1)?.online === false, 'the patient to have gone');
      }
    });

    it('count each other, and what they tell', async () => {
      const counted = (server) => until(long, async () => {
        const metrics = await scrape(server);
        return metrics.value('quickclinic_other_instances') === 1 && metrics;
      }, 'the other one to be counted, and no third');

      for (const metrics of await Promise.all([here, there].map(counted))) {
        assert.equal(metrics.value('quickclinic_redis_up'), 1);
        assert.ok(metrics.value('quickclinic_cluster_messages_sent_total') > 0);
        assert.ok(metrics.value('quickclinic_cluster_messages_received_total') > 0);
        assert.match(metrics.text, /^quickclinic_cluster_messages_dropped_total\{reason="malformed"\} 0$/m);
      }
    });

    it('drop what they cannot read, and count it', async () => {
      redis.publish({ classic: 'PUBLISH', sharded: 'SPUBLISH', streams: 'PUBLISH' }[adapter], 'socket.io#/#', 'no such message');

      for (const server of [here, there]) {
        const dropped = 'quickclinic_cluster_messages_dropped_total{reason="malformed"}';
        await until(long, async () => (await scrape(server)).value(dropped) === 1, dropped);
      }
    });

    it('tell of notifications on both, once, stored or not', async (t) => {
      const pair = clinic.pair();
      const [phone, laptop] = await Promise.all([enter(t, here, pair.patient), enter(t, there, pair.patient)]);

      const notification = { message: 'Not stored' };
      assert.equal((await post(here, 'broadcast', { userId: pair.patient.id, notification })).status, 200);
      const change = { patientUserId: pair.patient.id, appointmentId: 'a1', status: 'CONFIRMED' };
      assert.equal((await post(there, 'appointment-status', change)).status, 200);

      for (const device of [phone, laptop]) {
        await device.next('appointment_status_update');
        await device.count('new_notification', 2);
        await device.settle();
        assert.equal(device.all('new_notification').length, 2);
        assert.equal(device.all('appointment_status_update').length, 1);
      }
    });

    it('send somebody who is disabled away from both', async (t) => {
      const pair = clinic.pair();
      const devices = await Promise.all([enter(t, here, pair.patient), enter(t, there, pair.patient)]);

      await clinic.runBeside(['user', 'disable', pair.patient.email]);

      for (const device of devices) assert.equal(await device.next('disconnect', long), 'io server disconnect');
    });

    for (const [trouble, begin, end] of [
      ['stopped', () => redis.kill(), () => redis.start()],
      ['cut off', () => line.close(), () => line.heal()],
    ]) {
      it(`go on while Redis is ${trouble}, and together when it is back`, async (t) => {
        const { pair, doctor, patient } = await conversation(t);
        const other = clinic.pair();
        const [colleague, listener, guest, watcher] = await Promise.all([
          enter(t, here, pair.patient, pair), enter(t, there, pair.patient),
          enter(t, here, other.patient, other), enter(t, there, other.doctor),
        ]);
        await watcher.ask('watch_conversations', {});

        await begin();
        await reaches('degraded', here, there);
        assert.equal((await scrape(here)).value('quickclinic_redis_up'), 0);
        assert.deepEqual(await readiness(here), { status: 'degraded', missing: ['redis'] });
        doctor.tell('user_typing');
        await colleague.next('user_typing');
        const sent = await doctor.send('Without Redis');
        assert.equal((await patient.next('new_message', long)).message.id, sent.id);
        await patient.send('Nor here');
        const told = [await guest.send('To whom looks at the list'), await guest.send('And again')];
        await watcher.count('conversation_message', 2, long);
        const change = { patientUserId: pair.patient.id, appointmentId: 'a1', status: 'CONFIRMED' };
        assert.equal((await post(here, 'appointment-status', change)).status, 200);
        await listener.next('new_notification');
        await end();
        await reachesReady();

        await Promise.all([doctor, patient].map((member) => member.count('new_message', 2, long)));
        await until(long, () => {
          doctor.tell('user_typing');
          return patient.all('user_typing').length > 0;
        }, 'typing to be seen at the other again');
        await Promise.all([doctor.settle(), patient.settle()]);
        const history = ids(await doctor.history());
        assert.deepEqual(ids(watcher.all('conversation_message').map(({ message }) => message)), ids(told));
        for (const member of [doctor, patient, colleague]) {
          assert.deepEqual(ids(member.all('new_message').map(({ message }) => message)), history);
        }
      });
    }

    it('are restarted one after the other under load, and nobody misses a message or sees one twice', async (t) => {
      const pair = clinic.pair();
      const doors = await Promise.all([here, there].map(({ port }) => FaultProxy.start(port)));
      t.after(() => Promise.all(doors.map((door) => door.stop())));
      const through = (door, user) => ({
        url: `http://127.0.0.1:${door.port}`, options: { auth: { token: clinic.token(user), relationId: pair.id } },
      });
      const twice = [];
      const readers = doors.map((door, index) => {
        const { url, options } = through(door, [pair.doctor, pair.patient][index]);
        const reader = new Reader(url, options);
        const seen = new Set();
        reader.socket.on('new_message', ({ message }) => {
          const key = `${reader.socket.id} ${message.id}`;
          if (seen.has(key)) twice.push(key);
          seen.add(key);
        });
        t.after(() => reader.close());
        return reader;
      });
      const talkers = doors.map((door, index) =>
        new Talker(`talker ${index}`, () => through(door, [pair.doctor, pair.patient][index])));
      const said = () => Math.min(...talkers.map(({ acknowledged }) => acknowledged.size));

      for (const index of [0, 1]) {
        const before = said();
        await until(long, () => said() >= before + 20, 'both to have talked');
        const old = [here, there][index];
        const fresh = await clinic.serve({ env });
        if (index === 0) here = fresh;
        else there = fresh;
        doors[index].target = fresh.port;
        assert.deepEqual(await old.stop(), { code: 0, signal: null });
      }
      const before = said();
      await until(long, () => said() >= before + 20, 'both to have talked again');
      await Promise.all(talkers.map((talker) => talker.stop()));

      const witness = await enter(t, here, pair.doctor, pair);
      const history = await witness.history();
      assertKept(history, talkers);
      await Promise.all(readers.map((reader) => reader.has(history.length)));
      for (const reader of readers) assert.deepEqual(ids(reader.messages), ids(history));
      assert.deepEqual(twice, []);
    });
  });
});
