// permessage-deflate with the client that nearly everybody has in Node: `ws`, alone and below the official client.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Socket } from 'engine.io-client';
import WebSocket from 'ws';
import { next, withFixture } from './support/fixture.mjs';

const text = JSON.stringify(Array.from({ length: 500 }, (_, i) => ({ id: i, name: `name ${i}`, odd: i % 2 === 1 })));

const agreements = {
  alone: 'permessage-deflate; server_no_context_takeover; client_no_context_takeover',
  'with-context': 'permessage-deflate',
};

for (const [deflate, agreement] of Object.entries(agreements)) {
  withFixture(`compression ${deflate}`, ['--mode', 'protocol', '--deflate', deflate], (fixture) => {
    const url = () => `${fixture.url.replace('http', 'ws')}/engine.io/?EIO=4&transport=websocket`;

    /** A WebSocket that is open; it answers heartbeats. */
    async function open(t, options) {
      const socket = new WebSocket(url(), options);
      t.after(() => socket.terminate());
      const upgrade = new Promise((resolve) => socket.once('upgrade', resolve));
      const greeting = next(socket, 'message');
      socket.on('message', (data) => data.toString() === '2' && socket.send('3'));
      socket.answer = (await upgrade).headers['sec-websocket-extensions'];
      await greeting;
      return socket;
    }

    /** What comes back for `data`. */
    function echo(socket, data) {
      return new Promise((resolve) => {
        socket.on('message', (got, binary) => binary || got.toString() !== '2' ? resolve(got) : undefined);
        socket.send(data);
      });
    }

    test('is agreed upon and carries texts and bytes', async (t) => {
      const socket = await open(t, { perMessageDeflate: { threshold: 0 } });
      const bytes = Buffer.alloc(5000, 'abc');

      assert.equal(socket.answer, agreement);
      for (let i = 0; i < 3; ++i) assert.equal((await echo(socket, `4${text}`)).toString(), `4${text}`);
      assert.deepEqual(await echo(socket, bytes), bytes);
    });

    test('keeps the traffic small', async (t) => {
      const socket = await open(t, { perMessageDeflate: { threshold: 0 } });
      const { bytesRead, bytesWritten } = socket._socket;

      await echo(socket, `4${text}`);

      assert.ok(socket._socket.bytesRead - bytesRead < text.length / 4);
      assert.ok(socket._socket.bytesWritten - bytesWritten < text.length / 4);
    });

    test('keeps to the windows that the client asks for', async (t) => {
      const socket = await open(t, { perMessageDeflate: {
        threshold: 0, serverMaxWindowBits: 9, clientMaxWindowBits: 10, serverNoContextTakeover: true } });

      assert.match(socket.answer, /server_max_window_bits=9/);
      assert.match(socket.answer, /client_max_window_bits=10/);
      for (let i = 0; i < 3; ++i) assert.equal((await echo(socket, `4${text}`)).toString(), `4${text}`);
    });

    test('is not forced upon a client that does not offer it', async (t) => {
      const socket = await open(t, { perMessageDeflate: false });

      assert.equal(socket.answer, undefined);
      assert.equal((await echo(socket, `4${text}`)).toString(), `4${text}`);
    });

    test('closes on a message that inflates past the limit', async (t) => {
      const socket = await open(t, { perMessageDeflate: { threshold: 0 } });
      const closed = next(socket, 'close');

      socket.send(`4${'x'.repeat(2_000_000)}`);

      assert.equal((await closed)[0], 1009);
    });

    test('serves the official client', async (t) => {
      const socket = new Socket(fixture.url, { transports: ['websocket'], perMessageDeflate: { threshold: 0 } });
      t.after(() => socket.close());
      await next(socket, 'open');

      socket.send(text);

      assert.deepEqual(await next(socket, 'message'), [text]);
    });
  });
}
