// Ends, wanted and unwanted. Whatever was acknowledged is there afterwards, once.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Clinic } from './support/clinic.mjs';
import { Talker, assertKept } from './support/load.mjs';
import { Member } from './support/member.mjs';
import { patience } from './support/program.mjs';
import { pause, until } from './support/wait.mjs';

const rounds = Number(process.env.QUICKCLINIC_E2E_KILLS ?? 20);
const talkersEach = 2;

for (const shards of ['1', '4']) {
  describe(`the end of a server, shards ${shards}`, () => {
    let clinic;
    let server;
    const serve = async () => (server = await clinic.serve({ env: { QUICKCLINIC_SHARDS: shards } }));
    before(async () => {
      clinic = new Clinic();
      await serve();
    });
    after(async () => {
      if (server?.running) await server.stop();
      clinic.remove();
    });

    const optionsOf = (user, pair, transport) =>
      ({ transport, auth: { token: clinic.token(user), relationId: pair.id }, timeout: 1000 });

    /** Doctor and patient of `pair`, several devices each, over different transports, all talking. */
    const talkersOf = (pair) => [pair.doctor, pair.patient].flatMap((user) =>
      Array.from({ length: talkersEach }, (_, device) => {
        const transport = ['websocket', 'polling', 'upgrade'][device % 3];
        return new Talker(`${user.role}${device}`, async () => {
          await until(20_000 * patience, () => server?.running && server.url, 'a running server');
          return { url: server.url, options: optionsOf(user, pair, transport) };
        });
      }));

    async function historyOf(t, pair) {
      const member = await new Member(server.url, optionsOf(pair.doctor, pair)).ready();
      t.after(() => member.close());
      return member.history();
    }

    it('by SIGTERM under load is clean and quick, and keeps every acknowledged message', async (t) => {
      const pair = clinic.pair();
      const talkers = talkersOf(pair);
      await until(10_000 * patience, () => talkers.every(({ acknowledged }) => acknowledged.size >= 10), 'some talk');

      const begin = Date.now();
      const quitting = talkers.map((talker) => talker.quit());
      assert.deepEqual(await server.stop('SIGTERM'), { code: 0, signal: null });
      assert.ok(Date.now() - begin < 11_000 * patience, 'within the ten seconds of a shutdown');
      await Promise.all(quitting);

      await serve();
      assertKept(await historyOf(t, pair), talkers);
    });

    it('by SIGTERM tells its clients', async (t) => {
      const pair = clinic.pair();
      const members = await Promise.all(['websocket', 'polling', 'upgrade'].map((transport) =>
        new Member(server.url, optionsOf(pair.doctor, pair, transport)).ready()));
      t.after(() => members.forEach((member) => member.close()));
      assert.deepEqual(await server.stop('SIGTERM'), { code: 0, signal: null });
      for (const member of members) await member.next('disconnect');
      await serve();
    });

    it('by SIGINT is as clean', async () => {
      assert.deepEqual(await server.stop('SIGINT'), { code: 0, signal: null });
      await serve();
    });

    it(`by SIGKILL, ${rounds} times under load, loses and doubles no acknowledged message`, async (t) => {
      const pair = clinic.pair();
      const talkers = talkersOf(pair);
      for (let round = 0; round < rounds; round += 1) {
        const sofar = talkers.map(({ acknowledged }) => acknowledged.size);
        const talking = () => talkers.some(({ acknowledged }, index) => acknowledged.size > sofar[index] + 2);
        await until(10_000 * patience, talking, `talk in round ${round}`);
        await pause(Math.random() * 40);
        assert.equal((await server.stop('SIGKILL')).signal, 'SIGKILL');
        clinic.database.assertSound();
        await serve();
      }
      await Promise.all(talkers.map((talker) => talker.stop()));

      const history = await historyOf(t, pair);
      assertKept(history, talkers);
      assert.equal(history.length, talkers.reduce((sum, { acknowledged }) => sum + acknowledged.size, 0));
      const [[total]] = clinic.database.run('SELECT count(*) FROM "ChatMessages" WHERE "doctorPatientRelationId" = ?', pair.id);
      assert.equal(Number(total), history.length);
    });
  });
}
