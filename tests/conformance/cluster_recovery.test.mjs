// A client that was cut off comes back to another server of the cluster as the one it was: from Node's to ours, and back.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { io } from 'socket.io-client';
import { patience } from '../e2e/support/program.mjs';
import { Redis } from '../e2e/support/redis.mjs';
import { until } from '../e2e/support/wait.mjs';
import { Fixture, next } from './support/fixture.mjs';
import { NodeServer, recoveryTime, redisClient } from './support/node_server.mjs';

const long = 5000 * patience;
const bytes = Buffer.from([0, 255]);

describe('servers that recover each other\'s clients', () => {
  const redis = new Redis();
  const servers = { ours: new Fixture(), alsoOurs: new Fixture(), node: new NodeServer() };
  let spare;

  before(async () => {
    await redis.start();
    spare = await redisClient(redis.url);
    const args = ['--mode', 'cluster', '--redis', redis.url, '--adapter', 'streams', '--recovery', String(recoveryTime)];
    await Promise.all([servers.ours.start(args), servers.alsoOurs.start(args), servers.node.start(redis.url, 'streams-recovering')]);
    const all = async () => (await spare.sendCommand(['PUBSUB', 'NUMSUB', 'socket.io#/#']))[1] === 3;
    await until(long, all, 'the servers to know each other');
  });
  after(async () => {
    await spare?.disconnect();
    await Promise.all(Object.values(servers).map((server) => server.stop()));
    await redis.remove();
  });

  const key = (pid) => `sio:session:${pid}`;

  /** A client; one that comes back shows what `former` knew. */
  async function enter(t, server, former) {
    const socket = io(servers[server].url, { forceNew: true, reconnection: false, transports: ['websocket'], autoConnect: false });
    t.after(() => socket.disconnect());
    if (former) Object.assign(socket, { _pid: former._pid, _lastOffset: former._lastOffset });
    socket.heard = [];
    socket.onAny((event, ...args) => socket.heard.push([event, ...args.slice(0, -1)]));  // the last one is the offset
    socket.connect();
    await next(socket, 'connect');
    return socket;
  }

  const ask = (socket, event, ...args) => socket.timeout(long).emitWithAck(event, ...args);
  const hears = (socket, event) => until(long, () => socket.heard.some(([name]) => name === event), `the event "${event}"`);

  /** A client that has heard an event, so that it has an offset, is in a room and has data; it is cut off, and kept. */
  async function leave(t, server) {
    const socket = await enter(t, server);
    await ask(socket, 'join', ['r']);
    await ask(socket, 'data', { number: 1, list: ['añ'] });
    await ask(socket, 'emit', { rooms: [socket.id] }, 'first', []);
    await hears(socket, 'first');
    const { id } = socket;
    socket.io.engine.close();
    await until(long, () => spare.exists(key(socket._pid)), 'the session to be kept');
    return { id, former: socket };
  }

  for (const [from, to] of [['ours', 'node'], ['node', 'ours'], ['ours', 'alsoOurs'], ['ours', 'ours']]) {
    test(`from ${from} to ${to}, with what was missed, in order`, async (t) => {
      const speakers = await Promise.all(['ours', 'node'].map((server) => enter(t, server)));
      const { id, former } = await leave(t, from);
      const ttl = await spare.sendCommand(['PTTL', key(former._pid)]);
      assert.ok(ttl > 0 && ttl <= recoveryTime);
      for (const speaker of speakers) {
        const said = async (selection, event, args = []) => {
          await ask(speaker, 'emit', selection, event, args);
          await ask(speaker, 'emit', { rooms: [speaker.id] }, `${event} said`, []);
          await hears(speaker, `${event} said`);
        };
        speaker.heard = [];
        await said({}, 'all', [1, { a: [null] }]);
        await said({ rooms: ['r', 'x'] }, 'room', [bytes]);
        await said({ except: ['r'] }, 'not the room');
        await said({ rooms: ['x'] }, 'another room');
        await said({ rooms: [id] }, 'you');
      }

      const back = await enter(t, to, former);

      assert.deepEqual([back.id, back.recovered], [id, true]);
      assert.deepEqual(await ask(back, 'state'), { recovered: true, data: { number: 1, list: ['añ'] } });
      assert.deepEqual((await ask(back, 'rooms')).sort(), [id, 'r'].sort());
      await ask(speakers[0], 'emit', { rooms: ['r'] }, 'live', []);
      await hears(back, 'live');
      const missed = [['all', 1, { a: [null] }], ['room', bytes], ['you']];
      assert.deepEqual(back.heard, [...missed, ...missed, ['live']]);
    });
  }

  test('again and again, between all of them', async (t) => {
    let { id, former } = await leave(t, 'ours');
    for (const server of ['node', 'alsoOurs', 'ours', 'node', 'ours']) {
      former = await enter(t, server, former);
      assert.deepEqual([former.id, former.recovered], [id, true], server);
      await ask(former, 'emit', { rooms: ['r'] }, 'here', [server]);
      await hears(former, 'here');
      former.io.engine.close();
      await until(long, () => spare.exists(key(former._pid)), 'the session to be kept');
    }
  });

  for (const [why, spoil] of [
    ['was taken already', (pid) => spare.del(key(pid))],
    ['is something else', (pid) => spare.set(key(pid), 'gaNwaWQ=')],
    ['is another type', async (pid) => { await spare.del(key(pid)); await spare.lPush(key(pid), 'x'); }],
    ['is older than all that is known', () => spare.sendCommand(['XTRIM', 'socket.io', 'MAXLEN', '0'])],
  ]) {
    test(`not with a session that ${why}: that client begins anew`, async (t) => {
      const { id, former } = await leave(t, 'node');
      await spoil(former._pid);

      const back = await enter(t, 'ours', former);

      assert.equal(back.recovered, false);
      assert.notEqual(back.id, id);
      assert.deepEqual(await ask(back, 'rooms'), [back.id]);
    });
  }

  test('not by offsets that nobody has given out', async (t) => {
    for (const offset of ['', '0-0', 'x', '99999999999999999999-1', '-', '1-1; DEL']) {
      const { id, former } = await leave(t, 'ours');
      const back = await enter(t, 'alsoOurs', { _pid: former._pid, _lastOffset: offset });
      assert.notEqual(back.id, id);
    }
  });
});
