// Two servers on one database behind nginx and HAProxy, with the configurations of deploy/.
import assert from 'node:assert/strict';
import { Agent, request } from 'node:https';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { Clinic } from './support/clinic.mjs';
import { Member, transports } from './support/member.mjs';
import { PostgresDatabase } from './support/postgres_database.mjs';
import { patience } from './support/program.mjs';
import { Reader } from './support/reader.mjs';
import { ReverseProxy } from './support/reverse_proxy.mjs';
import { until } from './support/wait.mjs';

for (const kind of ['nginx', 'haproxy']) {
  describe(`two servers behind ${kind}`, () => {
    let clinic;
    let servers;
    let proxy;
    before(async () => {
      clinic = new Clinic({ database: new PostgresDatabase() });
      servers = await Promise.all([1, 2].map(() => clinic.serve({ env: { TRUST_PROXY: 'loopback', LOG_LEVEL: 'debug' } })));
      proxy = await ReverseProxy.start(kind, servers.map(({ port }) => port));
    });
    after(async () => {
      await proxy?.stop();
      await Promise.all((servers ?? []).map((server) => server.running && server.stop()));
      clinic?.remove();
    });

    /** As from another machine: what the proxies see is the address. */
    const from = (host) => new Agent({ ca: proxy.certificate, localAddress: `127.0.0.${host}`, keepAlive: true });

    function optionsOf(t, user, pair, transport, host) {
      const agent = from(host);
      t.after(() => agent.destroy());
      return { transport, auth: { token: clinic.token(user), relationId: pair.id }, agent, timeout: 5000 * patience };
    }

    function enter(t, ...who) {
      const member = new Member(proxy.url, optionsOf(t, ...who));
      t.after(() => member.close());
      return member.ready();
    }

    async function get(path, headers = {}) {
      const asked = request(`${proxy.url}${path}`, { ca: proxy.certificate, headers, agent: false }).end();
      const [response] = await once(asked, 'response');
      let text = '';
      for await (const piece of response.setEncoding('utf8')) text += piece;
      return { status: response.statusCode, headers: response.headers, text };
    }

    for (const transport of Object.keys(transports)) {
      it(`carries a conversation over ${transport}, from any address`, async (t) => {
        const pair = clinic.pair();
        const people = await Promise.all(Array.from({ length: 8 }, (_, index) =>
          enter(t, index % 2 ? pair.doctor : pair.patient, pair, transport, 10 + index)));
        for (const [index, member] of people.entries()) await member.send(`from ${index}`);
        const texts = Array.from(people, (_, index) => `from ${index}`);
        for (const member of people) {
          const shown = await member.count('new_message', people.length);
          assert.deepEqual(shown.map(({ message }) => message.text), texts);
        }
      });
    }

    it('spreads clients over both servers', async (t) => {
      const pair = clinic.pair();
      const counts = () => servers.map(({ log }) => log.split('session closed').length - 1);
      const sofar = counts();
      const people = await Promise.all(Array.from({ length: 24 }, (_, index) => enter(t, pair.doctor, pair, 'websocket', 40 + index)));
      people.forEach((member) => member.close());
      await until(10_000 * patience, () => counts().reduce((sum, count) => sum + count, 0) >= sofar[0] + sofar[1] + 24, 'the ends of all');
      counts().forEach((count, index) => assert.ok(count > sofar[index], `server ${index} had clients`));
    });

    it('tells the servers who comes, and serves nothing without TLS', async () => {
      const response = await fetch(`${proxy.plainUrl}/login?next=%2F`, { redirect: 'manual' });
      assert.equal(response.status, 308);
      assert.match(response.headers.get('location'), /^https:\/\/localhost(:\d+)?\/login\?next=%2F$/);
      assert.equal((await get('/health')).status, 200);
      assert.equal((await get('/metrics')).status, 404);
    });

    it('leads everybody to the other server when one is stopped, and nobody misses a message', async (t) => {
      const pair = clinic.pair();
      const readers = Array.from({ length: 6 }, (_, index) =>
        new Reader(proxy.url, optionsOf(t, pair.patient, pair, index % 2 ? 'polling' : 'websocket', 80 + index)));
      t.after(() => readers.forEach((reader) => reader.close()));
      await until(10_000 * patience, () => readers.every(({ connections }) => connections === 1), 'everybody');

      const stopped = servers[0];
      const end = stopped.stop();
      const texts = [];
      // Any of these may be refused by the server that ends, or by the proxy that has not noticed: it is sent again.
      for (let index = 0; index < 10; index += 1) {
        texts.push(`during the stop ${index}`);
        await until(20_000 * patience, () => said(t, pair, texts[index], 100 + index), 'a message to be taken');
      }
      await end;
      for (const reader of readers) {
        await reader.has(texts.length);
        assert.deepEqual(reader.messages.map(({ text }) => text), texts);
      }
      assert.equal((await get('/ready')).status, 200);
    });

    async function said(t, pair, text, host) {
      try {
        const member = await enter(t, pair.doctor, pair, 'websocket', host);
        await member.send(text, { clientMessageId: text });
        return true;
      } catch {
        return false;
      }
    }
  });
}
