// Tokens that attackers make. All of them are refused alike, and never by a crash.
import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync } from 'node:crypto';
import { describe, it } from 'node:test';
import { withServer } from './support/stage.mjs';
import { assemble, claimsOf, hs256, seconds, signedBy } from './support/tokens.mjs';

const format = 'Invalid token format';
const signature = 'Invalid token signature';

async function assertRefusals(stage, t, attacks) {
  for (const [what, message, token] of attacks) {
    const { message: said } = await stage.member(t, { auth: { token } }).refusal();
    assert.equal(said, message, what);
  }
  const { doctor } = stage.clinic.pair();
  assert.equal((await stage.listen(t, doctor)).socket.connected, true, 'an honest token works afterwards');
}

withServer('HS256', {}, (stage) => {
  it('is the only algorithm that is accepted', async (t) => {
    const claims = claimsOf(stage.clinic.pair().doctor);
    const { secret } = stage.clinic;
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const signed = assemble({ alg: 'HS512', typ: 'JWT' }, claims).slice(0, -1);
    await assertRefusals(stage, t, [
      ['none, no signature', format, assemble({ alg: 'none' }, claims)],
      ['none, with a signature', signature, assemble({ alg: 'none' }, claims, 'AAAA')],
      ['NONE', signature, hs256(secret, claims, { alg: 'NONE' })],
      ['nOnE', signature, hs256(secret, claims, { alg: 'nOnE' })],
      ['hs256 in small letters', signature, hs256(secret, claims, { alg: 'hs256' })],
      ['HS512', signature, `${signed}.${createHmac('sha512', secret).update(signed).digest('base64url')}`],
      ['RS256', signature, signedBy('RS256', privateKey, claims)],
      ['no alg', format, hs256(secret, claims, { typ: 'JWT' })],
      ['alg a number', format, hs256(secret, claims, { alg: 256 })],
      ['alg a list', format, hs256(secret, claims, { alg: ['HS256'] })],
      ['crit', signature, hs256(secret, claims, { alg: 'HS256', crit: ['exp'] })],
    ]);
  });

  it('is not led astray by keys that the token brings along', async (t) => {
    const claims = claimsOf(stage.clinic.pair().doctor);
    const own = 'a key the attacker brought with them';
    const jwk = { kty: 'oct', k: Buffer.from(own).toString('base64url') };
    await assertRefusals(stage, t, [
      ['jwk', signature, hs256(own, claims, { alg: 'HS256', jwk })],
      ['jku', signature, hs256(own, claims, { alg: 'HS256', jku: 'http://127.0.0.1:1/keys' })],
      ['x5u', signature, hs256(own, claims, { alg: 'HS256', x5u: 'http://127.0.0.1:1/keys' })],
      ['kid of a file', signature, hs256('', claims, { alg: 'HS256', kid: '../../../../dev/null' })],
      ['kid of a query', signature, hs256('x', claims, { alg: 'HS256', kid: `' UNION SELECT 'x` })],
      ['empty secret', signature, hs256('', claims)],
    ]);
  });

  it('covers every part of the token', async (t) => {
    const pair = stage.clinic.pair();
    const good = stage.clinic.token(pair.doctor);
    const [header, body, mac] = good.split('.');
    const bytes = Buffer.from(mac, 'base64url');
    const twice = Buffer.concat([bytes, bytes]).toString('base64url');
    const foreign = Buffer.from(JSON.stringify(claimsOf(pair.patient))).toString('base64url');
    await assertRefusals(stage, t, [
      ['other claims', signature, `${header}.${foreign}.${mac}`],
      ['half a signature', signature, `${header}.${body}.${mac.slice(0, 20)}`],
      ['two signatures', signature, `${header}.${body}.${twice}`],
      ['no signature', format, `${header}.${body}.`],
      ['no dots', format, header + body + mac],
      ['four parts', format, `${good}.${mac}`],
      ['padding', format, `${header}.${body}.${mac}=`],
      ['a space', format, `${good} `],
      ['a line end', format, `${good}\n`],
      ['NUL', format, `${good}\u0000`],
      ['another alphabet', format, `${header}.${body}.${'+/'.repeat(21)}+`],
    ]);
  });

  it('demands claims of the right type', async (t) => {
    const { id } = stage.clinic.pair().doctor;
    const { secret } = stage.clinic;
    const exp = seconds() + 3600;
    const claim = (claims) => hs256(secret, claims);
    await assertRefusals(stage, t, [
      ['no exp', format, claim({ id })],
      ['exp a text', format, claim({ id, exp: String(exp) })],
      ['exp null', format, claim({ id, exp: null })],
      ['exp long ago', 'Token expired', claim({ id, exp: -1 })],
      ['exp zero', 'Token expired', claim({ id, exp: 0 })],
      ['nbf a text', format, claim({ id, exp, nbf: 'tomorrow' })],
      ['nbf later', 'Token not yet valid', claim({ id, exp, nbf: exp })],
      ['no id', format, claim({ exp })],
      ['id a number', format, claim({ id: 7, exp })],
      ['id an object', format, claim({ id: { $ne: null }, exp })],
      ['id empty', format, claim({ id: '', exp })],
      ['id of a query', 'User not found', claim({ id: `' OR '1'='1`, exp })],
      ['claims a list', format, claim([id, exp])],
      ['claims a text', format, hs256(secret, '"text"')],
      ['claims not JSON', format, hs256(secret, '{"id":')],
      ['a token of 400 KB', format, claim({ id, exp, padding: 'x'.repeat(300_000) })],
    ]);
  });

  it('finds the user in id, else userId, else sub', async (t) => {
    const { doctor, patient } = stage.clinic.pair();
    const exp = seconds() + 3600;
    for (const claims of [
      { id: doctor.id, userId: patient.id, sub: patient.id, exp },
      { userId: doctor.id, sub: patient.id, exp },
      { sub: doctor.id, exp },
      { id: doctor.id, role: 'ADMIN', name: 'Forged', exp: exp + 0.5 },
    ]) {
      const member = await stage.member(t, { auth: { token: hs256(stage.clinic.secret, claims) } }).ready();
      const [connected] = member.all('notification_connected');
      assert.deepEqual([connected.userId, connected.userName, connected.userRole], [doctor.id, doctor.name, 'DOCTOR']);
    }
  });
});

