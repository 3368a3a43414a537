// Socket.IO as bytes: what each packet is answered with, and what ends a connection.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fetchPlain } from '../e2e/support/http.mjs';
import { pause } from '../e2e/support/wait.mjs';
import { calm, withFixture } from './support/fixture.mjs';
import { PollingSession, WebSocketSession } from './support/session.mjs';

/** A WebSocket in the namespace that stands in `prefix`; all that belongs to the joining has been taken from it. */
async function join(t, fixture, prefix = '') {
  const socket = await WebSocketSession.open(t, fixture, '/socket.io/');
  socket.send(`40${prefix}`);
  assert.match(await socket.next(), new RegExp(`^40${prefix}{"sid":"[^"]+"}$`));
  assert.equal(await socket.next(), `42${prefix}["auth",{}]`);
  return socket;
}

withFixture('a Socket.IO server', ['--mode', 'protocol', ...calm], (fixture) => {
  const connect = (t) => WebSocketSession.open(t, fixture, '/socket.io/');
  const joined = (t, prefix) => join(t, fixture, prefix);

  test('lets into the main namespace', async (t) => {
    await joined(t);
  });

  test('lets into another namespace', async (t) => {
    await joined(t, '/custom,');
  });

  for (const prefix of ['', '/custom,']) {
    test(`shows a handler of ${prefix || 'the main namespace'} what the client says of itself`, async (t) => {
      const socket = await connect(t);

      socket.send(`40${prefix}{"token":"123","nested":[1,{"a":null}]}`);

      assert.match(await socket.next(), new RegExp(`^40${prefix}{"sid":"[^"]+"}$`));
      assert.equal(await socket.next(), `42${prefix}["auth",{"token":"123","nested":[1,{"a":null}]}]`);
    });
  }

  test('lets one connection into several namespaces, under a name in each', async (t) => {
    const socket = await connect(t);

    socket.send('40', '40/custom,');

    const main = JSON.parse((await socket.next()).slice(2));
    assert.equal(await socket.next(), '42["auth",{}]');
    const custom = JSON.parse((await socket.next()).slice('40/custom,'.length));
    assert.equal(await socket.next(), '42/custom,["auth",{}]');
    assert.equal(new Set([main.sid, custom.sid, socket.handshake.sid]).size, 3);
  });

  test('knows no other namespace, and goes on', async (t) => {
    const socket = await joined(t);

    socket.send('40/random,', '42["message","still here"]');

    assert.equal(await socket.next(), '44/random,{"message":"Invalid namespace"}');
    assert.equal(await socket.next(), '42["message-back","still here"]');
  });

  for (const prefix of ['', '/custom,']) {
    const where = prefix || 'the main namespace';

    test(`carries an event in ${where}`, async (t) => {
      const socket = await joined(t, prefix);

      socket.send(`42${prefix}["message",1,"2",{"3":[true]},null]`);

      assert.equal(await socket.next(), `42${prefix}["message-back",1,"2",{"3":[true]},null]`);
    });

    test(`carries an event with bytes in ${where}`, async (t) => {
      const socket = await joined(t, prefix);
      const [first, second] = [Buffer.from([1, 2, 3]), Buffer.from([4, 5, 6])];
      const values = '{"_placeholder":true,"num":0},{"deep":[{"_placeholder":true,"num":1}]}';

      socket.send(`452-${prefix}["message",${values}]`, first, second);

      assert.equal(await socket.next(), `452-${prefix}["message-back",${values}]`);
      assert.deepEqual(await socket.next(), first);
      assert.deepEqual(await socket.next(), second);
    });

    test(`acknowledges an event in ${where}`, async (t) => {
      const socket = await joined(t, prefix);

      socket.send(`42${prefix}456["message-with-ack",1,"2",{"3":[false]}]`);

      assert.equal(await socket.next(), `43${prefix}456[1,"2",{"3":[false]}]`);
    });

    test(`acknowledges an event with bytes in ${where}`, async (t) => {
      const socket = await joined(t, prefix);
      const bytes = Buffer.from([1, 2, 3]);

      socket.send(`451-${prefix}789["message-with-ack",{"_placeholder":true,"num":0}]`, bytes);

      assert.equal(await socket.next(), `461-${prefix}789[{"_placeholder":true,"num":0}]`);
      assert.deepEqual(await socket.next(), bytes);
    });
  }

  test('does the same over polling, several packets at once', async () => {
    const session = await PollingSession.open(fixture, '/socket.io/');

    await session.post('40');
    const [join, auth] = await session.get();
    assert.match(join, /^40{"sid":"[^"]+"}$/);
    assert.equal(auth, '42["auth",{}]');

    await session.post('42["message","a"]', '451-["message",{"_placeholder":true,"num":0}]', 'bAQID', '427["message-with-ack"]');

    assert.deepEqual(await session.get(), [
      '42["message-back","a"]', '451-["message-back",{"_placeholder":true,"num":0}]', 'bAQID', '437[]',
    ]);
  });

  for (const [what, packet] of [
    ['a packet of no type', '4abc'],
    ['an event that is no array', '42{}'],
    ['an acknowledgement id that is no number', '42abc["message-with-ack"]'],
    ['an event without a name', '42[]'],
    ['an event whose name is an object', '42[{}]'],
    ['an event that is no JSON', '42["message"'],
    ['an attachment that was not announced', Buffer.from([1])],
  ]) {
    test(`ends a connection that sends ${what}`, async (t) => {
      const socket = await joined(t);

      socket.send(packet);

      await socket.close();
    });
  }

  test('ends a connection that joins nothing', async (t) => {
    const socket = await connect(t);

    await socket.close();
  });

  test('ends a connection that speaks before it has joined', async (t) => {
    const socket = await connect(t);

    socket.send('42["message","too soon"]');

    await socket.close();
  });

  test('lets a client leave one namespace and stay in the other', async (t) => {
    const socket = await joined(t);
    socket.send('40/custom,');
    await socket.next();
    assert.equal(await socket.next(), '42/custom,["auth",{}]');

    socket.send('41/custom,', '42["message","here"]');

    assert.equal(await socket.next(), '42["message-back","here"]');
  });

  test('ends a connection that speaks where it has left', async (t) => {
    const socket = await joined(t);

    socket.send('41', '42["message","gone"]');

    await socket.close();
  });

  test('lets a client come back into a namespace that it has left', async (t) => {
    const socket = await joined(t);

    socket.send('41');
    await pause(20);  // Node deals with a goodbye a little later, and with a join at once
    socket.send('40');

    assert.match(await socket.next(), /^40{"sid":"[^"]+"}$/);
    assert.equal(await socket.next(), '42["auth",{}]');
  });

  test('lets pages of any origin in', async () => {
    const { headers } = await fetchPlain(fixture, '/socket.io/?EIO=4&transport=polling', { headers: { Origin: 'https://elsewhere.example' } });

    assert.equal(headers['access-control-allow-origin'], '*');
  });
});

withFixture('a Socket.IO server with quick heartbeats', ['--mode', 'protocol'], (fixture) => {
  test('lets a client leave, and says nothing more but heartbeats', async (t) => {
    const socket = await join(t, fixture);

    socket.send('41');

    for (let beat = 0; beat < 3; ++beat) {
      assert.equal(await socket.next(), '2');
      socket.send('3');
    }
  });
});
