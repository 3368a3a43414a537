// Servers of ours and of Node in one cluster over Redis: whatever one of them does reaches the clients of all.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Emitter } from '@socket.io/redis-emitter';
import { io } from 'socket.io-client';
import { patience } from '../e2e/support/program.mjs';
import { Redis } from '../e2e/support/redis.mjs';
import { until } from '../e2e/support/wait.mjs';
import { Fixture, next } from './support/fixture.mjs';
import { NodeServer, recoveryTime, redisClient } from './support/node_server.mjs';

const ours = 3;
const byName = (a, b) => (a.is < b.is ? -1 : 1);
const isOffset = (value) => /^\d+-\d+$/.test(value);
const bytes = Buffer.from([0, 1, 2, 255]);

/** A client that notes whatever it hears, in order, and answers `quiz`. */
class Client {
  heard = [];
  offsets = [];

  constructor(server, nsp) {
    this.socket = io(`${server.url}${nsp}`, { forceNew: true, reconnection: false, transports: ['websocket'] });
    this.socket.onAny((event, ...args) => {
      if (isOffset(args.at(-1))) this.offsets.push(args.pop());
      if (args.at(-1) instanceof Function) args.pop()({ is: this.socket.id, got: args });
      this.heard.push([event, ...args]);
    });
  }

  get id() { return this.socket.id; }
  ask(event, ...args) { return this.socket.timeout(5000 * patience).emitWithAck(event, ...args); }
}

class Cluster {
  redis = new Redis();
  servers = [];

  async start(adapter, count = 5) {
    this.adapter = adapter;
    await this.redis.start();
    const common = ['--mode', 'cluster', '--redis', this.redis.url, '--adapter', adapter.replace('-recovering', '')];
    if (adapter.endsWith('-recovering')) common.push('--recovery', String(recoveryTime));
    for (let i = 0; i < count; ++i) {
      const server = i < ours ? new Fixture() : new NodeServer();
      await (i < ours ? server.start(common) : server.start(this.redis.url, adapter));
      this.servers.push(server);
    }
    this.spare = await redisClient(this.redis.url);
    for (const nsp of ['/', '/custom']) await this.#allKnown(nsp);
  }

  /** Until so many are subscribed to a channel. */
  async #subscribed(kind, channel, count) {
    const there = async () => (await this.spare.sendCommand(['PUBSUB', kind, channel]))[1] === count;
    await until(5000 * patience, there, `${count} to be subscribed to ${channel}`);
  }

  async #allKnown(nsp) {
    if (['streams', 'streams-recovering'].includes(this.adapter)) await this.#subscribed('NUMSUB', `socket.io#${nsp}#`, this.servers.length);
    else if (this.adapter !== 'classic' && this.adapter !== 'classic-apart') await this.#subscribed('SHARDNUMSUB', `socket.io#${nsp}#`, this.servers.length);
    else await this.#subscribed('NUMSUB', `socket.io-request#${nsp}#`, this.servers.length);
  }

  /** Node's sharded adapter says that a socket has joined before it listens for the room. */
  async roomKnown(room, servers) {
    if (['sharded', 'sharded-all'].includes(this.adapter)) await this.#subscribed('SHARDNUMSUB', `socket.io#/#${room}#`, servers);
  }

  async stop() {
    await this.spare.disconnect();
    await Promise.all(this.servers.map((server) => server.stop()));
    await this.redis.remove();
  }

  /** One client on each server. */
  async clients(t, nsp = '/') {
    const clients = this.servers.map((server) => new Client(server, nsp));
    t.after(() => clients.forEach(({ socket }) => socket.disconnect()));
    await Promise.all(clients.map(({ socket }) => next(socket, 'connect')));
    return clients;
  }

  /**
   * Once everything that was said before has arrived: each client has heard `expected(i)` and nothing else. In any order,
   * since Node's sharded adapter tells its own clients only when Redis has taken the message. What is `late` may or may not come.
   */
  async hear(clients, from, expected, late = []) {
    // Behind what `from` has said, on its own channel and on that of everybody.
    const marks = new Set();
    for (const [name, selection] of [['mark', {}], ['mark2', { rooms: clients.map(({ id }) => id) }]]) {
      marks.add(name);
      await clients[from].ask('emit', selection, name, []);
    }
    const arrived = ({ heard }) => [...marks].every((name) => heard.some(([event]) => event === name));
    await until(5000 * patience, () => clients.every(arrived), 'the marks');
    const said = clients.map(({ heard }) => heard.splice(0).filter(([event]) => !marks.has(event) && !late.includes(event)));
    const inOrder = (events) => events.toSorted(([a], [b]) => (a < b ? -1 : 1));
    assert.deepEqual(said.map(inOrder), clients.map((_, i) => inOrder(expected(i))), `from server ${from}`);
  }
}

