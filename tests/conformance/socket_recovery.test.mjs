// A client whose connection was cut comes back as the one it was.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { next, ways, withFixture } from './support/fixture.mjs';
import { PollingSession } from './support/session.mjs';
import { socketOf } from './support/socket.mjs';

withFixture('a client whose connection is cut', ['--mode', 'sio-client'], (fixture) => {
  /** A socket that has heard an event, and so knows where it was. */
  async function known(t, transports) {
    const socket = socketOf(t, fixture, '/', { transports, reconnection: true, reconnectionDelay: 10 });
    await next(socket, 'connect');
    assert.equal(socket.recovered, false);
    socket.emit('hi');
    await next(socket, 'hi');
    return socket;
  }

  async function cut(socket) {
    socket.io.engine.close();
    await next(socket, 'connect');
  }

  for (const [way, transports] of Object.entries(ways)) {
    test(`is recovered under its name, by ${way}`, async (t) => {
      const socket = await known(t, transports);
      const { id } = socket;

      await cut(socket);

      assert.deepEqual([socket.id, socket.recovered], [id, true]);
      assert.equal(await socket.emitWithAck('getId'), id);
      assert.equal(await socket.emitWithAck('echo', 'still here'), 'still here');
    });
  }

  test('is recovered again and again', async (t) => {
    const socket = await known(t);
    const { id } = socket;

    for (let time = 0; time < 3; ++time) {
      await cut(socket);
      assert.deepEqual([socket.id, socket.recovered], [id, true]);
      socket.emit('hi');
      await next(socket, 'hi');
    }
  });

  // Node begins only with the first event that a client has heard.
  test('is recovered before it has heard anything', async (t) => {
    const socket = socketOf(t, fixture, '/', { reconnection: true, reconnectionDelay: 10 });
    await next(socket, 'connect');
    const { id } = socket;

    await cut(socket);

    assert.deepEqual([socket.id, socket.recovered], [id, true]);
  });

  test('is a new one when it had left', async (t) => {
    const socket = await known(t);
    const { id } = socket;

    socket.disconnect().connect();
    await next(socket, 'connect');

    assert.equal(socket.recovered, false);
    assert.notEqual(socket.id, id);
  });

  test('gets, beside its name, one that only it knows, and numbers its events', async () => {
    const session = await PollingSession.open(fixture, '/socket.io/');
    await session.post('40');
    const [join] = await session.get();
    const { sid, pid, ...rest } = JSON.parse(join.slice(2));
    assert.deepEqual(rest, {});
    assert.equal(typeof pid, 'string');
    assert.notEqual(pid, sid);

    await session.post('42["hi"]');

    const [event] = await session.get();
    const [name, offset, ...more] = JSON.parse(event.slice(2));
    assert.deepEqual([name, typeof offset, more], ['hi', 'string', []]);
  });

  test('is a new one when nobody knows the name that it gives', async () => {
    const session = await PollingSession.open(fixture, '/socket.io/');

    await session.post('40{"pid":"nobody","offset":"nowhere"}');

    const { sid, pid } = JSON.parse((await session.get())[0].slice(2));
    assert.equal(typeof sid, 'string');
    assert.notEqual(pid, 'nobody');
  });
});
