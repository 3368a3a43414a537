// Node's own Socket.IO server with the official Redis adapter, and the events of the fixture's mode `cluster`.
import { createServer } from 'node:http';
import { createAdapter, createShardedAdapter } from '@socket.io/redis-adapter';
import { createAdapter as createStreamsAdapter } from '@socket.io/redis-streams-adapter';
import { createClient } from 'redis';
import { Server } from 'socket.io';
import { within } from '../../e2e/support/wait.mjs';

const requestsTimeout = 2000;

/** How long a client may be gone where servers recover it. */
export const recoveryTime = 60_000;

/** A client of Redis that does not end the process when Redis goes away. */
export async function redisClient(url) {
  const client = createClient({ url, socket: { reconnectStrategy: 50 } });
  client.on('error', () => {});
  await within(5000, client.connect(), 'Redis');
  return client;
}

const adapters = {
  'classic': (clients) => createAdapter(...clients, { requestsTimeout }),
  'classic-apart': (clients) => createAdapter(...clients, { requestsTimeout, publishOnSpecificResponseChannel: true }),
  'sharded': (clients) => createShardedAdapter(...clients),
  'sharded-all': (clients) => createShardedAdapter(...clients, { subscriptionMode: 'dynamic-private' }),
  'sharded-none': (clients) => createShardedAdapter(...clients, { subscriptionMode: 'static' }),
  'streams': ([client]) => createStreamsAdapter(client, { blockTimeInMs: 200 }),
  'streams-sharded': ([client]) => createStreamsAdapter(client, { useShardedPubSub: true, blockTimeInMs: 200 }),
  'streams-recovering': ([client]) => createStreamsAdapter(client, { blockTimeInMs: 200 }),
};

function pick(from, { rooms = [], except = [], flags = {} }) {
  let picked = rooms.length > 0 ? from.to(rooms) : from;
  if (except.length > 0) picked = picked.except(except);
  if (flags.local) picked = picked.local;
  if (flags.volatile) picked = picked.volatile;
  if (flags.compress !== undefined) picked = picked.compress(flags.compress);
  return picked;
}

const shown = ({ id, rooms, data, handshake }) => ({ id, rooms: [...rooms], data, handshake });
const failed = (error) => ({ error: error.message });

function setUp(nsp) {
  const notes = [];
  nsp.on('note', (...args) => notes.push(args));
  nsp.on('ask', (...args) => args.at(-1) instanceof Function && args.pop()({ node: 'node', got: args }));
  nsp.on('mute', () => {});
  nsp.on('connection', (socket) => {
    const on = (event, answer) => socket.on(event, async (...args) => {
      const ack = args.pop();
      ack(...[await answer(...args)].filter((value) => value !== undefined));
    });
    on('id', () => socket.id);
    on('join', (rooms) => socket.join(rooms));
    on('leave', (room) => socket.leave(room));
    on('state', () => ({ recovered: socket.recovered, data: socket.data }));
    on('rooms', () => [...socket.rooms]);
    on('data', (value) => void (socket.data = value));
    on('emit', (selection, event, args) => void pick(nsp, selection).emit(event, ...args));
    on('socket-emit', (selection, event, args) => void pick(socket.broadcast, selection).emit(event, ...args));
    on('emit-ack', (selection, event, args) => new Promise((resolve) => {
      pick(nsp, selection).timeout(selection.flags?.timeout ?? 2000).emit(event, ...args,
        (error, responses) => resolve({ err: error?.message ?? null, responses }));
    }));
    on('fetch', (selection) => pick(nsp, selection).fetchSockets().then((all) => all.map(shown), failed));
    on('remote-emit-ack', async (id, event, args) => {
      const [remote] = await nsp.in(id).fetchSockets();
      return remote.timeout(1000).emitWithAck(event, ...args)
        .then((response) => ({ err: null, response }), (error) => ({ err: error.message, response: null }));
    });
    on('sockets-join', (selection, rooms) => void pick(nsp, selection).socketsJoin(rooms));
    on('sockets-leave', (selection, rooms) => void rooms.forEach((room) => pick(nsp, selection).socketsLeave(room)));
    socket.on('disconnect-sockets', (selection, close, ack) => {
      ack();
      pick(nsp, selection).disconnectSockets(close);
    });
    on('server-side-emit', (event, args) => void nsp.serverSideEmit(event, ...args));
    on('server-side-emit-ack', (event, args) => new Promise((resolve) => {
      nsp.serverSideEmit(event, ...args,
        (error, responses) => resolve({ err: error === null ? null : 'timeout reached', responses }));
    }));
    on('notes', () => notes.splice(0));
    on('all-rooms', () => nsp.adapter.allRooms().then((rooms) => [...rooms], failed));
    on('server-count', () => nsp.adapter.serverCount());
  });
}

export class NodeServer {
  async start(redisUrl, adapter) {
    this.clients = [await redisClient(redisUrl), await redisClient(redisUrl)];
    this.http = createServer();
    const recovering = adapter === 'streams-recovering' && { connectionStateRecovery: { maxDisconnectionDuration: recoveryTime } };
    this.io = new Server(this.http, { adapter: adapters[adapter](this.clients), ...recovering });
    for (const name of ['/', '/custom']) setUp(this.io.of(name));
    await new Promise((resolve) => this.http.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${this.http.address().port}`;
  }

  async stop() {
    await this.io.close();
    await Promise.all(this.clients.map((client) => client.quit()));  // behind what the adapter has asked for
  }
}
