// The official client of Socket.IO 2, which comes over Engine.IO protocol 3.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import io from 'socket.io-client-2';
import { calm, next, ways, withFixture } from './support/fixture.mjs';

/** A socket of version 2 that goes away with the test `t`. */
function socketOf(t, fixture, nsp, options = {}) {
  const socket = io(`${fixture.url}${nsp}`, { forceNew: true, reconnection: false, ...options });
  t.after(() => socket.close());
  return socket;
}

withFixture('a server that lets protocol 3 in', ['--mode', 'eio3', ...calm], (fixture) => {
  for (const [way, transports] of Object.entries(ways)) {
    for (const forceBase64 of [false, true]) {
      const options = { transports, forceBase64 };
      const name = `${way}${forceBase64 ? ', base64' : ''}`;

      test(`is in the main namespace at once, by the id of its session (${name})`, async (t) => {
        const socket = socketOf(t, fixture, '/', options);

        const [auth] = await next(socket, 'auth');

        assert.deepEqual(auth, {});
        assert.equal(socket.id, socket.io.engine.id);
      });

      test(`carries events and bytes both ways (${name})`, async (t) => {
        const socket = socketOf(t, fixture, '/', options);
        const bytes = [Buffer.from([0, 1, 255]), Buffer.from([4, 30])];
        await next(socket, 'connect');

        socket.emit('message', 'é😀', bytes[0], { in: [bytes[1], null] });
        const [text, first, { in: [second, nothing] }] = await next(socket, 'message-back');

        assert.deepEqual([text, nothing], ['é😀', null]);
        assert.deepEqual([Buffer.from(first), Buffer.from(second)], bytes);
      });

      test(`has its acknowledgement, with bytes (${name})`, async (t) => {
        const socket = socketOf(t, fixture, '/', options);

        const [number, bytes] = await new Promise((resolve) => {
          socket.emit('message-with-ack', 1, Buffer.from('hi'), (...args) => resolve(args));
        });

        assert.equal(number, 1);
        assert.equal(Buffer.from(bytes).toString(), 'hi');
      });
    }
  }

  test('joins another namespace, with a query for auth', async (t) => {
    const socket = socketOf(t, fixture, '/custom?token=a%20b');

    const [auth] = await next(socket, 'auth');

    assert.deepEqual(auth, { token: 'a b' });
    assert.equal(socket.id, `/custom#${socket.io.engine.id}`);
  });

  test('hears why it may not join', async (t) => {
    const socket = socketOf(t, fixture, '/none');

    assert.deepEqual(await next(socket, 'error'), [{ message: 'Invalid namespace' }]);
  });
});

withFixture('a server that lets protocol 3 in, with quick heartbeats', ['--mode', 'eio3'], (fixture) => {
  test('keeps its session alive by its own pings', async (t) => {
    const socket = socketOf(t, fixture, '/');
    await next(socket, 'connect');

    await next(socket, 'pong');
    await next(socket, 'pong');

    assert.equal(socket.connected, true);
  });
});