const everyServer = [0, 2, 3, 4];  // our servers are alike: two of them will do

for (const adapter of ['classic', 'classic-apart', 'sharded', 'sharded-all', 'sharded-none', 'streams', 'streams-sharded', 'streams-recovering']) {
  describe(`three servers of ours and two of Node, ${adapter}`, () => {
    const cluster = new Cluster();
    before(() => cluster.start(adapter));
    after(() => cluster.stop());

    test('deliver events to everybody, with whatever is in them', async (t) => {
      const clients = await cluster.clients(t);
      const args = [1, -1, 1.5, 2 ** 40, 'añ😀', null, true, { list: [{}, []] }, bytes, { deep: [bytes] }];
      for (const from of everyServer) {
        await clients[from].ask('emit', {}, 'x', args);
        await cluster.hear(clients, from, () => [['x', ...args]]);
      }
    });

    test('deliver to rooms, and not to those that are left out', async (t) => {
      const clients = await cluster.clients(t);
      await Promise.all([0, 1, 3].map((i) => clients[i].ask('join', ['a'])));
      await Promise.all([1, 2, 4].map((i) => clients[i].ask('join', ['b'])));
      await cluster.roomKnown('a', 3);
      await cluster.roomKnown('b', 3);
      for (const from of everyServer) {
        await clients[from].ask('emit', { rooms: ['a'] }, 'a', []);
        await clients[from].ask('emit', { rooms: ['a', 'b'], except: [clients[1].id] }, 'ab', [1]);
        await clients[from].ask('emit', { except: ['a'], flags: { compress: false } }, 'not a', []);
        await clients[from].ask('emit', { rooms: [clients[4].id] }, 'four', []);
        await clients[from].ask('socket-emit', {}, 'others', []);
        await clients[from].ask('emit', { flags: { local: true } }, 'local', []);
        await cluster.hear(clients, from, (i) => [
          ...([0, 1, 3].includes(i) ? [['a']] : []), ...(i === 1 ? [] : [['ab', 1]]), ...([2, 4].includes(i) ? [['not a']] : []),
          ...(i === 4 ? [['four']] : []), ...(i === from ? [['local']] : [['others']]),
        ]);
      }
    });

    test('keep namespaces apart', async (t) => {
      const clients = await cluster.clients(t);
      const others = await cluster.clients(t, '/custom');
      for (const from of everyServer) {
        await others[from].ask('emit', {}, 'custom', [from]);
        await cluster.hear(others, from, () => [['custom', from]]);
        await cluster.hear(clients, from, () => []);
      }
    });

    test('gather what clients answer', async (t) => {
      const clients = await cluster.clients(t);
      const all = clients.map(({ id }) => ({ is: id, got: ['?', bytes] }));
      for (const from of everyServer) {
        const { err, responses } = await clients[from].ask('emit-ack', {}, 'quiz', ['?', bytes]);
        assert.deepEqual([err, responses.sort(byName)], [null, all.toSorted(byName)], `from server ${from}`);
        const none = await clients[from].ask('emit-ack', { rooms: ['nobody'] }, 'quiz', []);
        assert.deepEqual(none, { err: null, responses: [] });
      }
    });

    test('find sockets, ask them and move them', async (t) => {
      const clients = await cluster.clients(t);
      await Promise.all(clients.map((client, i) => client.ask('data', { number: i })));
      for (const from of everyServer) {
        const found = await clients[from].ask('fetch', {});
        assert.deepEqual(found.map(({ id, data }) => [id, data.number]).sort(), clients.map(({ id }, i) => [id, i]).sort());
        found.forEach(({ id, rooms, handshake }) => {
          assert.deepEqual(rooms, [id]);
          assert.equal(handshake.query.transport, 'websocket');
          assert.deepEqual([typeof handshake.issued, handshake.secure, handshake.auth], ['number', false, {}]);
        });
        for (const to of [1, 4]) {
          const answer = await clients[from].ask('remote-emit-ack', clients[to].id, 'quiz', [from]);
          assert.deepEqual(answer, { err: null, response: { is: clients[to].id, got: [from] } });
        }
        const room = `moved ${from}`;
        await clients[from].ask('sockets-join', { rooms: [clients[1].id, clients[3].id] }, [room, 'kept']);
        await until(5000 * patience, async () => (await clients[from].ask('fetch', { rooms: [room] })).length === 2, 'two to be in the room');
        await clients[from].ask('sockets-leave', { rooms: [room], except: [clients[1].id] }, [room]);
        await until(5000 * patience, async () => (await clients[from].ask('fetch', { rooms: [room] })).length === 1, 'one to have left');
        await clients[from].ask('sockets-leave', {}, [room, 'kept']);
        await until(5000 * patience, async () => (await clients[from].ask('fetch', { rooms: ['kept'] })).length === 0, 'all to have left');
        clients.forEach(({ heard }) => heard.splice(0));
      }
    });

    if (['classic-apart', 'sharded-all', 'sharded-none', 'streams-sharded'].includes(adapter)) return;  // what is left is the same for them

    test('disconnect each other\'s clients', async (t) => {
      for (const from of everyServer) {
        const clients = await cluster.clients(t);
        const away = clients.filter((_, i) => i !== from);
        const gone = Promise.all(away.map(({ socket }) => next(socket, 'disconnect')));
        await clients[from].ask('disconnect-sockets', { except: [clients[from].id] }, from % 2 === 0);
        for (const [reason] of await gone) assert.match(reason, /^(io server disconnect|transport close)$/);
        assert.ok(clients[from].socket.connected);
      }
    });

    test('raise events on each other', async (t) => {
      const clients = await cluster.clients(t);
      for (const from of everyServer) {
        await clients[from].ask('server-side-emit', 'note', ['n', from]);
        const notes = clients.map(() => []);
        await until(5000 * patience, async () => {
          const more = await Promise.all(clients.map((client) => client.ask('notes')));
          more.forEach((news, i) => notes[i].push(...news));
          return notes.filter((all) => all.length > 0).length === 4;
        }, 'four notes');
        assert.deepEqual(notes, clients.map((_, i) => (i === from ? [] : [['n', from]])));

        const { err, responses } = await clients[from].ask('server-side-emit-ack', 'ask', [1, { a: 'b' }]);
        assert.equal(err, null);
        assert.deepEqual(responses.map(({ got }) => got), Array(4).fill([1, { a: 'b' }]));
        assert.deepEqual(responses.map(({ node }) => node).sort(),
          [...Array(from < ours ? 2 : 1).fill('node'), ...Array(from < ours ? 2 : 3).fill('quickclinic')]);
      }
    });

    test('say what came when one does not answer', async (t) => {
      const clients = await cluster.clients(t);
      const impatient = adapter === 'classic' ? [0, 3] : [0];  // Node's sharded adapter waits for five seconds
      await Promise.all(impatient.map(async (from) => {
        const { err, responses } = await clients[from].ask('server-side-emit-ack', 'mute', []);
        assert.deepEqual([err, responses], ['timeout reached', []]);
      }));
    });

    test('know how many they are', async (t) => {
      const clients = await cluster.clients(t);
      for (const from of everyServer) assert.equal(await clients[from].ask('server-count'), 5);
    });

    if (adapter === 'classic') {
      test('know all rooms', async (t) => {
        const clients = await cluster.clients(t);
        await Promise.all(clients.map((client, i) => client.ask('join', [`room ${i}`])));
        for (const from of everyServer) {
          const rooms = await clients[from].ask('all-rooms');
          const wanted = clients.flatMap(({ id }, i) => [id, `room ${i}`]);
          assert.deepEqual(wanted.filter((room) => !rooms.includes(room)), [], `from server ${from}`);
        }
      });

      test('do what an emitter says', async (t) => {
        const clients = await cluster.clients(t);
        const emitter = new Emitter(cluster.spare);
        emitter.socketsJoin('everywhere');
        const joined = () => clients[0].ask('fetch', { rooms: ['everywhere'] });
        await until(5000 * patience, async () => (await joined()).length === 5, 'everybody to be in the room');
        emitter.emit('e', 1, bytes);
        emitter.to('everywhere').except(clients[2].id).emit('f');
        emitter.serverSideEmit('note', 'from an emitter');
        await cluster.hear(clients, 0, (i) => [['e', 1, bytes], ...(i === 2 ? [] : [['f']])]);
        for (const client of clients) {
          await until(5000 * patience, async () => (await client.ask('notes')).flat().includes('from an emitter'), 'the note');
        }
        const gone = Promise.all(clients.map(({ socket }) => next(socket, 'disconnect')));
        emitter.in('everywhere').disconnectSockets(true);
        await gone;
      });
    }
  });
}

