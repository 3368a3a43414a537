// TLS as the program itself speaks it: who is served, who is not, and a new certificate without a restart.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:tls';
import { after, before, describe, it } from 'node:test';
import { password, setPassword } from './support/api.mjs';
import { makeCertificate, replace } from './support/certificates.mjs';
import { Clinic } from './support/clinic.mjs';
import { fetchPlain, Wire } from './support/http.mjs';
import { Member, transports } from './support/member.mjs';
import { patience } from './support/program.mjs';
import { withServer } from './support/stage.mjs';
import { until, within } from './support/wait.mjs';

/** What a TLS handshake on 127.0.0.1 comes to: `{ protocol, fingerprint }`, or the error's code. */
function handshake(port, options) {
  const met = new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options }, () => {
      resolve({ protocol: socket.getProtocol(), cipher: socket.getCipher().name, fingerprint: socket.getPeerCertificate().fingerprint256 });
      socket.destroy();
    });
    socket.on('error', ({ code }) => resolve(code));
  });
  return within(5000 * patience, met, 'a TLS handshake');
}

describe('TLS', () => {
  let clinic, server, files, ca;

  before(async () => {
    clinic = new Clinic();
    files = makeCertificate(clinic.folder, 'server');
    ca = readFileSync(files.certificate);
    server = await clinic.serve({
      env: { TLS_CERT: files.certificate, TLS_KEY: files.key, HTTP_REDIRECT_PORT: '0', QUICKCLINIC_SHARDS: '2' },
    });
  });
  after(async () => {
    await server?.stop();
    clinic.remove();
  });

  const enter = (t, user, pair, options) => {
    const member = new Member(server.url, { auth: { token: clinic.token(user), relationId: pair.id }, ca, ...options });
    t.after(() => member.close());
    return member.ready();
  };
  const reloaded = async (line) => {
    const from = server.log.length;
    server.signal('SIGHUP');
    await until(5000 * patience, () => server.log.slice(from).includes(line), line);
  };

  for (const transport of Object.keys(transports)) {
    it(`carries the chat, ${transport}`, async (t) => {
      const pair = clinic.pair();
      const doctor = await enter(t, pair.doctor, pair, { transport });
      const patient = await enter(t, pair.patient, pair, { transport });
      const sent = await doctor.send('Behind a lock');
      assert.equal((await patient.next('new_message')).message.id, sent.id);
    });
  }

  it('makes cookies and browsers stricter', async () => {
    const { doctor } = clinic.pair();
    setPassword(clinic, doctor);
    const login = await fetchPlain(server, '/api/user/login', {
      ca, method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ email: doctor.email, password }),
    });
    assert.equal(login.status, 200, login.text);
    assert.match(login.headers['set-cookie'][0], /; Secure$/);
    for (const path of ['/', '/health', '/api/user/me', '/nowhere']) {
      const { headers } = await fetchPlain(server, path, { ca });
      assert.match(headers['strict-transport-security'] ?? '', /^max-age=31536000/, path);
    }
  });

  it('is not for clients that do not know the certificate', async (t) => {
    const pair = clinic.pair();
    const wary = new Member(server.url, { auth: { token: clinic.token(pair.doctor), relationId: pair.id } });
    t.after(() => wary.close());
    await assert.rejects(wary.ready(), { message: 'websocket error' });
    await assert.rejects(fetchPlain(server, '/health'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  });

  it('has no old versions and no ciphers without forward secrecy or authentication', async () => {
    const old = { ciphers: 'ALL:@SECLEVEL=0', minVersion: 'TLSv1' };
    assert.equal((await handshake(server.port)).protocol, 'TLSv1.3');
    assert.equal((await handshake(server.port, { maxVersion: 'TLSv1.2' })).protocol, 'TLSv1.2');
    assert.equal(typeof (await handshake(server.port, { ...old, maxVersion: 'TLSv1.1' })), 'string');
    for (const ciphers of ['ECDHE-ECDSA-AES128-SHA', 'ECDHE-ECDSA-AES256-SHA384', 'AES128-GCM-SHA256', 'NULL-SHA256:@SECLEVEL=0']) {
      assert.equal(typeof (await handshake(server.port, { ciphers, maxVersion: 'TLSv1.2' })), 'string', ciphers);
    }
  });

  it('answers plain text on its port by closing', async () => {
    const wire = new Wire(server).write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n');
    await wire.end(5000);
    assert.doesNotMatch(wire.text, /HTTP/);
  });

  describe('a port for plain HTTP', () => {
    const plain = () => ({ url: /^redirecting (http:\S+)$/m.exec(server.out)[1] });

    it('leads to the one with TLS', async () => {
      for (const [path, method] of [['/', 'GET'], ['/patient/chat/r1?x=%20y', 'GET'], ['/api/user/login', 'POST'], ['/socket.io/?EIO=4&transport=polling', 'GET']]) {
        const { status, headers } = await fetchPlain(plain(), path, { method, headers: { Host: 'clinic.example:80' } });
        assert.deepEqual([status, headers.location], [308, `https://clinic.example:${server.port}${path}`]);
        assert.equal(headers['strict-transport-security'], undefined);
      }
      const { headers } = await fetchPlain(plain(), '/x', { headers: { Host: '[::1]:8080' } });
      assert.equal(headers.location, `https://[::1]:${server.port}/x`);
    });

    it('says that the server lives', async () => {
      const { status, text } = await fetchPlain(plain(), '/health');
      assert.deepEqual([status, JSON.parse(text).status], [200, 'ok']);
    });

    it('leads nowhere from a host that is none', async () => {
      for (const Host of ['evil.example/path', 'a b', '@', 'x@evil.example', '[::1']) {
        const { status, headers } = await fetchPlain(plain(), '/', { headers: { Host } });
        assert.deepEqual([status, headers.location], [400, undefined], Host);
      }
    });
  });

  it('takes a new certificate on SIGHUP, and nobody is cut off', async (t) => {
    const pair = clinic.pair();
    const renewed = makeCertificate(clinic.folder, 'renewed');
    ca = [ca, readFileSync(renewed.certificate)]; // a polling client meets the new one with its next connection
    const doctor = await enter(t, pair.doctor, pair);
    const patient = await enter(t, pair.patient, pair, { transport: 'polling' });
    const before = await handshake(server.port);

    replace(files, renewed);
    await reloaded('certificate reloaded');
    // The other shard may hear of it a moment later.
    await until(5000 * patience, async () => {
      const met = await Promise.all(Array.from({ length: 8 }, () => handshake(server.port)));
      return met.every(({ fingerprint }) => fingerprint !== before.fingerprint);
    }, 'the new certificate on every shard');

    const sent = await doctor.send('Still here');
    assert.deepEqual(doctor.all('disconnect'), []);
    assert.equal((await fetchPlain(server, '/health', { ca })).status, 200);
    assert.ok((await within(5000, patient.history(), 'the history')).some(({ id }) => id === sent.id));
  });

  it('keeps the old certificate when the new one is of no use, and says so', async () => {
    const [certificate, key] = [readFileSync(files.certificate), readFileSync(files.key)];
    const { fingerprint } = await handshake(server.port);
    const refused = 'certificate not reloaded, the old one stays';
    const spoilt = [
      () => writeFileSync(files.certificate, 'rubbish'),
      () => writeFileSync(files.key, readFileSync(makeCertificate(clinic.folder, 'other').key)),
      () => replace(files, makeCertificate(clinic.folder, 'ended', { days: -1 })),
    ];
    for (const spoil of spoilt) {
      spoil();
      await reloaded(refused);
      assert.equal((await handshake(server.port)).fingerprint, fingerprint);
      writeFileSync(files.certificate, certificate);
      writeFileSync(files.key, key);
    }
    assert.doesNotMatch(server.log, /BEGIN/);
    await reloaded('certificate reloaded');
  });

  it('does not start with a certificate that it cannot use', () => {
    const other = makeCertificate(clinic.folder, 'another');
    const { code, err } = clinic.run(['serve', '--port', '0', '--host', '127.0.0.1', '--tls-cert', files.certificate, '--tls-key', other.key]);
    assert.equal(code, 1);
    assert.match(err, /is not that of/);
  });

  it('serves with a certificate that has ended, but warns', async (t) => {
    const ended = makeCertificate(clinic.folder, 'over', { days: -1 });
    const late = await clinic.serve({ env: { TLS_CERT: ended.certificate, TLS_KEY: ended.key } });
    t.after(() => late.stop());
    assert.match(late.log, /certificate has ended/);
    await assert.rejects(fetchPlain(late, '/health', { ca: readFileSync(ended.certificate) }), { code: 'CERT_HAS_EXPIRED' });
  });
});

withServer('without TLS', {}, (stage) => {
  it('SIGHUP ends nothing', async (t) => {
    const { doctor } = await stage.conversation(t);
    stage.server.signal('SIGHUP');
    await until(5000 * patience, () => stage.server.log.includes('nothing to reload'), 'the word in the log');
    await doctor.send('Still here');
    assert.ok(stage.server.running);
  });

  it('a port that leads to TLS is refused', () => {
    const { code, err } = stage.clinic.run(['serve', '--port', '0', '--http-redirect-port', '8080']);
    assert.deepEqual([code, /needs TLS_CERT and TLS_KEY/.test(err)], [1, true], err);
  });
});
