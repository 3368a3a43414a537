// Every event of mode sio-client with the official client, over each way to connect.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { next, several, ways, withFixture } from './support/fixture.mjs';
import { socketOf } from './support/socket.mjs';

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const bytes = Buffer.from('asdfasdf');

withFixture('an official client', ['--mode', 'sio-client'], (fixture) => {
  for (const [way, transports] of Object.entries(ways)) {
    describe(`by ${way}`, () => {
      /** A socket that is connected, and has finished its upgrade if there is one. */
      async function connected(t) {
        const socket = socketOf(t, fixture, '/', { transports });
        const ready = next(socket, 'connect');
        if (way === 'upgrade') {
          await next(socket.io, 'open');
          await next(socket.io.engine, 'upgrade');
        }
        await ready;
        assert.equal(socket.io.engine.transport.name, way === 'polling' ? 'polling' : 'websocket');
        return socket;
      }

      // Behind the arguments stands how far the client has come, for its recovery.
      async function heard(socket, event, count = 0) {
        const all = await next(socket, event);
        assert.ok(all.length - count <= 1, JSON.stringify(all));
        return all.slice(0, count);
      }

      test('hears an event', async (t) => {
        const socket = await connected(t);

        socket.emit('hi');

        assert.deepEqual(await heard(socket, 'hi'), []);
      });

      for (const value of [123, -0.5, 'text', '', true, false, null, [], {}, [1, [2, [3]]], { a: { b: [null] } }, 'は😀\u0000\u2028']) {
        test(`gets ${JSON.stringify(value)} back as an acknowledgement`, async (t) => {
          const socket = await connected(t);

          assert.deepEqual(await socket.emitWithAck('echo', value), value);
        });
      }

      for (const [what, value] of [
        ['bytes', bytes],
        ['no bytes', Buffer.alloc(0)],
        ['bytes deep in an object', { a: [{ b: bytes }, bytes], c: 'text' }],
      ]) {
        test(`gets ${what} back as an acknowledgement`, async (t) => {
          const socket = await connected(t);

          assert.deepEqual(await socket.emitWithAck('echo', value), value);
        });
      }

      test('hears events in the order in which it asked for them', async (t) => {
        const socket = await connected(t);
        const asked = Array.from({ length: 200 }, (_, index) => index);

        const answers = [];
        await Promise.all(asked.map((index) => socket.emitWithAck('echo', index).then((answer) => answers.push(answer))));

        assert.deepEqual(answers, asked);
      });

      test('acknowledges an event of the server', async (t) => {
        const socket = await connected(t);
        socket.once('ack', (answer) => answer(5, { test: true }));

        socket.emit('ack');

        assert.deepEqual(await heard(socket, 'got it'), []);
      });

      test('is heard when it acknowledges with something else', async (t) => {
        const socket = await connected(t);
        socket.on('got it', () => assert.fail('that was not the answer'));
        const acknowledged = new Promise((resolve) => socket.once('ack', (answer) => resolve(answer(5, { test: false }))));

        socket.emit('ack');
        await acknowledged;

        assert.equal(await socket.emitWithAck('echo', 'behind it'), 'behind it');
      });

      test('gets dates as text', async (t) => {
        const socket = await connected(t);

        socket.emit('getDate');
        assert.match((await next(socket, 'takeDate'))[0], instant);
        socket.emit('getDateObj');
        const [{ date, ...rest }] = await heard(socket, 'takeDateObj', 1);
        assert.match(date, instant);
        assert.deepEqual(rest, {});
        assert.match(await socket.emitWithAck('getAckDate', { test: true }), instant);
      });

      test('gets characters of one to three bytes', async (t) => {
        const socket = await connected(t);
        const texts = several(socket, 'takeUtf8', 5);

        socket.emit('getUtf8');

        assert.deepEqual((await texts).map(([text]) => text), ['てすと', 'Я Б Г Д Ж Й', 'Ä ä Ü ü ß', 'utf8 — string', 'utf8 — string']);
      });

      test('gets false as false', async (t) => {
        const socket = await connected(t);

        socket.emit('false');

        assert.deepEqual(await heard(socket, 'false', 1), [false]);
      });

      for (const [event, answer] of [['doge', 'doge'], ['getbin', 'takebin']]) {
        test(`gets bytes for "${event}"`, async (t) => {
          const socket = await connected(t);

          socket.emit(event);

          assert.deepEqual(await heard(socket, answer, 1), [bytes]);
        });
      }

      test('gets bytes as an ArrayBuffer where it wants one', async (t) => {
        const socket = await connected(t);
        socket.io.engine.binaryType = 'arraybuffer';

        socket.emit('doge');

        const [buffer] = await next(socket, 'doge');
        assert.ok(buffer instanceof ArrayBuffer);
        assert.equal(Buffer.from(buffer).toString(), 'asdfasdf');
      });

      for (const [kind, made] of [['a Buffer', bytes], ['an ArrayBuffer', new Uint8Array([1, 2, 3]).buffer], ['a Uint8Array', Uint8Array.of(1, 2, 3)]]) {
        test(`sends ${kind}`, async (t) => {
          const socket = await connected(t);

          socket.emit('buffa', made);

          assert.deepEqual(await heard(socket, 'buffack'), []);
        });
      }

      test('sends bytes among other things', async (t) => {
        const socket = await connected(t);

        socket.emit('jsonbuff', { hello: 'lol', message: bytes, goodbye: 'gotcha' });

        assert.deepEqual(await heard(socket, 'jsonbuff-ack'), []);
      });

      test('sends bytes and then text, in that order', async (t) => {
        const socket = await connected(t);

        socket.emit('abuff1', bytes);
        socket.emit('abuff2', 'second');

        assert.deepEqual(await heard(socket, 'abuff2-ack'), []);
      });

      test('hears nothing for an event that nobody knows', async (t) => {
        const socket = await connected(t);
        socket.onAny((event) => assert.fail(`there was "${event}"`));

        socket.emit('unknown', 1, bytes);

        await assert.rejects(socket.timeout(30).emitWithAck('unknown'), /timed out/);
        assert.equal(await socket.emitWithAck('echo', 'behind it'), 'behind it');
      });

      test('has the name that the server knows it by', async (t) => {
        const socket = await connected(t);

        assert.equal(await socket.emitWithAck('getId'), socket.id);
        assert.notEqual(socket.id, socket.io.engine.id);
      });
    });
  }

  test('keeps what was sent during an upgrade, in its order', async (t) => {
    const socket = socketOf(t, fixture);
    const answers = [];
    let asked = 0;
    await next(socket.io, 'open');

    const upgraded = next(socket.io.engine, 'upgrade');
    let over = false;
    upgraded.then(() => (over = true));
    while (!over) {
      const number = asked++;
      socket.emit('echo', number, (answer) => answers.push(answer));
      await new Promise((resolve) => setImmediate(resolve));
    }

    await socket.emitWithAck('echo', 'the last');
    assert.ok(asked > 1);
    assert.deepEqual(answers, Array.from({ length: asked }, (_, index) => index));
  });

  test('asks again when it wants an answer and there is none', async (t) => {
    const socket = socketOf(t, fixture, '/', { retries: 2, ackTimeout: 30 });
    const asked = several(socket, 'ack', 3);

    await assert.rejects(socket.emitWithAck('ack'));

    assert.equal((await asked).length, 3);
  });
});
