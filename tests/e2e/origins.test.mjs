// Which web pages may talk to the server (contract, section 5).
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { fetchPlain, Wire } from './support/http.mjs';
import { withServer } from './support/stage.mjs';

const FRONTEND_URL = 'https://app.clinic.example, https://*.hospital.example,http://localhost:3000';

const allowed = [
  'https://app.clinic.example',
  'https://ward.hospital.example',
  'http://localhost:3000',
];
const refused = [
  'https://evil.example',
  'null',
  'http://app.clinic.example',
  'https://app.clinic.example:8443',
  'https://app.clinic.example.evil.example',
  'https://evilapp.clinic.example',
  'https://hospital.example',
  'https://evilhospital.example',
  'https://ward.hospital.example.evil.example',
  'https://ward.hospital.example@evil.example',
  'http://ward.hospital.example',
  'http://localhost:3001',
  'http://127.0.0.1:3000',
  'file://',
  '*',
];

const corsHeaders = (headers) => Object.keys(headers).filter((name) => name.startsWith('access-control-'));

function handshake(stage, origin) {
  return fetchPlain(stage.server, '/socket.io/?EIO=4&transport=polling', { headers: { Origin: origin } });
}

async function webSocketStatus(stage, t, origin) {
  const wire = new Wire(stage.server);
  t.after(() => wire.close());
  wire.write(
    `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:${stage.server.port}\r\n` +
    'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n' +
    `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${origin === undefined ? '' : `Origin: ${origin}\r\n`}\r\n`);
  const [, status] = await wire.gets(/^HTTP\/1\.1 (\d{3})/);
  return Number(status);
}

withServer('origins', { env: { FRONTEND_URL } }, (stage) => {
  it('lets the listed ones in, with credentials', async (t) => {
    for (const origin of allowed) {
      for (const answer of [await handshake(stage, origin), await fetchPlain(stage.server, '/health', { headers: { Origin: origin } })]) {
        assert.equal(answer.status, 200, origin);
        assert.equal(answer.headers['access-control-allow-origin'], origin);
        assert.equal(answer.headers['access-control-allow-credentials'], 'true');
        assert.match(answer.headers.vary ?? '', /origin/i, 'a cache must not give it to another origin');
      }
      assert.equal(await webSocketStatus(stage, t, origin), 101, origin);
    }
  });

  it('lets its own origin in', async (t) => {
    assert.equal((await handshake(stage, stage.server.url)).status, 200);
    assert.equal(await webSocketStatus(stage, t, stage.server.url), 101);
  });

  it('refuses every other handshake and gives it no header', async (t) => {
    for (const origin of refused) {
      const answer = await handshake(stage, origin);
      assert.equal(answer.status, 403, origin);
      assert.deepEqual(corsHeaders(answer.headers), [], origin);
      assert.equal(await webSocketStatus(stage, t, origin), 403, origin);
    }
  });

  it('gives other origins no header on a plain answer either', async () => {
    for (const origin of refused) {
      const answer = await fetchPlain(stage.server, '/health', { headers: { Origin: origin } });
      assert.deepEqual(corsHeaders(answer.headers), [], origin);
    }
  });

  it('needs no origin', async (t) => {
    assert.equal((await fetchPlain(stage.server, '/socket.io/?EIO=4&transport=polling')).status, 200);
    assert.equal(await webSocketStatus(stage, t, undefined), 101);
  });

  it('answers a preflight for listed origins only', async () => {
    const preflight = (origin) => fetchPlain(stage.server, '/socket.io/?EIO=4&transport=polling', {
      method: 'OPTIONS',
      headers: { Origin: origin, 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'content-type' },
    });
    const good = await preflight(allowed[0]);
    assert.ok([200, 204].includes(good.status), `${good.status}`);
    assert.equal(good.headers['access-control-allow-origin'], allowed[0]);
    assert.match(good.headers['access-control-allow-methods'], /POST/);
    assert.deepEqual(corsHeaders((await preflight('https://evil.example')).headers), []);
  });

  it('refuses the official client that carries another origin', async (t) => {
    const { doctor } = stage.clinic.pair();
    for (const transport of ['polling', 'websocket']) {
      const member = stage.member(t, {
        transport, auth: { token: stage.clinic.token(doctor) }, extraHeaders: { Origin: 'https://evil.example' },
      });
      assert.match((await member.refusal()).message, /xhr poll error|websocket error/);
    }
  });
});

withServer('origins by default', {}, (stage) => {
  it('are the page of a developer on port 3000, and nobody else', async () => {
    assert.equal((await handshake(stage, 'http://localhost:3000')).status, 200);
    assert.equal((await handshake(stage, 'http://127.0.0.1:3000')).status, 403);
    assert.equal((await handshake(stage, 'http://localhost:3001')).status, 403);
  });
});
