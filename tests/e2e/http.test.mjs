import assert from 'node:assert/strict';
import { it } from 'node:test';
import { fetchPlain } from './support/http.mjs';
import { keys } from './support/member.mjs';
import { withServer } from './support/stage.mjs';

for (const QUICKCLINIC_SHARDS of ['1', '4']) {
  withServer(`HTTP, shards ${QUICKCLINIC_SHARDS}`, { env: { QUICKCLINIC_SHARDS } }, (stage) => {
    const get = (path, options) => fetchPlain(stage.server, path, options);

    it('says that it lives', async () => {
      const { status, headers, text } = await get('/health');
      assert.equal(status, 200);
      assert.match(headers['content-type'], /^application\/json/);
      const answer = JSON.parse(text);
      assert.deepEqual(keys(answer), ['status', 'timestamp']);
      assert.equal(answer.status, 'ok');
      assert.ok(Math.abs(Date.parse(answer.timestamp) - Date.now()) < 60_000);
    });

    it('says that it is ready', async () => {
      const { status, text } = await get('/ready');
      assert.equal(status, 200, text);
      JSON.parse(text);
    });

    it('introduces itself', async () => {
      const { status, headers, text } = await get('/');
      assert.equal(status, 200);
      if (headers['content-type'].startsWith('text/html')) return; // the front end is built in: web.test.mjs
      assert.match(headers['content-type'], /^application\/json/);
      assert.deepEqual(JSON.parse(text), { status: 'ok', service: 'quick-clinic-socket-server' });
    });

    it('answers an unknown path of the API in JSON', async () => {
      for (const path of ['/api', '/api/nowhere', '/api/user/me/more', '/health/more', '/api/%00']) {
        const { status, headers, text } = await get(path);
        assert.ok([400, 404].includes(status), `${path}: ${status}`);
        assert.match(headers['content-type'], /^application\/json/, path);
        assert.deepEqual(keys(JSON.parse(text)), ['error'], path);
      }
    });

    it('answers HEAD without a body', async () => {
      const { status, text } = await get('/health', { method: 'HEAD' });
      assert.deepEqual([status, text], [200, '']);
    });

    it('refuses other methods', async () => {
      for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
        const { status } = await get('/health', { method, body: '{}' });
        assert.ok([404, 405].includes(status), `${method}: ${status}`);
      }
    });

    it('answers faults of Engine.IO with its codes', async () => {
      const faults = [
        ['?EIO=4&transport=carrier-pigeon', 0],
        ['?EIO=4&transport=__proto__', 0],
        ['?EIO=4', 0],
        ['?EIO=4&transport=polling&sid=unknown', 1],
        ['?EIO=3&transport=polling', 5],
      ];
      for (const [query, code] of faults) {
        const { status, text } = await get(`/socket.io/${query}`);
        assert.equal(status, 400, query);
        const answer = JSON.parse(text);
        assert.deepEqual(keys(answer), ['code', 'message']);
        assert.equal(answer.code, code, query);
      }
      const { status, text } = await get('/socket.io/?EIO=4&transport=polling', { method: 'POST', body: '40' });
      assert.deepEqual([status, JSON.parse(text).code], [400, 2]);
    });

    it('ends a polling session whose body is not Engine.IO', async () => {
      const opened = await get('/socket.io/?EIO=4&transport=polling');
      const { sid } = JSON.parse(opened.text.slice(1));
      const path = `/socket.io/?EIO=4&transport=polling&sid=${sid}`;
      assert.equal((await get(path, { method: 'POST', body: 'abc' })).status, 400);
      assert.equal((await get(path)).status, 400);
    });

    it('refuses a polling body above maxPayload with 413', async () => {
      const opened = await get('/socket.io/?EIO=4&transport=polling');
      const { sid, maxPayload } = JSON.parse(opened.text.slice(1));
      assert.equal(maxPayload, 1_000_000);
      const path = `/socket.io/?EIO=4&transport=polling&sid=${sid}`;
      const { status } = await get(path, { method: 'POST', body: `4${'x'.repeat(maxPayload)}` });
      assert.equal(status, 413);
    });

    it('gives session ids that cannot be guessed', async () => {
      const sids = new Set();
      for (let index = 0; index < 50; index += 1) {
        const { text } = await get('/socket.io/?EIO=4&transport=polling');
        sids.add(JSON.parse(text.slice(1)).sid);
      }
      assert.equal(sids.size, 50);
      for (const sid of sids) assert.ok(sid.length >= 20, sid);
    });
  });
}
