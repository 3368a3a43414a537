// A new process takes over from a running one: nobody is refused, and what was said is there, once and in order.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Clinic } from './support/clinic.mjs';
import { fetchPlain } from './support/http.mjs';
import { Talker, assertKept } from './support/load.mjs';
import { Member } from './support/member.mjs';
import { patience } from './support/program.mjs';
import { Reader } from './support/reader.mjs';
import { until } from './support/wait.mjs';

/** People here talk faster than any. */
const unlimited = {
  LIMIT_MESSAGES_PER_USER: 'off', LIMIT_MESSAGES_PER_RELATION: 'off', LIMIT_HANDSHAKES_PER_ADDRESS: 'off', LIMIT_HANDSHAKES_PER_USER: 'off',
  LIMIT_REQUESTS_PER_USER: 'off',
};

/** Connections one after the other, each of which has to be answered. */
class Callers {
  answered = 0;
  failures = [];
  #stopped = false;

  constructor(server, count) {
    this.done = Promise.all(Array.from({ length: count }, () => this.#call(server)));
  }

  async #call(server) {
    while (!this.#stopped) {
      try {
        const { status } = await fetchPlain(server, '/health');
        if (status !== 200) throw new Error(`answered ${status}`);
        this.answered += 1;
      } catch (error) {
        this.failures.push(error);
      }
    }
  }

  stop() {
    this.#stopped = true;
    return this.done;
  }
}

for (const shards of ['1', '4']) {
  describe(`a server that is replaced, shards ${shards}`, () => {
    /** A clinic with a server on it, whose settings may come from a file besides. */
    async function open(t, { args, env } = {}) {
      const clinic = new Clinic();
      const stage = { clinic, server: await clinic.serve({ args, env: { QUICKCLINIC_SHARDS: shards, HANDOVER_WINDOW: '1', ...unlimited, ...env } }) };
      t.after(async () => {
        await stage.heir?.stop();
        if (stage.server.running) await stage.server.stop();
        clinic.remove();
      });
      return stage;
    }

    const optionsOf = (clinic, user, pair, transport) =>
      ({ transport, auth: { token: clinic.token(user), relationId: pair.id }, timeout: 2000 * patience });

    it('hands over under load: no connection fails, no message is lost, doubled or out of order', async (t) => {
      const stage = await open(t);
      const { clinic, server } = stage;
      const pair = clinic.pair();
      const talkers = ['websocket', 'polling', 'upgrade', 'websocket'].map((transport, index) => {
        const user = index % 2 === 0 ? pair.doctor : pair.patient;
        return new Talker(`${user.role}${index}`, async () => ({ url: server.url, options: optionsOf(clinic, user, pair, transport) }));
      });
      const readers = ['websocket', 'polling'].map((transport) =>
        new Reader(server.url, optionsOf(clinic, pair.patient, pair, transport)));
      t.after(() => readers.forEach((reader) => reader.close()));
      const callers = new Callers(server, 2);
      const talked = (count) => () => talkers.every(({ acknowledged }) => acknowledged.size >= count);
      await until(20_000 * patience, talked(5), 'some talk');

      stage.heir = await server.handOver();
      assert.deepEqual(await server.ended, { code: 0, signal: null });
      const before = Math.max(...talkers.map(({ acknowledged }) => acknowledged.size));
      await until(20_000 * patience, talked(before + 5), 'talk with the new process');
      await callers.stop();
      await Promise.all(talkers.map((talker) => talker.stop()));

      assert.deepEqual(callers.failures, []);
      const member = await new Member(server.url, optionsOf(clinic, pair.doctor, pair)).ready();
      t.after(() => member.close());
      const history = await member.history();
      assertKept(history, talkers);
      for (const reader of readers) {
        await reader.has(history.length);
        assert.deepEqual(reader.messages.map(({ id }) => id), history.map(({ id }) => id));
        assert.ok(reader.connections > 1, 'it was sent over');
      }
      assert.deepEqual(talkers.map(({ refusals }) => refusals), talkers.map(() => 0), 'no send is refused');
    });

    it('is replaced again and again', async (t) => {
      const stage = await open(t);
      const { server } = stage;
      stage.heir = await server.handOver();
      await server.ended;

      assert.equal((await fetchPlain(stage.heir, '/ready')).status, 200);
      const log = server.log.length;
      stage.heir.handOver();
      const next = await until(20_000 * patience, () => /handed over pid=(\d+)/.exec(server.log.slice(log)), 'the third process');
      await until(20_000 * patience, () => !stage.heir.running, 'the second to end');
      stage.heir.pid = Number(next[1]);
      assert.equal((await fetchPlain(stage.heir, '/ready')).status, 200);
    });

    it('goes on when the new process does not come to serve', async (t) => {
      const stage = await open(t);
      const file = join(stage.clinic.folder, 'settings');
      writeFileSync(file, 'LOG_FORMAT=text\n');
      await stage.server.stop();
      stage.server = await stage.clinic.serve({ args: ['--env-file', file], env: { HANDOVER_WINDOW: '1' } });
      const pair = stage.clinic.pair();
      const member = await new Member(stage.server.url, optionsOf(stage.clinic, pair.doctor, pair)).ready();
      t.after(() => member.close());

      writeFileSync(file, 'LOG_FORMAT=poetry\n');
      process.kill(stage.server.pid, 'SIGUSR2');
      await until(10_000 * patience, () => /has not come to serve, going on/.test(stage.server.log), 'the failure in the log');
      assert.match(stage.server.log, /LOG_FORMAT must be/);
      await member.send('Still here');
      assert.equal((await fetchPlain(stage.server, '/ready')).status, 200);

      writeFileSync(file, 'LOG_FORMAT=text\n');
      stage.heir = await stage.server.handOver();
      await stage.server.ended;
      await member.next('disconnect');
    });
  });
}
