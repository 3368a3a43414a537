// How much one address, one person and one conversation may do. A client's address is chosen among those of this machine.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fetchPlain } from './support/http.mjs';
import { Member } from './support/member.mjs';
import { patience } from './support/program.mjs';
import { withServer } from './support/stage.mjs';
import { until } from './support/wait.mjs';

const handshake = '/socket.io/?EIO=4&transport=polling';
const limited = { code: 'rate_limited', message: 'Rate limit exceeded' };

/** Refused with 429, in these words, and told how long to wait. */
function assertTooMany({ status, headers, text }, error = 'Rate limit exceeded') {
  assert.deepEqual([status, JSON.parse(text)], [429, { error }]);
  assert.ok(Number(headers['retry-after']) >= 1, headers['retry-after']);
}

for (const QUICKCLINIC_SHARDS of ['1', '4']) {
  describe(`limits, shards ${QUICKCLINIC_SHARDS}`, () => {
    withServer('of an address', {
      env: { QUICKCLINIC_SHARDS, MAX_CONNECTIONS_PER_ADDRESS: '3', LIMIT_HANDSHAKES_PER_ADDRESS: '60/1h', LIMIT_REQUESTS_PER_ADDRESS: '5/1h' },
    }, (stage) => {
      const from = (localAddress, t) => {
        const pair = stage.clinic.pair();
        const member = new Member(stage.server.url, { localAddress, auth: { token: stage.clinic.token(pair.doctor), relationId: pair.id } });
        t.after(() => member.close());
        return member;
      };
      const ask = (path, options) => fetchPlain(stage.server, path, options);

      it('connections at once', async (t) => {
        const first = [1, 2, 3].map(() => from('127.1.0.1', t));
        await Promise.all(first.map((member) => member.ready()));

        await assert.rejects(from('127.1.0.1', t).ready(), { message: 'websocket error' });
        assertTooMany(await ask(handshake, { from: '127.1.0.1' }), 'Too many connections');
        await from('127.1.0.2', t).ready();
        await first[0].send('The others are served');

        first[1].close();
        await until(5000 * patience, () => from('127.1.0.1', t).ready().catch(() => false), 'the free place');
      });

      it('handshakes', async () => {
        const headers = { 'X-Forwarded-For': '203.0.113.1' };
        const codes = [];
        while (codes.length < 80 && codes.at(-1) !== 429) {
          // Sessions that nobody goes on with hold their places; what is limited here is how often.
          const { status, text } = await ask(handshake, { headers });
          codes.push(status);
          if (status === 200) await ask(`${handshake}&sid=${JSON.parse(text.slice(1)).sid}`, { headers, method: 'POST', body: '1' });
        }
        assert.deepEqual(codes, [...Array(60).fill(200), 429]);
        assertTooMany(await ask(handshake, { headers }));
        assert.equal((await ask(handshake, { headers: { 'X-Forwarded-For': '203.0.113.2' } })).status, 200);
      });

      it('requests to the API', async () => {
        for (let i = 0; i < 5; i += 1) assert.equal((await ask('/api/user/me', { from: '127.2.0.1' })).status, 401);
        assertTooMany(await ask('/api/user/me', { from: '127.2.0.1' }));
        assertTooMany(await ask('/api/nowhere', { from: '127.2.0.1' }));
        assert.equal((await ask('/health', { from: '127.2.0.1' })).status, 200);
        assert.equal((await ask('/api/user/me', { from: '127.2.0.2' })).status, 401);
      });

      it('a network of IPv6 is one address', async () => {
        const as = (address) => ask('/api/user/me', { headers: { 'X-Forwarded-For': address } });
        for (let i = 0; i < 5; i += 1) assert.equal((await as(`2001:db8:0:1:${i}::1`)).status, 401);
        assertTooMany(await as('2001:db8:0:1:ffff::1'));
        assert.equal((await as('2001:db8:0:2::1')).status, 401);
      });

      it('a thousand addresses are a thousand', async () => {
        const statuses = new Set();
        for (let i = 0; i < 1000; i += 50) {
          const answers = await Promise.all(Array.from({ length: 50 }, (_, each) =>
            ask('/api/user/me', { from: `127.3.${(i + each) >> 8}.${(i + each) & 255}` })));
          for (const { status } of answers) statuses.add(status);
        }
        assert.deepEqual([...statuses], [401]);
      });
    });

    withServer('of a person', {
      env: {
        QUICKCLINIC_SHARDS, LIMIT_MESSAGES_PER_USER: '4/1h', LIMIT_MESSAGES_PER_RELATION: '6/1h', LIMIT_TYPING_PER_USER: '2/1h',
        LIMIT_REQUESTS_PER_USER: '5/1h', LIMIT_HANDSHAKES_PER_USER: '8/1h',
      },
    }, (stage) => {
      const refusedSend = async (member) => {
        const { ok, error } = await member.ask('send_message', { text: 'One too many' });
        assert.deepEqual([ok, error], [false, limited]);
      };
      const devices = (t, user, pair) => Promise.all([1, 2, 3].map(() => stage.enter(t, user, pair)));

      it('messages, from all devices together, and over HTTP', async (t) => {
        const pair = stage.clinic.pair();
        const [one, two, three] = await devices(t, pair.doctor, pair);
        const patient = await stage.enter(t, pair.patient, pair);
        for (const device of [one, two, three, one]) await device.send('Within');

        for (const device of [one, two, three]) await refusedSend(device);
        one.tell('send_message', { text: 'Nobody waits' });
        assert.deepEqual(await one.next('error'), { ...limited, event: 'send_message' });
        assertTooMany(await fetchPlain(stage.server, `/api/doctorpatientrelations/${pair.id}/chats`, {
          method: 'POST', body: JSON.stringify({ text: 'x' }),
          headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${stage.clinic.token(pair.doctor)}` },
        }));
        await patient.settle();
        assert.equal(patient.all('new_message').length, 4);
      });

      it('messages in one conversation, from both sides together', async (t) => {
        const { doctor, patient } = await stage.conversation(t);
        for (const member of [doctor, patient, doctor, patient, doctor, patient]) await member.send('Within');

        await refusedSend(doctor);
        await refusedSend(patient);
      });

      it('typing', async (t) => {
        const pair = stage.clinic.pair();
        const [one, two, three] = await devices(t, pair.doctor, pair);
        const patient = await stage.enter(t, pair.patient, pair);
        assert.deepEqual(await one.ask('user_typing'), { ok: true });
        assert.deepEqual(await two.ask('user_typing'), { ok: true });

        assert.deepEqual(await three.ask('user_typing'), { ok: false, error: limited });
        one.tell('user_typing');
        await patient.settle();
        assert.equal(patient.all('user_typing').length, 2);
      });

      it('what asks the database, over sockets and HTTP', async (t) => {
        const pair = stage.clinic.pair();
        const [one, two] = await devices(t, pair.doctor, pair);
        const { id } = await one.send('Seen');
        assert.equal((await one.ask('get_messages', {})).ok, true);
        assert.equal((await two.ask('get_initial_messages', {})).ok, true);
        assert.equal((await two.ask('mark_as_read', { messageId: id })).ok, true);
        const headers = { Authorization: `Bearer ${stage.clinic.token(pair.doctor)}` };
        for (let i = 0; i < 2; i += 1) assert.equal((await fetchPlain(stage.server, '/api/user/me', { headers })).status, 200);

        for (const [event, payload] of [['get_messages', {}], ['get_initial_messages', {}], ['mark_as_read', { messageId: id }]]) {
          assert.deepEqual(await one.ask(event, payload), { ok: false, error: limited }, event);
        }
        assertTooMany(await fetchPlain(stage.server, '/api/user/me', { headers }));
        await two.send('Writing goes on');
      });

      it('handshakes', async (t) => {
        const { doctor, patient } = stage.clinic.pair();
        for (let i = 0; i < 8; i += 1) (await stage.listen(t, doctor)).close();

        assert.deepEqual(await stage.member(t, { auth: { token: stage.clinic.token(doctor) } }).refusal(),
          { message: 'Too many connections', code: 'too_many_connections' });
        await stage.listen(t, patient);
      });
    });
  });
}