withServer('HS256 without a duty to expire', { env: { JWT_REQUIRE_EXP: 'false' } }, (stage) => {
  it('takes a token that never expires and refuses one that has', async (t) => {
    const { id } = stage.clinic.pair().doctor;
    const auth = (claims) => ({ auth: { token: hs256(stage.clinic.secret, claims) } });
    await stage.member(t, auth({ id })).ready();
    assert.equal((await stage.member(t, auth({ id, exp: 1 })).refusal()).message, 'Token expired');
  });
});

describe('a public key', () => {
  const kinds = {
    RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
    ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    EdDSA: generateKeyPairSync('ed25519'),
  };
  for (const [algorithm, { publicKey, privateKey }] of Object.entries(kinds)) {
    const pem = publicKey.export({ type: 'spki', format: 'pem' });
    withServer(`of ${algorithm}`, { env: { JWT_PUBLIC_KEY: pem, JWT_SECRET: undefined } }, (stage) => {
      it('accepts what its private key signed', async (t) => {
        const { doctor } = stage.clinic.pair();
        const token = signedBy(algorithm, privateKey, claimsOf(doctor));
        const member = await stage.member(t, { auth: { token } }).ready();
        assert.equal(member.all('notification_connected')[0].userId, doctor.id);
      });

      it('refuses every other algorithm and key', async (t) => {
        const { doctor } = stage.clinic.pair();
        const claims = claimsOf(doctor);
        const stranger = algorithm === 'RS256'
          ? generateKeyPairSync('rsa', { modulusLength: 2048 })
          : generateKeyPairSync(algorithm === 'ES256' ? 'ec' : 'ed25519', { namedCurve: 'P-256' });
        const tokens = [
          hs256(pem, claims), hs256(pem.trim(), claims), hs256(stage.clinic.secret, claims),
          signedBy(algorithm, stranger.privateKey, claims),
          assemble({ alg: 'none' }, claims, 'AAAA'),
          ...Object.entries(kinds).filter(([other]) => other !== algorithm)
            .map(([other, keys]) => signedBy(other, keys.privateKey, claims)),
        ];
        for (const token of tokens) {
          assert.equal((await stage.member(t, { auth: { token } }).refusal()).message, signature);
        }
      });
    });
  }
});
