// Clients of Engine.IO protocol 3, as bytes and with the official client of that time.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import engine3 from 'engine.io-client-3';
import { fetchPlain } from '../e2e/support/http.mjs';
import { calm, next, several, ways, withFixture } from './support/fixture.mjs';
import { PollingSession, WebSocketSession } from './support/session.mjs';

/** The official client, when it is open, and has finished its upgrade if there is one. */
async function opened(t, fixture, options) {
  const socket = engine3(fixture.url, options);
  t.after(() => socket.close());
  await next(socket, options.transports.length > 1 ? 'upgrade' : 'open');
  return socket;
}

withFixture('a server of protocol 3', ['--mode', 'eio3', ...calm], (fixture) => {
  /** A polling session whose bodies are text. */
  async function open() {
    const path = '/engine.io/?EIO=3&transport=polling&b64=1';
    const { text } = await fetchPlain(fixture, path);
    const session = new PollingSession();
    return Object.assign(session, { fixture, base: path, sid: JSON.parse(text.slice(text.indexOf('{'))).sid });
  }

  test('carries packets with their lengths in front of them', async () => {
    const session = await open();

    assert.equal((await session.request('POST', '6:4hello2:4€10:b4AQIDBA==')).text, 'ok');

    assert.equal((await session.request('GET')).text, '6:4hello2:4€10:b4AQIDBA==');
  });

  test('answers a ping, over polling', async () => {
    const session = await open();

    assert.equal((await session.request('POST', '1:2')).text, 'ok');

    assert.equal((await session.request('GET')).text, '1:3');
  });

  test('answers a ping and carries bytes with their type, over WebSocket', async (t) => {
    const socket = await WebSocketSession.open(t, fixture, '/engine.io/', 'EIO=3&transport=websocket');

    socket.send('2', '4hello', Buffer.from([4, 1, 2, 3]));

    assert.equal(await socket.next(), '3');
    assert.equal(await socket.next(), '4hello');
    assert.deepEqual(await socket.next(), Buffer.from([4, 1, 2, 3]));
  });

  for (const [way, transports] of Object.entries(ways)) {
    for (const forceBase64 of [false, true]) {
      test(`brings text and bytes back to the official client, in order, by ${way}${forceBase64 ? ', bytes as base64' : ''}`, async (t) => {
        const socket = await opened(t, fixture, { transports, forceBase64 });
        const sent = ['text', Buffer.from([0, 1, 255]), 'Ä は 😀', Buffer.from('more'), 'end'];
        const received = several(socket, 'message', sent.length);

        for (const message of sent) socket.send(message);

        assert.deepEqual((await received).flat(), sent);
      });
    }
  }
});

withFixture('a server of protocol 3 with quick heartbeats', ['--mode', 'eio3'], (fixture) => {
  for (const [what, query] of [['EIO=3', 'EIO=3'], ['no version at all', 'b64=1']]) {
    test(`opens a session for ${what}`, async () => {
      const { status, text } = await fetchPlain(fixture, `/engine.io/?${query}&transport=polling&b64=1`);

      const [length, packet] = text.split(/:(.*)/s);
      const { sid, ...rest } = JSON.parse(packet.slice(1));
      assert.equal(status, 200);
      assert.equal(Number(length), packet.length);
      assert.equal(typeof sid, 'string');
      assert.deepEqual([rest.upgrades, rest.pingInterval, rest.pingTimeout], [['websocket'], 300, 200]);
    });
  }

  test('gives up a client that never pings', async (t) => {
    const socket = await WebSocketSession.open(t, fixture, '/engine.io/', 'EIO=3&transport=websocket');

    await socket.close();

    assert.deepEqual(socket.arrived, []);
  });

  for (const [way, transports] of Object.entries(ways)) {
    test(`keeps the official client that pings, by ${way}`, async (t) => {
      const socket = await opened(t, fixture, { transports });

      await several(socket, 'pong', 2);

      socket.send('still here');
      assert.deepEqual(await next(socket, 'message'), ['still here']);
    });
  }
});
