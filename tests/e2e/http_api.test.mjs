// Every endpoint of section 5 of the contract, together with the sockets that hear of it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { texts } from './support/answers.mjs';
import { Api, cookieOf, description, password, setPassword, writeAppointment } from './support/api.mjs';
import { kind } from './support/database.mjs';
import { patience } from './support/program.mjs';
import { withServer } from './support/stage.mjs';
import { until } from './support/wait.mjs';

const relations = '/api/doctorpatientrelations';
const chats = (pair, query = '') => `${relations}/${pair.id}/chats${query}`;

for (const QUICKCLINIC_SHARDS of ['1', '4']) {
  withServer(`the HTTP API, shards ${QUICKCLINIC_SHARDS}`, { env: { QUICKCLINIC_SHARDS } }, (stage) => {
    const api = new Api(stage);
    const login = (user, secret = password) => api.post('/api/user/login', { body: { email: user.email, password: secret } });

    describe('a user', () => {
      it('signs in, is known by the cookie, and signs out for good', async (t) => {
        const { doctor } = stage.clinic.pair();
        setPassword(stage.clinic, doctor);
        const answer = await login({ email: ` ${doctor.email.toUpperCase()} ` });
        assert.equal(answer.status, 200);
        const user = { id: doctor.id, name: doctor.name, email: doctor.email, role: 'DOCTOR' };
        assert.deepEqual(answer.body.user, user);
        assert.match(answer.headers['set-cookie'][0], /^token=[\w.-]+; Path=\/; Max-Age=604800; HttpOnly; SameSite=Lax$/);

        const Cookie = cookieOf(answer);
        assert.deepEqual((await api.get('/api/user/me', { headers: { Cookie } })).body, { user });
        const listening = await stage.member(t, { auth: {}, extraHeaders: { Cookie } }).ready();
        assert.equal((await api.post('/api/user/logout', { headers: { Cookie } })).status, 200);
        await api.refused(401, 'Unauthorized', 'GET', '/api/user/me', { headers: { Cookie } });
        await listening.next('disconnect', 6000 * patience);
      });

      it('is not told what was wrong', async () => {
        const { doctor, patient } = stage.clinic.pair();
        setPassword(stage.clinic, doctor);
        setPassword(stage.clinic, patient);
        stage.clinic.database.run('UPDATE "User" SET "isActive" = ? WHERE id = ?', false, patient.id);
        const wrong = [[doctor, 'abd'], [patient, password], [{ email: 'nobody@clinic.example' }, password]];
        for (const [user, secret] of wrong) {
          assert.deepEqual(await login(user, secret).then(({ status, body }) => [status, body]), [401, { error: 'Invalid email or password' }]);
        }
      });

      it('is slowed down when guessing', async () => {
        const { doctor } = stage.clinic.pair();
        const statuses = [];
        while (statuses.length < 40 && statuses.at(-1) !== 429) statuses.push((await login(doctor, 'guess')).status);
        assert.equal(statuses.at(-1), 429);
        const { headers } = await api.refused(429, 'Rate limit exceeded', 'POST', '/api/user/login', { body: { email: doctor.email, password } });
        assert.ok(Number(headers['retry-after']) >= 1);
      });

      it('is not signed out by a foreign page', async () => {
        const { doctor } = stage.clinic.pair();
        const headers = { Cookie: `token=${stage.clinic.token(doctor)}`, Origin: 'https://evil.example' };
        await api.refused(403, 'Forbidden', 'POST', '/api/user/logout', { headers });
        assert.equal((await api.get('/api/user/me', { headers: { Cookie: headers.Cookie } })).status, 200);
      });
    });

    describe('relations', () => {
      it('are made once, though two ask at once', async () => {
        const [one, other] = [stage.clinic.pair(), stage.clinic.pair()];
        const body = { doctorsUserId: one.doctor.id, patientsUserId: other.patient.id };
        const answers = await Promise.all([one.doctor, other.patient, one.doctor, other.patient].map((as) => api.post(relations, { as, body })));
        assert.equal(new Set(answers.map((answer) => answer.body.relation.id)).size, 1);
        assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 200, 200, 201]);
      });

      it('are listed with the last message and what is unread', async (t) => {
        const { pair, doctor, patient } = await stage.conversation(t);
        const list = async (as) => (await api.get(relations, { as })).body.relations;
        const quiet = { lastMessage: null, lastMessageAt: null, unreadCount: 0 };
        const summary = { id: pair.id, doctorsUserId: pair.doctor.id, patientsUserId: pair.patient.id, doctorName: pair.doctor.name, patientName: pair.patient.name };
        assert.deepEqual(await list(pair.doctor), [{ ...summary, ...quiet }]);

        await doctor.send('One');
        const message = await doctor.send('Two');
        const last = { lastMessage: 'Two', lastMessageAt: message.createdAt };
        assert.deepEqual(await list(pair.patient), [{ ...summary, ...last, unreadCount: 2 }]);
        assert.deepEqual(await list(pair.doctor), [{ ...summary, ...last, unreadCount: 0 }]);
        await patient.ask('mark_as_read', { messageId: message.id });
        assert.deepEqual(await list(pair.patient), [{ ...summary, ...last, unreadCount: 0 }]);
      });
    });

    describe('chats', () => {
      it('said over HTTP and over a socket stand in one order, the same for all', async (t) => {
        const { pair, doctor, patient } = await stage.conversation(t);
        const said = Array.from({ length: 20 }, (_, index) => (index % 2 === 0
          ? api.post(chats(pair), { as: pair.patient, body: { text: `HTTP ${index}` } })
          : doctor.send(`socket ${index}`)));
        await Promise.all(said);
        await patient.settle();
        await doctor.settle();
        const seen = patient.all('new_message').map(({ message }) => message.text);
        assert.equal(seen.length, 20);
        assert.deepEqual(doctor.all('new_message').map(({ message }) => message.text), seen);
        const { body } = await api.get(chats(pair, '?limit=100'), { as: pair.doctor });
        assert.deepEqual(texts(body.chats), seen);
      });

      it('are stored and shown once when the answer was lost', async (t) => {
        const { pair, doctor, patient } = await stage.conversation(t);
        const body = { text: 'Once', clientMessageId: 'once' };
        const answers = await Promise.all([1, 2, 3].map(() => api.post(chats(pair), { as: pair.patient, body })));
        for (const answer of answers) assert.deepEqual([answer.status, answer.body], [201, answers[0].body]);
        await doctor.settle();
        const [{ message }, ...more] = doctor.all('new_message');
        assert.deepEqual([message.id, message.text, more], [answers[0].body.chat.id, 'Once', []]);
        assert.equal('clientMessageId' in message, false);
        assert.equal((await patient.next('new_message')).message.clientMessageId, 'once');
      });

      it('are paged from either end', async () => {
        const pair = stage.clinic.pair();
        const written = stage.clinic.writeMessages(pair, Array.from({ length: 45 }, (_, index) => `${index}`));
        const page = async (query) => (await api.get(chats(pair, query), { as: pair.doctor })).body;
        assert.deepEqual((await page('')).chats.map(({ id }) => id), written.slice(25).map(({ id }) => id));
        const third = await page('?page=3&limit=20');
        assert.deepEqual(texts(third.chats), ['0', '1', '2', '3', '4']);
        assert.deepEqual(third.pagination, { currentPage: 3, pageSize: 20, totalMessages: 45, totalPages: 3, hasNextPage: false, hasPreviousPage: true });
        assert.deepEqual(texts((await page('?order=oldest&limit=2')).chats), ['0', '1']);
      });
    });

    describe('notifications', () => {
      it('reach all devices of one person', async (t) => {
        const { pair, doctor, patient } = await stage.conversation(t);
        const phone = await stage.listen(t, pair.patient);
        const body = { userId: pair.patient.id, notification: { id: 'n1', message: 'Your report is ready', actionHref: '/reports', actionLabel: 'Open', createdAt: '2026-01-02T03:04:05.678Z', isRead: false } };
        assert.deepEqual((await api.post('/api/notifications/broadcast', { body })).body, { success: true });
        assert.deepEqual(await phone.next('new_notification'), { notification: body.notification });
        assert.deepEqual(await patient.next('new_notification'), { notification: body.notification });
        await doctor.settle();
        assert.deepEqual(doctor.all('new_notification'), []);
      });

      it('tell of appointments', async (t) => {
        const pair = stage.clinic.pair();
        const [doctor, patient] = [await stage.listen(t, pair.doctor), await stage.listen(t, pair.patient)];
        const appointment = { id: 'a1', anything: [1, 2] };
        await api.post('/api/notifications/new-appointment', { body: { doctorUserId: pair.doctor.id, notification: { message: 'A request' }, appointment } });
        assert.equal((await doctor.next('new_notification')).notification.message, 'A request');
        assert.deepEqual(await doctor.next('new_appointment_request'), { appointment });

        const update = { status: 'CONFIRMED', appointmentDate: '2026-01-02', appointmentTime: '10:30', doctorName: 'Dr. Rao' };
        const answer = await api.post('/api/notifications/appointment-status', { body: { patientUserId: pair.patient.id, appointmentId: 'a1', ...update } });
        const message = 'Your appointment with Dr. Rao on 2026-01-02 at 10:30 was confirmed.';
        assert.equal(answer.body.notification.message, message);
        assert.deepEqual(await patient.next('new_notification'), { notification: answer.body.notification });
        assert.deepEqual(await patient.next('appointment_status_update'), { appointment: { id: 'a1', ...update } });
        const stored = stage.clinic.database.run('SELECT id, message, status FROM "Notification" WHERE "userId" = ?', pair.patient.id);
        assert.deepEqual(stored, [[answer.body.notification.id, message, 'UNREAD']]);
      });

      it('read an appointment of the web application', async (t) => {
        const pair = stage.clinic.pair();
        const doctor = await stage.listen(t, pair.doctor);
        await api.refused(404, 'Appointment not found', 'POST', '/api/notifications/appointment', { body: { doctorId: 'd', appointmentId: 'a' } });
        const { id, doctorId } = writeAppointment(stage.clinic, kind, pair, { id: 'real', begins: new Date('2026-01-02T10:30:00.000Z') });

        const { body } = await api.post('/api/notifications/appointment', { body: { doctorId, appointmentId: id } });
        const { age, ...appointment } = body.appointment;
        assert.equal(age, kind === 'orm' ? 42 : undefined);
        assert.deepEqual(appointment, {
          id, patientName: pair.patient.name, patientString: pair.patient.email, appointmentDate: '2026-01-02T00:00:00.000Z',
          appointmentTime: '2026-01-02T10:30:00.000Z', status: 'PENDING', city: 'N/A', paymentMethod: 'CARD',
        });
        assert.equal(body.notification.message, `${pair.patient.name} asks for an appointment on 2026-01-02 at 10:30 UTC.`);
        assert.deepEqual(await doctor.next('new_notification'), { notification: body.notification });
        assert.deepEqual(await doctor.next('new_appointment_request'), { appointment: body.appointment });
      });
    });

    it('describes itself', async () => {
      assert.deepEqual((await api.get('/openapi.json')).body, description);
    });

    it('names its requests', async () => {
      assert.equal((await api.get('/health', { headers: { 'X-Request-Id': 'mine-1' } })).headers['x-request-id'], 'mine-1');
      const { headers } = await api.refused(401, 'Unauthorized', 'GET', '/api/user/me');
      assert.match(headers['x-request-id'], /^[\w-]{20}$/);
      const line = `request method=GET path=/api/user/me status=401 request=${headers['x-request-id']}`;
      await until(5000 * patience, () => stage.server.log.includes(line), 'the line of the log');
    });
  });
}

withServer('the notification endpoints with a key', { env: { INTERNAL_API_KEY: 'k'.repeat(32) } }, (stage) => {
  it('are for those who have it', async (t) => {
    const api = new Api(stage);
    const { patient } = stage.clinic.pair();
    const phone = await stage.listen(t, patient);
    const body = { userId: patient.id, notification: { message: 'x' } };
    for (const Authorization of [undefined, 'Bearer wrong', `Bearer ${'k'.repeat(31)}`, `Basic ${'k'.repeat(32)}`]) {
      await api.refused(401, 'Unauthorized', 'POST', '/api/notifications/broadcast', { body, headers: Authorization ? { Authorization } : {} });
    }
    await api.refused(401, 'Unauthorized', 'POST', '/api/notifications/broadcast', { body, as: patient });
    const headers = { Authorization: `Bearer ${'k'.repeat(32)}`, Origin: 'https://elsewhere.example', 'X-Forwarded-For': '192.0.2.1' };
    assert.equal((await api.post('/api/notifications/broadcast', { body, headers })).status, 200);
    assert.equal((await phone.next('new_notification')).notification.message, 'x');
  });
});
