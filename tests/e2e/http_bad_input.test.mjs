// What no honest client sends over HTTP: each gets a 4xx in JSON, and leaves no trace.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Api } from './support/api.mjs';
import { Wire, fetchPlain } from './support/http.mjs';
import { withServer } from './support/stage.mjs';

const relations = '/api/doctorpatientrelations';
const strange = ["'; DROP TABLE \"User\"; --", '" OR 1=1 --', '1 OR 1=1', '%27%20OR%201=1', '\\', '../../etc/passwd', '{{7*7}}', '${7*7}', '__proto__', 'constructor', '\u202egnp', '\ufeff', 'a'.repeat(10_000)];
const wrongTypes = [null, true, 7, 1.5, -1, [], ['x'], {}, { $ne: '' }, { toString: 'x' }];

for (const QUICKCLINIC_SHARDS of ['1', '4']) {
  withServer(`bad input over HTTP, shards ${QUICKCLINIC_SHARDS}`, { env: { QUICKCLINIC_SHARDS } }, (stage) => {
    const api = new Api(stage);
    const count = (table) => Number(stage.clinic.database.run(`SELECT count(*) FROM "${table}"`)[0][0]);
    const tables = ['User', 'DoctorPatientRelation', 'ChatMessages', 'Notification'];

    /** Runs `work` with a fresh pair, and sees to it that nothing was stored. */
    async function withoutTrace(work) {
      const before = tables.map(count);
      await work(stage.clinic.pair());
      assert.deepEqual(tables.map(count), before);
    }
    async function refusedAtAll(answer, what) {
      const { status } = await answer;
      assert.ok(status >= 400 && status < 500, `${what}: ${status}`);
    }
    const endpoints = ({ id, doctor, patient }) => [
      ['/api/user/login', undefined, { email: doctor.email, password: 'x' }],
      [relations, doctor, { doctorsUserId: doctor.id, patientsUserId: patient.id }],
      [`${relations}/${id}/chats`, doctor, { text: 'x' }],
      ['/api/notifications/broadcast', undefined, { userId: 'nobody', notification: { message: 'x' } }],
      ['/api/notifications/new-appointment', undefined, { doctorUserId: 'nobody', notification: { message: 'x' }, appointment: {} }],
      ['/api/notifications/appointment-status', undefined, { patientUserId: 'nobody', appointmentId: 'x', status: 'x' }],
      ['/api/notifications/appointment', undefined, { doctorId: 'nobody', appointmentId: 'x' }],
    ];

    describe('a body', () => {
      it('that is no JSON object', () => withoutTrace(async (pair) => {
        const raws = ['', ' ', '{', '{"text":', '{"text":"x"}}', "{'text':'x'}", 'text=x', '\u0000', '[]', '"x"', '7', 'null', 'NaN', `${'['.repeat(100_000)}`, `{"a":${'{"a":'.repeat(50)}1${'}'.repeat(50)}}`, '{"text":"\\ud800"}', '{"text":"\\udc00\\ud800"}', '{"text":"a\\u0000b"}', '{"x":["\\u0000"]}', '{"\\u0000":1}', '{"text":1e999}'];
        for (const [path, as] of endpoints(pair)) {
          for (const raw of raws) await refusedAtAll(api.post(path, { as, raw }), `${path} ${raw.slice(0, 40)}`);
          await refusedAtAll(api.post(path, { as, raw: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]) }), path);
        }
      }));

      it('that does not say that it is JSON', () => withoutTrace(async (pair) => {
        for (const [path, as, body] of endpoints(pair)) {
          for (const type of ['', 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/json5', 'text/json']) {
            assert.equal((await api.post(path, { as, body, type })).status, 415, `${path} ${type}`);
          }
        }
      }));

      it('of 4 MB', () => withoutTrace(async (pair) => {
        for (const [path, as] of endpoints(pair)) {
          const wire = new Wire(stage.server);
          const token = as ? `Authorization: Bearer ${stage.clinic.token(as)}\r\n` : '';
          wire.write(`POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${token}Content-Type: application/json\r\nContent-Length: 4000000\r\n\r\n{"text":"`);
          await wire.gets(/^HTTP\/1\.1 413 [^]*\r\n\r\n\{"error":"[^"]+"\}$/);
          wire.close();
        }
      }));

      it('with fields of the wrong type', () => withoutTrace(async (pair) => {
        for (const [path, as, body] of endpoints(pair)) {
          for (const field of Object.keys(body)) {
            for (const value of wrongTypes) {
              if (field === 'appointment' && value !== null && typeof value === 'object' && !Array.isArray(value)) continue;
              const answer = await api.post(path, { as, body: { ...body, [field]: value } });
              assert.equal(answer.status, 400, `${path} ${field}=${JSON.stringify(value)}`);
            }
          }
        }
      }));

      it('with SQL and worse in every field', async () => {
        const pair = stage.clinic.pair();
        const before = ['User', 'DoctorPatientRelation'].map(count);
        for (const [path, as, body] of endpoints(pair)) {
          for (const field of Object.keys(body)) {
            if (typeof body[field] !== 'string') continue;
            for (const value of strange) {
              const { status } = await api.post(path, { as, body: { ...body, [field]: value } });
              assert.ok(status < 500, `${path} ${field}=${value}: ${status}`);
            }
          }
        }
        assert.deepEqual(['User', 'DoctorPatientRelation'].map(count), before);
        const { body } = await api.get(`${relations}/${pair.id}/chats?limit=100&order=oldest`, { as: pair.doctor });
        const kept = strange.filter((text) => text.length <= 4000 && text.trim() !== '');
        assert.deepEqual(body.chats.map(({ text }) => text), kept, 'text is kept as it was written');
      });

      it('that forges who and when', async () => {
        const pair = stage.clinic.pair();
        const body = { text: 'Mine', senderId: pair.patient.id, senderName: 'x', senderRole: 'ADMIN', id: 'forged', createdAt: '2000-01-01T00:00:00.000Z', doctorPatientRelationId: stage.clinic.pair().id };
        const { chat } = (await api.post(`${relations}/${pair.id}/chats`, { as: pair.doctor, body })).body;
        assert.deepEqual([chat.senderId, chat.senderRole, chat.doctorPatientRelationId], [pair.doctor.id, 'DOCTOR', pair.id]);
        assert.notEqual(chat.id, 'forged');
        assert.ok(Date.parse(chat.createdAt) > Date.now() - 60_000);
      });
    });

    describe('a conversation', () => {
      it('of others stays theirs', () => withoutTrace(async (pair) => {
        const other = stage.clinic.pair();
        stage.clinic.database.run('UPDATE "User" SET role = ? WHERE id = ?', 'ADMIN', other.patient.id);
        for (const as of [other.doctor, other.patient]) {
          await api.refused(403, 'Forbidden', 'GET', `${relations}/${pair.id}/chats`, { as });
          await api.refused(403, 'Forbidden', 'POST', `${relations}/${pair.id}/chats`, { as, body: { text: 'x' } });
        }
        await api.refused(403, 'Forbidden', 'GET', `${relations}?userId=${pair.doctor.id}`, { as: other.doctor });
        assert.equal((await api.get(`${relations}?userId=${pair.doctor.id}`, { as: other.patient })).status, 200);
      }));

      it('is asked for in pages that make sense', async () => {
        const pair = stage.clinic.pair();
        for (const query of ['page=-1', 'page=0', 'page=1e9', 'page=1.5', 'page=', 'page', 'page=NaN', 'page=Infinity', 'page=0x10', 'page=%31%00', 'page=١', 'page=99999999999999999999', 'limit=1e9', 'limit=0', 'limit=-1', 'page=1&page=2', 'page[]=1', 'limit=5&limit=5']) {
          const answer = await api.get(`${relations}/${pair.id}/chats?${encodeURI(query)}`.replace('%2531%2500', '%31%00'), { as: pair.doctor });
          const ignored = query.startsWith('page[]');
          assert.equal(answer.status, ignored ? 200 : 400, query);
          if (!ignored) assert.equal(answer.body.error, 'page and limit must be positive integers', query);
        }
        await api.refused(400, 'limit cannot exceed 100', 'GET', `${relations}/${pair.id}/chats?limit=101`, { as: pair.doctor });
        const { body } = await api.get(`${relations}/${pair.id}/chats?page=9007199254740991&limit=100`, { as: pair.doctor });
        assert.deepEqual(body.chats, []);
      });

      it('is not found by tricks with its path', async () => {
        const { doctor } = stage.clinic.pair();
        for (const id of ['%00', '%2e%2e', '..%2f..', '%ff', '%', '%zz', "'%20OR%20'1'='1", '%27;--', 'a'.repeat(4000), '*', '%25', 'null', 'undefined', '__proto__']) {
          const { status } = await api.get(`${relations}/${id}/chats`, { as: doctor });
          assert.equal(status, 404, id);
        }
      });
    });

    it('of a method that is not there', async () => {
      for (const path of ['/api/user/login', '/api/user/me', relations, '/api/notifications/broadcast', '/openapi.json']) {
        for (const method of ['PUT', 'DELETE', 'PATCH', 'PROPFIND']) {
          await api.refused(405, 'Method not allowed', method, path);
        }
      }
    });

    it('in the headers', async () => {
      const { doctor } = stage.clinic.pair();
      for (const Authorization of ['Bearer', 'Bearer ', 'Bearer x', `Bearer ${'x'.repeat(7000)}`, 'Bearer a.b.c', 'Basic eDp5', `Bearer ${stage.clinic.token(doctor)}x`]) {
        await api.refused(401, 'Unauthorized', 'GET', '/api/user/me', { headers: { Authorization } });
      }
      for (const id of ['a b', '<script>', 'x'.repeat(500)]) {
        const { headers } = await fetchPlain(stage.server, '/health', { headers: { 'X-Request-Id': id } });
        assert.notEqual(headers['x-request-id'], id);
      }
    });

    it('leaves neither a token nor a text in the log', async () => {
      const pair = stage.clinic.pair();
      const token = stage.clinic.token(pair.doctor);
      await api.get(`/api/user/me?token=${token}`);
      await api.post(`${relations}/${pair.id}/chats`, { as: pair.doctor, body: { text: 'a very private matter' } });
      await api.post('/api/user/login', { body: { email: 'private@clinic.example', password: 'my own secret' } });
      for (const secret of [token, 'private matter', 'private@clinic.example', 'my own secret']) assert.ok(!stage.server.log.includes(secret));
    });
  });
}