for (const adapter of ['classic', 'sharded', 'streams', 'streams-recovering']) {
  describe(`two servers of ours, ${adapter}`, () => {
    const cluster = new Cluster();
    before(() => cluster.start(adapter, 2));
    after(() => cluster.stop());

    test('survive whatever is published', async (t) => {
      const clients = await cluster.clients(t);
      const garbage = ['', '{', '{}', 'null', '[]', '{"type":2}', '{"type":4}', '{"type":3,"data":{}}', '{"uid":"u","nsp":"/","type":4,"data":{}}',
        Buffer.from('93a175c0', 'hex'), Buffer.from('ddffffffff', 'hex'), Buffer.alloc(100_000, 0x91), Buffer.alloc(1_000_000, '['),
        '{"requestId":"x","sockets":[{}]}', Buffer.from('92a17581a47479706502', 'hex')];
      const ids = ['tnLakc', clients[0].id];
      const channels = ['socket.io#/#', ...ids.map((id) => `socket.io#/#${id}#`), 'socket.io-request#/#', 'socket.io-response#/#'];
      for (const channel of channels) {
        for (const message of garbage) {
          await cluster.spare.sendCommand([adapter === 'sharded' ? 'SPUBLISH' : 'PUBLISH', channel, message]);
        }
      }
      if (adapter.startsWith('streams')) {
        for (const data of garbage) {
          for (const type of ['3', '4', '6', '8', '13', 'x', '']) {
            await cluster.spare.sendCommand(['XADD', 'socket.io', '*', 'uid', 'u', 'nsp', '/', 'type', type, 'data', data]);
          }
        }
        await cluster.spare.sendCommand(['XADD', 'socket.io', '*', 'nsp', '/']);
      }
      await clients[0].ask('emit', {}, 'x', [1]);
      await cluster.hear(clients, 0, () => [['x', 1]]);
      assert.equal((await clients[1].ask('fetch', {})).length, 2);
    });

    test('serve their own clients without Redis, and find each other again', async (t) => {
      const clients = await cluster.clients(t);
      await cluster.redis.kill();
      await clients[0].ask('emit', {}, 'alone', []);
      await until(5000 * patience, () => clients[0].heard.length === 1, 'the event');
      const found = await clients[0].ask('fetch', {});
      assert.equal(typeof found.error, 'string');
      const { err, responses } = await clients[0].ask('emit-ack', { flags: { timeout: 500 } }, 'quiz', []);
      assert.deepEqual([err, responses.length], ['operation has timed out', 1]);

      await cluster.redis.start();
      const together = async () => (await clients[0].ask('server-count')) === 2;
      await until(10_000 * patience, together, 'the servers to be together again');
      clients.forEach(({ heard }) => heard.splice(0));
      await clients[1].ask('emit', {}, 'together', []);
      await cluster.hear(clients, 1, () => [['together']], ['alone']);
    });
  });
}
