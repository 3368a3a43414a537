// What stands in front of the server is believed when it is named, and nobody else is; and plain text has to be wanted.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { password, setPassword } from './support/api.mjs';
import { Clinic } from './support/clinic.mjs';
import { fetchPlain } from './support/http.mjs';
import { patience } from './support/program.mjs';
import { withServer } from './support/stage.mjs';
import { until } from './support/wait.mjs';

const forwarded = { 'X-Forwarded-For': '198.51.100.66, 203.0.113.9', 'X-Forwarded-Proto': 'https' };

/** Where the audit record says that the last entry of `user` came from. */
function lastAddress(stage, user) {
  const lines = stage.clinic.mustRun(['audit', 'list', user.id]).split('\n').filter(Boolean);
  return lines.length > 0 && JSON.parse(lines.at(-1)).address;
}

async function login(stage, headers) {
  const { doctor } = stage.clinic.pair();
  setPassword(stage.clinic, doctor);
  const answer = await fetchPlain(stage.server, '/api/user/login', {
    method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify({ email: doctor.email, password }),
  });
  assert.equal(answer.status, 200, answer.text);
  return { doctor, cookie: answer.headers['set-cookie'][0], strict: answer.headers['strict-transport-security'] };
}

/** Waits until that is `address`: the record is written a moment after the answer. */
const audited = (stage, user, address) =>
  until(5000 * patience, () => lastAddress(stage, user) === address, `${address} in the audit record`);

withServer('a trusted proxy', {}, (stage) => {
  it('tells where a request comes from, and that it came by TLS', async () => {
    const { doctor, cookie, strict } = await login(stage, forwarded);
    assert.match(cookie, /; Secure$/);
    assert.match(strict, /^max-age=/);
    await audited(stage, doctor, '203.0.113.9');
    await until(5000 * patience, () => /path=\/api\/user\/login .*peer=203\.0\.113\.9/.test(stage.server.log), 'the address in the log');
    assert.doesNotMatch(stage.server.log, /198\.51\.100\.66/);
  });

  for (const transport of ['polling', 'websocket']) {
    it(`tells it of a client, ${transport}`, async (t) => {
      const pair = stage.clinic.pair();
      await stage.enter(t, pair.doctor, pair, { transports: [transport], extraHeaders: forwarded });
      await audited(stage, pair.doctor, '203.0.113.9');
    });
  }

  it('may say it in the standard header', async () => {
    const { doctor, cookie } = await login(stage, { Forwarded: 'for=192.0.2.1, for="[2001:db8::7]:4711";proto=https' });
    assert.match(cookie, /; Secure$/);
    await audited(stage, doctor, '2001:db8::7');
  });

  it('that says nothing stands for its clients', async () => {
    const { doctor, cookie } = await login(stage, {});
    assert.doesNotMatch(cookie, /Secure/);
    await audited(stage, doctor, '127.0.0.1');
  });
});

for (const TRUST_PROXY of ['none', '10.0.0.0/8,192.0.2.1']) {
  withServer(`nobody is believed who is not named, TRUST_PROXY ${TRUST_PROXY}`, { env: { TRUST_PROXY, LIMIT_LOGINS_PER_ADDRESS: '3/1h' } }, (stage) => {
    it('whatever they say', async (t) => {
      const { doctor, cookie, strict } = await login(stage, { ...forwarded, Forwarded: 'for=192.0.2.1;proto=https' });
      assert.doesNotMatch(cookie, /Secure/);
      assert.equal(strict, undefined);
      await audited(stage, doctor, '127.0.0.1');
      const pair = stage.clinic.pair();
      await stage.enter(t, pair.doctor, pair, { extraHeaders: forwarded });
      await audited(stage, pair.doctor, '127.0.0.1');
    });

    it('and no new address makes them somebody else', async () => {
      const statuses = [];
      for (let i = 0; i < 4; i += 1) {
        const { status } = await fetchPlain(stage.server, '/api/user/login', {
          method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Forwarded-For': `203.0.113.${i}` },
          body: JSON.stringify({ email: `nobody${i}@clinic.example`, password: 'guess' }),
        });
        statuses.push(status);
      }
      assert.equal(statuses.at(-1), 429);
    });
  });
}

describe('plain text on an address of the internet', () => {
  // None of this machine's, so that nothing comes of it.
  const start = (env = {}) => {
    const clinic = new Clinic();
    try {
      return clinic.run(['serve', '--port', '0', '--host', '1.2.3.4'], { env });
    } finally {
      clinic.remove();
    }
  };

  it('is refused with what to do', () => {
    const { code, err } = start();
    assert.equal(code, 1);
    assert.match(err, /^quickclinic: HOST 1\.2\.3\.4 lets the internet in .*TLS_CERT and TLS_KEY.*TRUST_PROXY.*127\.0\.0\.1.*ALLOW_PLAIN_HTTP to true\.$/m);
  });

  it('is served when that is wanted', () => {
    for (const env of [{ ALLOW_PLAIN_HTTP: 'true' }, { TRUST_PROXY: 'loopback,5.6.7.8' }, { QUICKCLINIC_DEMO: 'true' }]) {
      // It came as far as listening, which this machine cannot there.
      assert.match(start(env).err, /1\.2\.3\.4 is not an address of this machine/, JSON.stringify(env));
    }
  });
});
