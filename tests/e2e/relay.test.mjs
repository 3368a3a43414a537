// Instances behind a load balancer that sends each request where it likes: what is another one's is passed on to it.
import assert from 'node:assert/strict';
import { Agent, request as requestSecurely } from 'node:https';
import { after, before, describe, it } from 'node:test';
import { ids } from './support/answers.mjs';
import { makeCertificate } from './support/certificates.mjs';
import { Clinic } from './support/clinic.mjs';
import { Talker, assertKept } from './support/load.mjs';
import { Member } from './support/member.mjs';
import { scrape } from './support/metrics.mjs';
import { OrmDatabase } from './support/postgres_database.mjs';
import { freePort } from './support/postgres.mjs';
import { patience } from './support/program.mjs';
import { Reader } from './support/reader.mjs';
import { Redis } from './support/redis.mjs';
import { RoundRobin } from './support/round_robin.mjs';
import { until } from './support/wait.mjs';

const long = 15_000 * patience;
const unknownSession = { code: 1, message: 'Session ID unknown' };
const handshake = '/socket.io/?EIO=4&transport=polling';
const passedOn = async (server, result) =>
  (await scrape(server)).value(`quickclinic_requests_passed_on_total{result="${result}"}`);

describe('instances that tell where they are', { concurrency: 3 }, () => {
  const redis = new Redis();
  let clinic, here, there, balancer, env;

  // Before anything else: making a database holds this process up.
  before(() => { clinic = new Clinic({ database: new OrmDatabase() }); });

  before(async () => {
    await redis.start();
    env = { REDIS_URL: redis.url, CLUSTER_ADVERTISE: '127.0.0.1', QUICKCLINIC_SHARDS: '2' };
    [here, there] = await Promise.all([clinic.serve({ env }), clinic.serve({ env })]);
    balancer = await RoundRobin.start([here, there]);
    await Promise.all([passes(here, there), passes(there, here)]);
  });

  after(async () => {
    await balancer?.stop();
    await Promise.all([here, there].map((server) => server?.running && server.stop()));
    await redis.remove();
    clinic?.remove();
  });

  /** The path of a new session of `server`, which has not joined yet. */
  async function session(server) {
    const opened = await (await fetch(`${server.url}${handshake}`)).text();
    return `${handshake}&sid=${JSON.parse(opened.slice(1)).sid}`;
  }

  const post = (server, path, body, headers = {}) => fetch(`${server.url}${path}`, { method: 'POST', body, headers });

  /** Until what `from` gets of `to` is passed on. */
  const passes = (from, to) => until(long, async () => (await post(from, await session(to), '40')).status === 200,
    'requests to be passed on');

  async function enter(t, user, pair, options = {}) {
    const member = new Member(balancer.url, { transport: 'polling', auth: { token: clinic.token(user), relationId: pair.id }, ...options });
    t.after(() => member.close());
    return member.ready();
  }

  for (const transport of ['polling', 'upgrade']) {
    it(`carry a conversation over ${transport}, both ways`, async (t) => {
      const pair = clinic.pair();
      const before = await Promise.all([here, there].map((server) => passedOn(server, { polling: 'answered', upgrade: 'upgraded' }[transport])));
      const people = await Promise.all([pair.doctor, pair.patient, pair.doctor, pair.patient].map((user) => enter(t, user, pair, { transport })));

      const count = 40;
      await Promise.all(Array.from({ length: count }, (_, index) => people[index % 4].send(`message ${index}`)));

      await Promise.all(people.map((member) => member.count('new_message', count)));
      const history = ids(await people[0].history());
      for (const member of people) assert.deepEqual(ids(member.all('new_message').map(({ message }) => message)), history);
      if (transport === 'polling') {
        const now = await Promise.all([here, there].map((server) => passedOn(server, 'answered')));
        now.forEach((answered, index) => assert.ok(answered > before[index]));
      }
      await clinic.runBeside(['user', 'disable', pair.patient.email]);
      // As without a relay: over polling the client sees the end of the session first.
      const reason = { polling: 'transport close', upgrade: 'io server disconnect' }[transport];
      for (const member of [people[1], people[3]]) assert.equal(await member.next('disconnect', long), reason);
    });
  }

  it('pass an upgrade on, and what comes after it', async (t) => {
    const pair = clinic.pair();
    // Of five, one at least asks the other instance for its WebSocket, wherever the other requests go.
    await until(long, async () => {
      const people = await Promise.all(Array.from({ length: 5 }, () => enter(t, pair.doctor, pair, { transport: 'upgrade' })));
      for (const member of people) await member.send('Upgraded');
      people.forEach((member) => member.close());
      const counts = await Promise.all([here, there].map((server) => passedOn(server, 'upgraded')));
      return counts[0] + counts[1] > 0;
    }, 'an upgrade to be passed on');
    await until(long, async () => {
      const metrics = await Promise.all([here, there].map(scrape));
      return metrics.every((each) => each.value('quickclinic_requests_being_passed_on') <= 64);
    }, 'tunnels to end with their clients');
  });

  it('tell who writes a book, over the other one too, that it is too long', async (t) => {
    const pair = clinic.pair();
    const doctor = await enter(t, pair.doctor, pair);

    // Two, so that one of them is passed on.
    for (const size of [900_000, 1_500_000, 1_500_001]) {
      const answer = await doctor.ask('send_message', { text: 'x'.repeat(size) });
      assert.equal(answer.error?.message, 'Message is too long');
    }
    assert.ok((await doctor.send('Short')).id);
  });

  it('go by no hop that none of them has made, and pass nothing on twice', async () => {
    const path = await session(there);
    await post(there, path, '40');
    const own = path.replace(/.*sid=/, '');
    const forged = { 'x-quickclinic-hop': `6.6.6.6 secure cut ${'0'.repeat(64)}`, 'x-forwarded-for': '6.6.6.6' };

    for (const server of [here, there]) {
      assert.equal(await (await post(server, path, '42["nothing"]', forged)).text(), 'ok');
    }
    // A node that nobody knows; another session of the right one; no shape of an id.
    for (const sid of [`${own.slice(0, 2)}nobody${own.slice(8)}`, `${own.slice(0, 8)}${'A'.repeat(20)}`, own.slice(0, 22), `${own}x`]) {
      for (const headers of [{}, forged]) {
        const answer = await post(here, `${handshake}&sid=${sid}`, '40', headers);
        assert.equal(answer.status, 400);
        assert.deepEqual(await answer.json(), unknownSession);
      }
    }
  });

  it('lose nothing when one is killed', async (t) => {
    const third = await clinic.serve({ env });
    t.after(() => third.running && third.stop('SIGKILL'));
    await Promise.all([passes(here, third), passes(third, here)]);
    const two = await RoundRobin.start([here, third]);
    t.after(() => two.stop());
    const pair = clinic.pair();
    const through = (user) => ({ url: two.url, options: { transport: 'polling', auth: { token: clinic.token(user), relationId: pair.id } } });
    const readers = [pair.doctor, pair.patient, pair.doctor, pair.patient].map((user) => {
      const { url, options } = through(user);
      const reader = new Reader(url, options);
      t.after(() => reader.close());
      return reader;
    });
    const talkers = [pair.doctor, pair.patient].map((user, index) => new Talker(`talker ${index}`, () => through(user)));
    const said = () => Math.min(...talkers.map(({ acknowledged }) => acknowledged.size));
    await until(long, () => said() >= 5 && readers.every(({ connections }) => connections > 0), 'all to be there');

    await third.stop('SIGKILL');
    // As a health check has it, a moment later.
    const before = said();
    await until(long, () => talkers.some(({ losses }) => losses > 0) || said() > before, 'somebody to notice');
    two.targets = [here];
    await until(long, () => said() >= before + 10, 'both to talk again');
    await Promise.all(talkers.map((talker) => talker.stop()));

    const witness = new Member(here.url, { auth: { token: clinic.token(pair.doctor), relationId: pair.id } });
    t.after(() => witness.close());
    await witness.ready();
    const history = await witness.history();
    assertKept(history, talkers);
    await Promise.all(readers.map((reader) => reader.has(history.length)));
    for (const reader of readers) assert.deepEqual(ids(reader.messages), ids(history));
  });

  it('give up one that has stopped answering, and forget it', async (t) => {
    const third = await clinic.serve({ env });
    t.after(() => third.running && third.stop('SIGKILL'));
    await passes(here, third);
    const path = await session(third);
    await post(here, path, '40');
    await (await fetch(`${here.url}${path}`)).text();

    third.signal('SIGSTOP');
    const [poll, sent] = await Promise.all([fetch(`${here.url}${path}`), post(here, path, '42["user_typing"]')]);

    for (const answer of [poll, sent]) {
      assert.equal(answer.status, 503);
      assert.deepEqual(await answer.json(), { error: 'The session\'s instance does not answer' });
    }
    await until(long, async () => (await fetch(`${here.url}${path}`)).status === 400, 'it to be forgotten');
    third.signal('SIGCONT');
  });

  it('say what is missing where one does not tell its address', async (t) => {
    const third = await clinic.serve({ env: { ...env, CLUSTER_ADVERTISE: '' } });
    t.after(() => third.running && third.stop('SIGKILL'));
    await passes(third, here);

    const answer = await until(long, async () => {
      const refused = await post(here, await session(third), '40');
      return await passedOn(here, 'no_address') > 0 && refused;
    }, 'the third to be heard of');

    assert.equal(answer.status, 400);
    const { code, message } = await answer.json();
    assert.equal(code, unknownSession.code);
    assert.match(message, /^Session ID unknown here: it is another instance's.*sticky sessions/);
    await post(here, await session(third), '40');
    assert.equal(here.log.split('CLUSTER_ADVERTISE has to be set on all').length, 2, 'said once');
  });

  it('pass on over a port of their own beside TLS, which takes nothing else', async (t) => {
    const { certificate, key } = makeCertificate(clinic.folder, 'relay');
    const port = freePort();
    const third = await clinic.serve({ env: { ...env, CLUSTER_ADVERTISE: `127.0.0.1:${port}`, TLS_CERT: certificate, TLS_KEY: key } });
    t.after(() => third.running && third.stop('SIGKILL'));
    const agent = new Agent({ rejectUnauthorized: false });
    t.after(() => agent.destroy());
    const opened = await new Promise((resolve, reject) => {
      requestSecurely(`${third.url}${handshake}`, { agent }, async (response) => {
        let text = '';
        for await (const piece of response.setEncoding('utf8')) text += piece;
        resolve(text);
      }).on('error', reject).end();
    });
    const path = `${handshake}&sid=${JSON.parse(opened.slice(1)).sid}`;

    await until(long, async () => (await post(here, path, '40')).status === 200, 'a request to be passed on');

    const beside = { url: `http://127.0.0.1:${port}` };
    assert.deepEqual(await (await post(beside, path, '40')).json(), unknownSession);
    for (const other of ['/health', '/metrics', '/', '/api/user/me']) {
      assert.equal((await fetch(`${beside.url}${other}`)).status, 404, other);
    }
    assert.equal((await fetch(`${beside.url}${handshake}`)).status, 400);
  });
});

describe('CLUSTER_ADVERTISE', () => {
  let clinic;
  before(() => { clinic = new Clinic(); });
  after(() => clinic?.remove());

  it('stops the start when nobody could use it', () => {
    const refused = (env) => {
      const { code, err } = clinic.run(['serve', '--port', '0'], { env });
      assert.equal(code, 1);
      return err;
    };

    assert.match(refused({ CLUSTER_ADVERTISE: 'http://one' }), /CLUSTER_ADVERTISE must be HOST or HOST:PORT/);
    assert.match(refused({ CLUSTER_ADVERTISE: 'no-such-host.invalid', REDIS_URL: 'redis://127.0.0.1:1' }),
      /CLUSTER_ADVERTISE: no-such-host\.invalid means no address here/);
  });
});
