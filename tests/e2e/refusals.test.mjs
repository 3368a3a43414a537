// Who is let in, and in which words the others are not (contract, section 3).
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { overMatrix, withServer } from './support/stage.mjs';
import { hs256, seconds } from './support/tokens.mjs';
import { until } from './support/wait.mjs';

const refusal = (message) => ({ message, code: message.toLowerCase().replaceAll(' ', '_') });

overMatrix('a handshake', (stage) => {
  it('is refused in the words of its fault', async (t) => {
    const pair = stage.clinic.pair();
    const { secret } = stage.clinic;
    const token = (more) => stage.clinic.token(pair.doctor, more);
    const faults = [
      ['Missing token', { relationId: pair.id }],
      ['Missing token', { relationId: pair.id, token: null }],
      ['Invalid token format', { token: 'not a token' }],
      ['Invalid token format', { token: 'a.b' }],
      ['Invalid token format', { token: 42 }],
      ['Invalid token format', { token: { alg: 'none' } }],
      ['Invalid token signature', { token: hs256('another secret of more than 32 bytes', { id: pair.doctor.id, exp: seconds() + 60 }) }],
      ['Token expired', { token: token({ exp: seconds() - 1 }) }],
      ['Token not yet valid', { token: token({ nbf: seconds() + 60 }) }],
      ['User not found', { token: hs256(secret, { id: 'nobody', exp: seconds() + 60 }) }],
      ['Relation not found', { token: token(), relationId: 'no-such-relation' }],
      ['Unauthorized', { token: token(), relationId: stage.clinic.pair().id }],
    ];
    for (const [message, auth] of faults) {
      assert.deepEqual(await stage.member(t, { auth }).refusal(), refusal(message));
    }
  });

  it('is refused to a disabled user, whose other side is not', async (t) => {
    const pair = stage.clinic.pair();
    stage.clinic.mustRun(['user', 'disable', pair.doctor.email]);
    const auth = { token: stage.clinic.token(pair.doctor), relationId: pair.id };
    assert.deepEqual(await stage.member(t, { auth }).refusal(), refusal('Account is disabled'));
    await stage.enter(t, pair.patient, pair);
    stage.clinic.mustRun(['user', 'enable', pair.doctor.email]);
    await stage.enter(t, pair.doctor, pair);
  });

  it('takes the token from wherever it may stand', async (t) => {
    const { doctor } = stage.clinic.pair();
    const token = stage.clinic.token(doctor);
    const sources = [
      { auth: { token } },
      { extraHeaders: { Authorization: `Bearer ${token}` } },
      { extraHeaders: { Authorization: `bearer ${token}` } },
      { extraHeaders: { Cookie: `theme=dark; token=${token}; other=1` } },
      { query: { token } },
    ];
    for (const source of sources) {
      const member = await stage.member(t, source).ready();
      assert.equal(member.all('notification_connected')[0].userId, doctor.id);
    }
    await until(1000, () => stage.server.log !== '', 'a line in the log');
    assert.ok(!stage.server.log.includes(token.slice(-20)), 'a token never gets into the log');
  });

  it('asks the first source only, and is not rescued by a later one', async (t) => {
    const { doctor, patient } = stage.clinic.pair();
    const [good, other] = [stage.clinic.token(doctor), stage.clinic.token(patient)];
    const sources = (tokens) => {
      const [auth, bearer, cookie, query] = tokens;
      const extraHeaders = {};
      if (bearer) extraHeaders.Authorization = `Bearer ${bearer}`;
      if (cookie) extraHeaders.Cookie = `token=${cookie}`;
      return { auth: auth ? { token: auth } : {}, extraHeaders, query: query ? { token: query } : {} };
    };
    for (const [position, later] of [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]]) {
      const tokens = [];
      tokens[position] = good;
      tokens[later] = other;
      const member = await stage.member(t, sources(tokens)).ready();
      assert.equal(member.all('notification_connected')[0].userId, doctor.id, `source ${position} before ${later}`);
      tokens[position] = 'broken';
      assert.deepEqual(await stage.member(t, sources(tokens)).refusal(), refusal('Invalid token format'));
    }
  });

  it('leaves nothing behind when refused', async (t) => {
    const pair = stage.clinic.pair();
    const member = stage.member(t, { auth: { relationId: pair.id } });
    await member.refusal();
    assert.equal(member.socket.connected, false);
    member.socket.auth = { token: stage.clinic.token(pair.doctor), relationId: pair.id };
    member.socket.connect();
    await member.next('connected');
  });
});

describe('limits and modes of identity', () => {
  withServer('with two connections for each user', { env: { MAX_CONNECTIONS_PER_USER: '2', QUICKCLINIC_SHARDS: '4' } }, (stage) => {
    it('refuses the third, and takes another once one has gone', async (t) => {
      const { doctor, patient } = stage.clinic.pair();
      const first = await stage.listen(t, doctor);
      await stage.listen(t, doctor);
      const auth = { token: stage.clinic.token(doctor) };
      assert.deepEqual(await stage.member(t, { auth }).refusal(), refusal('Too many connections'));
      await stage.listen(t, patient);
      first.close();
      await until(5000, () => stage.listen(t, doctor).catch(() => false), 'a free place');
    });
  });

  withServer('with the founding handshake allowed', { env: { QUICKCLINIC_LEGACY_AUTH: 'true' } }, (stage) => {
    it('believes user and relation of the handshake, and says so in the log', async (t) => {
      const pair = stage.clinic.pair();
      const member = await stage.member(t, { auth: { relationId: pair.id, userId: pair.doctor.id } }).ready();
      assert.equal(member.all('connected')[0].userId, pair.doctor.id);
      assert.match(stage.server.log, /legacy/i);
    });

    it('still asks the database', async (t) => {
      const pair = stage.clinic.pair();
      const refused = (auth) => stage.member(t, { auth }).refusal();
      assert.deepEqual(await refused({ relationId: pair.id, userId: 'nobody' }), refusal('User not found'));
      assert.deepEqual(await refused({ relationId: 'none', userId: pair.doctor.id }), refusal('Relation not found'));
      assert.deepEqual(await refused({ relationId: pair.id, userId: stage.clinic.pair().doctor.id }), refusal('Unauthorized'));
    });

    it('lets a bad token decide all the same', async (t) => {
      const pair = stage.clinic.pair();
      const auth = { token: 'broken', relationId: pair.id, userId: pair.doctor.id };
      assert.deepEqual(await stage.member(t, { auth }).refusal(), refusal('Invalid token format'));
    });
  });

  withServer('with the founding handshake not allowed', {}, (stage) => {
    it('asks for a token', async (t) => {
      const pair = stage.clinic.pair();
      const auth = { relationId: pair.id, userId: pair.doctor.id };
      assert.deepEqual(await stage.member(t, { auth }).refusal(), refusal('Missing token'));
    });

    it('refuses namespaces that do not exist', async (t) => {
      const { doctor } = stage.clinic.pair();
      const member = stage.member(t, { auth: { token: stage.clinic.token(doctor) } });
      const elsewhere = member.socket.io.socket('/admin');
      t.after(() => elsewhere.disconnect());
      const error = await new Promise((resolve) => elsewhere.once('connect_error', resolve));
      assert.equal(error.message, 'Invalid namespace');
      await member.ready();
    });
  });
});
