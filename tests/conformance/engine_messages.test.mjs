// What an Engine.IO session carries, as bytes, and how it moves from long-polling to a WebSocket.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { calm, withFixture } from './support/fixture.mjs';
import { PollingSession, WebSocketSession } from './support/session.mjs';

withFixture('an Engine.IO echo', ['--mode', 'protocol', ...calm], (fixture) => {
  for (const [what, packets] of [
    ['a text', ['4hello']],
    ['an empty text', ['4']],
    ['characters of one to four bytes', ['4aäは😀']],
    ['several texts at once, in their order', ['4one', '4two', '4three']],
    ['bytes among texts', ['4hello', 'bAQIDBA==', '4world']],
    ['a text that looks like bytes', ['4bAQIDBA==']],
  ]) {
    test(`brings back ${what}, over polling`, async () => {
      const session = await PollingSession.open(fixture);

      await session.post(...packets);

      assert.deepEqual(await session.get(), packets);
    });
  }

  test('brings back text as text and bytes as bytes, over WebSocket', async (t) => {
    const socket = await WebSocketSession.open(t, fixture);
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));

    socket.send('4hello', bytes, '4は😀', Buffer.alloc(0), '4');

    assert.equal(await socket.next(), '4hello');
    assert.deepEqual(await socket.next(), bytes);
    assert.equal(await socket.next(), '4は😀');
    assert.deepEqual(await socket.next(), Buffer.alloc(0));
    assert.equal(await socket.next(), '4');
  });

  test('brings back what is almost as large as a message may be', async (t) => {
    const socket = await WebSocketSession.open(t, fixture);
    const large = `4${'a'.repeat(999_999)}`;

    socket.send(large);

    assert.equal(await socket.next(), large);
  });

  test('lets a waiting GET go when there is something to say', async () => {
    const session = await PollingSession.open(fixture);
    const waiting = session.get();

    await session.post('4hello');

    assert.deepEqual(await waiting, ['4hello']);
  });

  /** A session that has asked to become `socket`, and been told that it can. */
  async function probed(t) {
    const session = await PollingSession.open(fixture);
    const socket = new WebSocketSession(t, fixture, '/engine.io/', `EIO=4&transport=websocket&sid=${session.sid}`);
    await socket.opened();
    socket.send('2probe');
    assert.equal(await socket.next(), '3probe');
    return { session, socket };
  }

  test('moves from polling to a WebSocket', async (t) => {
    const { session, socket } = await probed(t);
    assert.deepEqual(await session.get(), ['6']);

    socket.send('5', '4hello');

    assert.equal(await socket.next(), '4hello');
  });

  test('lets go a GET that waits when the WebSocket comes', async (t) => {
    const session = await PollingSession.open(fixture);
    const waiting = session.get();
    const socket = new WebSocketSession(t, fixture, '/engine.io/', `EIO=4&transport=websocket&sid=${session.sid}`);
    await socket.opened();

    socket.send('2probe');

    assert.equal(await socket.next(), '3probe');
    assert.deepEqual(await waiting, ['6']);
  });

  test('keeps the order through the move', async (t) => {
    const { session, socket } = await probed(t);
    await session.post('41', '42', '43');

    // Whatever the GET has not fetched by then comes over the WebSocket.
    const fetched = (await session.get()).filter((packet) => packet !== '6');
    socket.send('5', '44', '45');

    const received = [...fetched];
    while (received.length < 5) received.push(await socket.next());
    assert.deepEqual(received, ['41', '42', '43', '44', '45']);
  });

  test('answers neither a GET nor a second WebSocket of a session that has moved', async (t) => {
    const { session, socket } = await probed(t);
    socket.send('5', '4moved');
    assert.equal(await socket.next(), '4moved');

    assert.equal((await session.request('GET')).status, 400);
    const second = new WebSocketSession(t, fixture, '/engine.io/', `EIO=4&transport=websocket&sid=${session.sid}`);
    await second.close();

    socket.send('4still here');
    assert.equal(await socket.next(), '4still here');
  });

  test('stays with polling when the WebSocket goes before the move', async (t) => {
    const { session, socket } = await probed(t);
    assert.deepEqual(await session.get(), ['6']);

    socket.socket.terminate();
    await socket.close();
    await session.post('4hello');

    assert.deepEqual(await session.get(), ['4hello']);
  });
});
