// The official client with npm's msgpack parser, against a server that has the same.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import parser from 'socket.io-msgpack-parser';
import { next, ways, withFixture } from './support/fixture.mjs';
import { socketOf } from './support/socket.mjs';

withFixture('a client that speaks MessagePack', ['--mode', 'sio-client', '--parser', 'msgpack'], (fixture) => {
  for (const [way, transports] of Object.entries(ways)) {
    const connected = async (t, nsp = '/') => {
      const socket = socketOf(t, fixture, nsp, { transports, parser });
      await next(socket, 'connect');
      return socket;
    };

    test(`gets back every kind of value, by ${way}`, async (t) => {
      const socket = await connected(t);
      const values = [null, true, -1, 2 ** 40, 1.5, 'пойду', [1, [2]], { b: 1, a: { c: [] } }, Buffer.from([0, 255])];

      for (const value of values) {
        assert.deepEqual(await socket.timeout(5000).emitWithAck('echo', value), value);
      }
    });

    test(`gets undefined as null and a date as its text, by ${way}`, async (t) => {
      const socket = await connected(t);
      const date = new Date('2026-01-02T03:04:05.678Z');

      assert.deepEqual(await socket.timeout(5000).emitWithAck('echo', [undefined]), [null]);
      assert.equal(await socket.timeout(5000).emitWithAck('echo', date), date.toISOString());
    });

    test(`keeps the order of members, by ${way}`, async (t) => {
      const socket = await connected(t);

      const answer = await socket.timeout(5000).emitWithAck('echo', { zebra: 1, apple: 2 });

      assert.deepEqual(Object.keys(answer), ['zebra', 'apple']);
    });

    test(`is told why it may not join, by ${way}`, async (t) => {
      const socket = socketOf(t, fixture, '/no', { transports, parser });

      const [error] = await next(socket, 'connect_error');

      assert.equal(error.message, 'Auth failed (custom namespace)');
    });

    test(`answers the server, by ${way}`, async (t) => {
      const socket = await connected(t);
      socket.on('ack', (answer) => answer(5, { test: true }));

      socket.emit('ack');

      await next(socket, 'got it');
    });
  }
});
