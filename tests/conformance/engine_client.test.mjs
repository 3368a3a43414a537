// The official engine.io-client: every message of mode eio-client, and what that server refuses.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Socket } from 'engine.io-client';
import { fetchPlain } from '../e2e/support/http.mjs';
import { next, several, ways, withFixture } from './support/fixture.mjs';
import { PollingSession, WebSocketSession } from './support/session.mjs';

const handshake = '/engine.io/?EIO=4&transport=polling';

withFixture('an official engine client', ['--mode', 'eio-client'], (fixture) => {
  /** A client that goes away with the test `t`. */
  function client(t, options = {}) {
    const socket = new Socket(fixture.url, options);
    t.after(() => socket.close());
    return socket;
  }

  for (const [way, transports] of Object.entries(ways)) {
    describe(`by ${way}`, () => {
      /** A client that has been greeted, and has finished its upgrade if there is one. */
      async function greeted(t, options = {}) {
        const socket = client(t, { transports, ...options });
        const greeting = next(socket, 'message');
        if (way === 'upgrade') await next(socket, 'upgrade');
        assert.deepEqual(await greeting, ['hi']);
        assert.equal(socket.transport.name, way === 'polling' ? 'polling' : 'websocket');
        return socket;
      }

      for (const text of ['hello', 'пойду', 'は😀', 'line\nend\r\n', '\u0000', 'a'.repeat(90)]) {
        test(`gets ${JSON.stringify(text)} back`, async (t) => {
          const socket = await greeted(t);

          socket.send(text);

          assert.deepEqual(await next(socket, 'message'), [text]);
        });
      }

      test('gets text of several bytes a character', async (t) => {
        const socket = await greeted(t);

        socket.send('give utf8');

        assert.deepEqual(await next(socket, 'message'), ['пойду спать всем спокойной ночи']);
      });

      test('gets bytes', async (t) => {
        const socket = await greeted(t);

        socket.send('give binary');

        assert.deepEqual(await next(socket, 'message'), [Buffer.from([0, 1, 2, 3, 4])]);
      });

      test('gets bytes as an ArrayBuffer where it wants one', async (t) => {
        const socket = await greeted(t);
        socket.binaryType = 'arraybuffer';

        socket.send('give binary');

        const [buffer] = await next(socket, 'message');
        assert.ok(buffer instanceof ArrayBuffer);
        assert.deepEqual([...new Uint8Array(buffer)], [0, 1, 2, 3, 4]);
      });

      test('gets its own bytes back, among text and in order', async (t) => {
        const socket = await greeted(t);
        const sent = ['before', Buffer.from([5, 6, 7]), 'after', Buffer.alloc(0), 'end'];
        const received = several(socket, 'message', sent.length);

        for (const message of sent) socket.send(message);

        assert.deepEqual((await received).flat(), sent);
      });

      test('stays connected through several heartbeats', async (t) => {
        const socket = await greeted(t);
        socket.on('close', (reason) => assert.ok(reason === 'forced close', reason));

        await several(socket, 'heartbeat', 2);

        socket.send('still here');
        assert.deepEqual(await next(socket, 'message'), ['still here']);
      });

      test('is refused when it may not come in', async (t) => {
        const [error] = await next(client(t, { transports, query: { deny: '' } }), 'error');

        assert.match(error.message, /^(xhr poll|websocket) error$/);
        if (way !== 'websocket') assert.equal(error.description, 403);
      });

      test('says goodbye', async (t) => {
        const socket = await greeted(t);
        const closed = next(socket, 'close');

        socket.close();

        assert.equal((await closed)[0], 'forced close');
      });
    });
  }

  test('sends its own headers with every request', async (t) => {
    const socket = client(t, { transports: ['polling'], extraHeaders: { 'X-Clinic': 'one' } });
    await next(socket, 'message');

    socket.send('sendHeaders');

    const headers = JSON.parse((await next(socket, 'message'))[0]);
    assert.equal(headers['x-clinic'], 'one');
    assert.equal(headers['content-type'], 'text/plain;charset=UTF-8');
  });

  test('brings the cookies along that are meant for it', async (t) => {
    const socket = client(t, { transports: ['polling'], withCredentials: true });
    await next(socket, 'message');

    socket.send('sendHeaders');

    assert.equal(JSON.parse((await next(socket, 'message'))[0]).cookie, '1=1; 2=2');
  });

  test('brings no cookies along unless it is told to', async (t) => {
    const socket = client(t, { transports: ['polling'] });
    await next(socket, 'message');

    socket.send('sendHeaders');

    assert.equal(JSON.parse((await next(socket, 'message'))[0]).cookie, undefined);
  });

  test('is given four cookies by the first answer, and none by the others', async () => {
    const session = await PollingSession.open(fixture);
    const { headers } = session.opening;

    assert.deepEqual(headers['set-cookie'].slice(0, 3), [
      '1=1; Max-Age=86400', '2=2; Path=/; HttpOnly; Secure; SameSite=Strict', '3=3; Max-Age=0',
    ]);
    const [, expiry] = /^4=4; Expires=(.* GMT)$/.exec(headers['set-cookie'][3]);
    assert.ok(Math.abs(Date.parse(expiry) - Date.now()) < 60_000, expiry);
    assert.equal((await session.request('GET')).headers['set-cookie'], undefined);
  });

  test('says how large a message may be, and how often it asks for a sign of life', async () => {
    const { handshake: said } = await PollingSession.open(fixture);

    assert.deepEqual([said.pingInterval, said.pingTimeout, said.maxPayload], [500, 20_000, 100]);
  });

  test('takes a body of 100 bytes, and refuses a larger one without a word', async () => {
    const session = await PollingSession.open(fixture);
    await session.post(`4${'a'.repeat(99)}`);

    const { status, text } = await session.request('POST', `4${'a'.repeat(100)}`);

    assert.deepEqual([status, text], [413, '']);
  });

  test('closes a WebSocket over which too much comes, without a word', async (t) => {
    const socket = await WebSocketSession.open(t, fixture);
    assert.equal(await socket.next(), '4hi');

    socket.send(`4${'a'.repeat(99)}`);
    assert.equal(await socket.nextMessage(), `4${'a'.repeat(99)}`);
    socket.send(`4${'a'.repeat(100)}`);

    assert.deepEqual(await socket.close(), { code: 1009, reason: '' });
  });

  for (const value of ['', '1', 'anything']) {
    test(`refuses a handshake with deny=${value}`, async (t) => {
      const { status } = await fetchPlain(fixture, `${handshake}&deny=${value}`);
      const overWebSocket = await new WebSocketSession(t, fixture, '/engine.io/', `EIO=4&transport=websocket&deny=${value}`).refusal();

      assert.deepEqual([status, overWebSocket], [403, 403]);
    });
  }

  test('does not know a session that is not there', async (t) => {
    const { status, text } = await fetchPlain(fixture, `${handshake}&sid=abc`);
    const overWebSocket = await new WebSocketSession(t, fixture, '/engine.io/', 'EIO=4&transport=websocket&sid=abc').refusal();

    assert.deepEqual([status, text], [400, '{"code":1,"message":"Session ID unknown"}']);
    assert.equal(overWebSocket, 400);
  });
});
