// Who gets in where, what the server knows about a client, and how a connection comes and goes.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Manager } from 'socket.io-client';
import { pause } from '../e2e/support/wait.mjs';
import { next, ways, withFixture } from './support/fixture.mjs';
import { socketOf } from './support/socket.mjs';

withFixture('an official client', ['--mode', 'sio-client'], (fixture) => {
  for (const [way, transports] of Object.entries(ways)) {
    test(`is refused by the main namespace, by ${way}`, async (t) => {
      const socket = socketOf(t, fixture, '/', { transports, query: { fail: 'yes' } });

      const [error] = await next(socket, 'connect_error');

      assert.ok(error instanceof Error);
      assert.deepEqual([error.message, error.data], ['Auth failed (main namespace)', undefined]);
      assert.equal(socket.active, false);
    });

    test(`comes back by itself when its connection is lost, by ${way}`, async (t) => {
      const socket = socketOf(t, fixture, '/foo', { transports, reconnection: true, reconnectionDelay: 10 });
      await next(socket, 'connect');

      const disconnected = next(socket, 'disconnect');
      socket.io.engine.close();
      assert.equal((await disconnected)[0], 'forced close');
      await next(socket, 'connect');

      assert.equal(await socket.emitWithAck('getId'), socket.id);
    });
  }

  for (const [nsp, message] of [
    ['/no', 'Auth failed (custom namespace)'],
    ['/nobody/knows', 'Invalid namespace'],
  ]) {
    test(`is refused by ${nsp}: ${message}`, async (t) => {
      const [error] = await next(socketOf(t, fixture, nsp), 'connect_error');

      assert.equal(error.message, message);
    });
  }

  test('does not ask again when it was refused', async (t) => {
    const socket = socketOf(t, fixture, '/no', { reconnection: true, reconnectionDelay: 10 });
    await next(socket, 'connect_error');
    socket.on('connect_error', () => assert.fail('it asked again'));

    socket.io.engine.close();

    await pause(100);
  });

  for (const nsp of ['/', '/foo', '/abc', '/asd', '/valid', '/timeout_socket']) {
    test(`gets into ${nsp}`, async (t) => {
      const socket = socketOf(t, fixture, nsp);

      await next(socket, 'connect');

      assert.notEqual(socket.id, socket.io.engine.id);
    });
  }

  /** Several namespaces over one connection. */
  function managed(t, options = {}) {
    const manager = new Manager(fixture.url, { reconnection: false, ...options });
    t.after(() => manager._close());
    return manager;
  }

  test('has several namespaces on one connection', async (t) => {
    const manager = managed(t);
    const [main, foo] = ['/', '/foo'].map((nsp) => manager.socket(nsp));
    await Promise.all([next(main, 'connect'), next(foo, 'connect')]);

    assert.equal(main.io.engine, foo.io.engine);
    assert.notEqual(main.id, foo.id);
    assert.equal(await main.emitWithAck('getId'), main.id);
    assert.equal(await foo.emitWithAck('getId'), foo.id);
  });

  test('gets into one namespace though another refuses', async (t) => {
    const manager = managed(t);
    const [foo, no, nobody] = ['/foo', '/no', '/nobody'].map((nsp) => manager.socket(nsp));

    await Promise.all([next(foo, 'connect'), next(no, 'connect_error'), next(nobody, 'connect_error')]);

    assert.equal(await foo.emitWithAck('getId'), foo.id);
  });

  test('leaves one namespace and stays in the other', async (t) => {
    const manager = managed(t);
    const [foo, asd] = ['/foo', '/asd'].map((nsp) => manager.socket(nsp));
    await Promise.all([next(foo, 'connect'), next(asd, 'connect')]);

    asd.disconnect();

    assert.equal(await foo.emitWithAck('getId'), foo.id);
  });

  test('comes into a namespace later, and again under a new name', async (t) => {
    const manager = managed(t);
    const main = manager.socket('/');
    await next(main, 'connect');
    const foo = manager.socket('/foo');
    await next(foo, 'connect');
    const former = foo.id;

    foo.disconnect();
    await main.emitWithAck('echo', 'behind it');
    foo.connect();
    await next(foo, 'connect');

    assert.notEqual(foo.id, former);
    assert.equal(await foo.emitWithAck('getId'), foo.id);
  });

  test('gives a connection up that takes too long', async (t) => {
    for (const transports of [['polling'], ['websocket']]) {
      const socket = socketOf(t, fixture, '/', { transports, timeout: 0 });

      assert.equal((await next(socket, 'connect_error'))[0].message, 'timeout');
    }
  });

  test('is known to the server by the request that opened its connection', async (t) => {
    const socket = socketOf(t, fixture, '/abc', {
      query: { a: 'b', '&c': '&=?d ä' }, auth: { token: '123' }, extraHeaders: { 'X-Clinic': 'one' },
    });

    const [handshake] = await next(socket, 'handshake');

    assert.deepEqual(Object.keys(handshake).sort(),
      ['address', 'auth', 'headers', 'issued', 'query', 'secure', 'time', 'url', 'xdomain']);
    assert.equal(handshake.headers['x-clinic'], 'one');
    assert.equal(handshake.headers.host, `127.0.0.1:${fixture.port}`);
    assert.match(handshake.address, /(^|:)127\.0\.0\.1$/);
    assert.match(handshake.url, /^\/socket\.io\/\?a=b&%26c=%26%3D%3Fd%20%C3%A4&EIO=4&transport=polling/);
    const { t: unique, ...query } = handshake.query;
    assert.equal(typeof unique, 'string');
    assert.deepEqual(query, { a: 'b', '&c': '&=?d ä', EIO: '4', transport: 'polling' });
    assert.deepEqual(handshake.auth, { token: '123' });
    assert.deepEqual([handshake.secure, handshake.xdomain], [false, false]);
    assert.ok(Math.abs(handshake.issued - Date.now()) < 60_000);
    assert.ok(Math.abs(Date.parse(handshake.time) - Date.now()) < 60_000, handshake.time);
  });

  test('is known as a page of another origin by its header', async (t) => {
    const socket = socketOf(t, fixture, '/', { extraHeaders: { Origin: 'https://elsewhere.example' } });

    const { xdomain, headers } = await socket.emitWithAck('getHandshake');

    assert.deepEqual([xdomain, headers.origin], [true, 'https://elsewhere.example']);
  });

  test('may compute what it says of itself', async (t) => {
    const socket = socketOf(t, fixture, '/', { auth: (tell) => tell({ computed: [1, 2] }) });

    assert.deepEqual((await socket.emitWithAck('getHandshake')).auth, { computed: [1, 2] });
  });

  test('says of itself nothing else than it was told', async (t) => {
    const socket = socketOf(t, fixture);

    assert.deepEqual((await socket.emitWithAck('getHandshake')).auth, {});
  });
});
