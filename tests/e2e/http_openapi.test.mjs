// The description of the HTTP API against what the server really answers: every endpoint, every status. `Api` holds
// each answer against its schema; this file sees to it that each described answer is given.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, it } from 'node:test';
import { Api, described, description, password, requestSchema, setPassword, writeAppointment } from './support/api.mjs';
import { kind } from './support/database.mjs';
import { withServer } from './support/stage.mjs';

const relations = '/api/doctorpatientrelations';
const answers = new Set();

function withApi(name, options, tests) {
  withServer(name, options, (stage) => {
    const api = new Api(stage);
    tests(stage, api);
    after(() => api.seen.forEach((answer) => answers.add(answer)));
  });
}

withApi('the description of the HTTP API', {}, (stage, api) => {
  const posts = () => {
    const { id, doctor, patient } = stage.clinic.pair();
    const notification = { message: 'Hello' };
    return [
      ['/api/user/login', { email: doctor.email, password }],
      [relations, { doctorsUserId: doctor.id, patientsUserId: patient.id }, doctor],
      [`${relations}/${id}/chats`, { text: 'Hello' }, doctor],
      ['/api/notifications/broadcast', { userId: patient.id, notification }],
      ['/api/notifications/new-appointment', { doctorUserId: doctor.id, notification, appointment: {} }],
      ['/api/notifications/appointment-status', { patientUserId: patient.id, appointmentId: 'a', status: 'CONFIRMED' }],
      ['/api/notifications/appointment', { doctorId: doctor.id, appointmentId: 'a' }],
    ].map(([path, body, as]) => ({ path, body, as }));
  };

  it('fits the answers of those who do everything right', async () => {
    const pair = stage.clinic.pair();
    const other = stage.clinic.pair();
    setPassword(stage.clinic, pair.doctor);
    for (const path of ['/', '/health', '/ready', '/openapi.json']) assert.equal((await api.get(path)).status, 200, path);
    await api.post('/api/user/login', { body: { email: pair.doctor.email, password } });
    await api.get('/api/user/me', { as: pair.doctor });
    await api.post('/api/user/logout', { as: other.doctor });
    const made = { doctorsUserId: pair.doctor.id, patientsUserId: other.patient.id };
    await api.post(relations, { as: pair.doctor, body: made });
    await api.post(relations, { as: pair.doctor, body: made });
    await api.post(`${relations}/${pair.id}/chats`, { as: pair.doctor, body: { text: 'Hello' } });
    await api.get(`${relations}/${pair.id}/chats`, { as: pair.patient });
    assert.equal((await api.get(`${relations}?role=DOCTOR`, { as: pair.doctor })).body.relations.length, 2);
    const { id, doctorId } = writeAppointment(stage.clinic, kind, pair, { id: 'a1', begins: new Date() });
    await api.post('/api/notifications/appointment', { body: { doctorId, appointmentId: id } });
    for (const { path, body } of posts().filter(({ path }) => /broadcast|new-appointment|status/.test(path))) {
      assert.equal((await api.post(path, { body })).status, 200, path);
    }
  });

  it('fits the answers to bodies and queries that are wrong', async () => {
    const { doctor, id } = stage.clinic.pair();
    for (const { path, as } of posts()) {
      assert.equal((await api.post(path, { as, body: {} })).status, 400, path);
      assert.equal((await api.post(path, { as, body: {}, type: 'text/plain' })).status, 415, path);
      assert.equal((await api.post(path, { as, raw: ' '.repeat(70_000) })).status, 413, path);
    }
    assert.equal((await api.get(`${relations}/${id}/chats?page=0`, { as: doctor })).status, 400);
    assert.equal((await api.get(`${relations}?role=ADMIN`, { as: doctor })).status, 400);
  });

  it('fits the answers to those who may not', async () => {
    const [pair, other] = [stage.clinic.pair(), stage.clinic.pair()];
    const Cookie = `token=${stage.clinic.token(pair.doctor)}`;
    await api.post('/api/user/login', { body: { email: pair.doctor.email, password: 'wrong' } });
    await api.get('/api/user/me');
    await api.post('/api/user/logout', { headers: { Cookie, Origin: 'https://evil.example' } });
    for (const as of [undefined, other.doctor]) {
      await api.post(relations, { as, body: { doctorsUserId: pair.doctor.id, patientsUserId: pair.patient.id } });
      await api.get(`${relations}?userId=${pair.doctor.id}`, { as });
      await api.get(`${relations}/${pair.id}/chats`, { as });
      await api.post(`${relations}/${pair.id}/chats`, { as, body: { text: 'x' } });
    }
    for (const { path, body } of posts().filter(({ path }) => path.startsWith('/api/notifications/'))) {
      assert.equal((await api.post(path, { body, headers: { Forwarded: 'for=192.0.2.1' } })).status, 403, path);
    }
  });

  it('fits the answers about what is not there', async () => {
    const { doctor } = stage.clinic.pair();
    await api.post(relations, { as: doctor, body: { doctorsUserId: doctor.id, patientsUserId: 'nobody' } });
    await api.get(`${relations}/nowhere/chats`, { as: doctor });
    await api.post(`${relations}/nowhere/chats`, { as: doctor, body: { text: 'x' } });
    await api.post('/api/notifications/appointment-status', { body: { patientUserId: 'nobody', appointmentId: 'a', status: 'x' } });
    await api.post('/api/notifications/appointment', { body: { doctorId: 'd', appointmentId: 'none' } });
  });

  it('fits the answers to who guesses', async () => {
    const body = { email: 'guessed@clinic.example', password };
    for (let status, tries = 0; status !== 429 && tries < 40; tries += 1) ({ status } = await api.post('/api/user/login', { body }));
  });

  it('has request bodies that the server takes', async () => {
    for (const { path, body } of posts()) {
      const template = path.replace(/relations\/[^/]+\/chats/, 'relations/{relationId}/chats');
      const fits = requestSchema('POST', template);
      assert.ok(fits(body), `${path}: ${JSON.stringify(fits.errors)}`);
      assert.ok(!fits({}), path);
    }
  });

  it('describes nothing that is not there', async () => {
    for (const [path, item] of Object.entries(description.paths)) {
      const { doctor } = stage.clinic.pair();
      const methods = Object.keys(item).filter((name) => name !== 'parameters').map((name) => name.toUpperCase());
      const answer = await api.call('PATCH', path.replace(/\{\w+\}/, 'x'), { as: doctor });
      assert.equal(answer.status, 405, path);
      assert.deepEqual(answer.headers.allow.split(', ').filter((name) => !['HEAD', 'OPTIONS'].includes(name)).sort(), methods.sort(), path);
    }
  });

  it('fits the answers while the database takes nothing', { skip: kind !== 'sqlite' && 'only a SQLite file can be locked as a whole' }, async () => {
    const { doctor, patient, id } = stage.clinic.pair();
    const unlock = await stage.clinic.database.lockWrites();
    try {
      const refused = await Promise.all([
        api.post('/api/user/logout', { as: doctor }),
        api.post(relations, { as: doctor, body: { doctorsUserId: doctor.id, patientsUserId: patient.id } }),
        api.post(`${relations}/${id}/chats`, { as: doctor, body: { text: 'Lost' } }),
        api.post('/api/notifications/appointment-status', { body: { patientUserId: patient.id, appointmentId: 'a', status: 'x' } }),
      ]);
      assert.deepEqual(refused.map(({ status }) => status), [503, 503, 503, 503]);
      assert.equal(refused[2].body.error, 'Failed to send message');
    } finally {
      await unlock();
    }
  });
});

withApi('the HTTP API with a key for other services', { env: { INTERNAL_API_KEY: 'k'.repeat(32) } }, (stage, api) => {
  it('fits the answers to those who do not have it', async () => {
    for (const path of Object.keys(description.paths).filter((name) => name.startsWith('/api/notifications/'))) {
      await api.refused(401, 'Unauthorized', 'POST', path, { body: {} });
    }
  });
});

const { publicKey } = generateKeyPairSync('ed25519');
const JWT_PUBLIC_KEY = publicKey.export({ type: 'spki', format: 'pem' });

withApi('the HTTP API where others sign tokens', { env: { JWT_SECRET: '', JWT_PUBLIC_KEY } }, (stage, api) => {
  it('has no login', () => api.refused(404, 'Not found', 'POST', '/api/user/login', { body: { email: 'a', password: 'b' } }));

  it('has now given every answer that is described', () => {
    api.seen.forEach((answer) => answers.add(answer));
    // A database that cannot even be read, a drain, and limits are the matter of other tests.
    const elsewhere = (answer) => answer.endsWith(' 503') || answer.endsWith(' 429');
    assert.deepEqual(described.filter((answer) => !answers.has(answer) && !elsewhere(answer)), []);
  });
});
