// How an Engine.IO session begins, beats and ends, as bytes: over long-polling and over WebSocket.
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { fetchPlain } from '../e2e/support/http.mjs';
import { pause, within } from '../e2e/support/wait.mjs';
import { withFixture } from './support/fixture.mjs';
import { PollingSession, WebSocketSession } from './support/session.mjs';

const settings = '"pingInterval":300,"pingTimeout":200,"maxPayload":1000000';

withFixture('an Engine.IO server', ['--mode', 'protocol'], (fixture) => {
  test('opens a session over polling that can become a WebSocket', async () => {
    const { opening, sid } = await PollingSession.open(fixture);

    assert.equal(opening.text, `0{"sid":"${sid}","upgrades":["websocket"],${settings}}`);
    assert.equal(opening.headers['content-type'], 'text/plain; charset=UTF-8');
  });

  test('opens a session over WebSocket, which is already what it could become', async (t) => {
    const socket = new WebSocketSession(t, fixture);

    const opening = await socket.next();

    const { sid } = JSON.parse(opening.slice(1));
    assert.equal(opening, `0{"sid":"${sid}","upgrades":[],${settings}}`);
  });

  test('gives every session an id of its own', async () => {
    const sessions = await Promise.all(Array.from({ length: 20 }, () => PollingSession.open(fixture)));

    assert.equal(new Set(sessions.map(({ sid }) => sid)).size, 20);
  });

  const refused = [
    ['no transport', 'GET', 'EIO=4', 0, 'Transport unknown'],
    ['a transport that is none', 'GET', 'EIO=4&transport=abc', 0, 'Transport unknown'],
    ['a session that is not there', 'GET', 'EIO=4&transport=polling&sid=abc', 1, 'Session ID unknown'],
    ['a handshake by POST', 'POST', 'EIO=4&transport=polling', 2, 'Bad handshake method'],
    ['a handshake by PUT', 'PUT', 'EIO=4&transport=polling', 2, 'Bad handshake method'],
    ['a WebSocket that is a plain GET', 'GET', 'EIO=4&transport=websocket', 3, 'Bad request'],
    ['no protocol version', 'GET', 'transport=polling', 5, 'Unsupported protocol version'],
    ['protocol version 3', 'GET', 'EIO=3&transport=polling', 5, 'Unsupported protocol version'],
    ['a protocol version that is no number', 'GET', 'EIO=abc&transport=polling', 5, 'Unsupported protocol version'],
  ];
  for (const [what, method, query, code, message] of refused) {
    test(`refuses ${what}: code ${code}`, async () => {
      const { status, headers, text } = await fetchPlain(fixture, `/engine.io/?${query}`, { method });

      assert.deepEqual([status, text], [400, JSON.stringify({ code, message })]);
      assert.match(headers['content-type'], /^application\/json/);
    });
  }

  for (const [what, query] of [
    ['no transport', 'EIO=4'],
    ['a transport that is none', 'EIO=4&transport=abc'],
    ['a session that is not there', 'EIO=4&transport=websocket&sid=abc'],
  ]) {
    test(`refuses a WebSocket with ${what} before it opens`, async (t) => {
      assert.equal(await new WebSocketSession(t, fixture, '/engine.io/', query).refusal(), 400);
    });
  }

  for (const [what, query] of [
    ['no protocol version', 'transport=websocket'],
    ['protocol version 3', 'EIO=3&transport=websocket'],
  ]) {
    test(`opens no session over a WebSocket with ${what}`, async (t) => {
      const socket = new WebSocketSession(t, fixture, '/engine.io/', query);

      await socket.close();

      assert.deepEqual(socket.arrived, []);
    });
  }

  test('asks for a sign of life again and again, over polling', async () => {
    const session = await PollingSession.open(fixture);

    for (let beat = 0; beat < 3; ++beat) {
      assert.deepEqual(await session.get(), ['2']);
      await session.post('3');
    }
  });

  test('asks for a sign of life again and again, over WebSocket', async (t) => {
    const socket = await WebSocketSession.open(t, fixture);

    for (let beat = 0; beat < 3; ++beat) {
      assert.equal(await socket.next(), '2');
      socket.send('3');
    }
  });

  test('asks for a sign of life again and again, over the WebSocket that a session has become', async (t) => {
    const session = await PollingSession.open(fixture);
    const socket = new WebSocketSession(t, fixture, '/engine.io/', `EIO=4&transport=websocket&sid=${session.sid}`);
    await socket.opened();
    socket.send('2probe');
    assert.equal(await socket.next(), '3probe');
    socket.send('5');

    for (let beat = 0; beat < 3; ++beat) {
      assert.equal(await socket.next(), '2');
      socket.send('3');
    }
  });

  test('gives a silent session up, over polling', async () => {
    const session = await PollingSession.open(fixture);
    assert.deepEqual(await session.get(), ['2']);

    assert.deepEqual(await session.get(), ['1']);

    await session.assertGone();
  });

  test('gives a session up that never asked again', async () => {
    const session = await PollingSession.open(fixture);

    await pause(510);

    await session.assertGone();
  });

  test('gives a silent session up, over WebSocket', async (t) => {
    const socket = await WebSocketSession.open(t, fixture);

    assert.equal(await socket.next(), '2');

    await socket.close();
  });

  test('ends a session that sends no packet, over polling', async () => {
    const session = await PollingSession.open(fixture);

    const { status } = await session.request('POST', 'abc');

    assert.equal(status, 400);
    await session.assertGone();
  });

  test('ends a session that sends no packet, over WebSocket', async (t) => {
    const socket = await WebSocketSession.open(t, fixture);

    socket.send('abc');

    await socket.close();
  });

  test('ends a session with two GETs at once', async () => {
    const session = await PollingSession.open(fixture);
    const first = session.request('GET');
    // The second must not be faster than the first; over one connection each, that takes a moment.
    await pause(20);

    const second = await session.request('GET');

    const { status, text } = await first;
    assert.deepEqual([status, text], [200, '1']);
    assert.ok([400, 500].includes(second.status), `${second.status}`);
    await session.assertGone();
  });

  test('ends a session whose GET is broken off', async () => {
    const session = await PollingSession.open(fixture);
    const broken = request(`${fixture.url}${session.path}`, { agent: false });
    broken.on('error', () => {});
    broken.end();
    await within(5000, new Promise((resolve) => broken.once('finish', resolve)), 'the GET to be sent');
    await pause(20);

    broken.destroy();

    await pause(20);
    await session.assertGone();
  });

  test('ends a session that says goodbye, over polling', async () => {
    const session = await PollingSession.open(fixture);
    const waiting = session.get();
    await pause(20);

    await session.post('1');

    assert.deepEqual(await waiting, ['6']);
    await session.assertGone();
  });

  test('ends a session that says goodbye, over WebSocket', async (t) => {
    const socket = await WebSocketSession.open(t, fixture);

    socket.send('1');

    await socket.close();
  });
});
