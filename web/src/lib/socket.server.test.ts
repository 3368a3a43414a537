// One connection to the real program.
import { afterEach, afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { stubBrowser, type Browser } from '@/testing/browser';
import { binary, DemoServer } from '@/testing/server';
import { until } from '@/testing/until';
import { openConnection, type Connection } from './socket';

const server = new DemoServer();
let browser: Browser;
let connection: Connection;

function connect(token?: string): Connection {
  const { relationId, doctor } = server.pair();
  connection = openConnection({ serverUrl: server.url, relationId, token: token ?? doctor.token });
  return connection;
}

const online = () => until(() => connection.line.kind === 'online', 'it is online');

describe.skipIf(binary === undefined)('a connection', () => {
  beforeAll(() => server.start());
  beforeEach(() => {
    browser = stubBrowser();
  });
  afterEach(() => {
    connection.close();
    vi.unstubAllGlobals();
  });
  afterAll(() => server.remove());

  it('asks and is answered', async () => {
    connect();
    await online();

    expect(await connection.request('get_messages', { limit: 1 })).toMatchObject({ ok: true, value: { hasMore: expect.any(Boolean) as boolean } });
    expect(await connection.request('mark_as_read', { messageId: 'none' })).toEqual({ ok: false, code: 'not_found' });
  });

  it('parses what it hears, and drops what it does not understand', async () => {
    const names: string[] = [];
    connect();
    connection.on('connected', ({ userName }) => names.push(userName));

    await until(() => names.length === 1, 'it is greeted');
    expect(names[0]).toBe(server.pair().doctor.name);
  });

  it.each<NodeJS.Signals>(['SIGTERM', 'SIGKILL'])('comes back by itself after %s, silent in between', async (signal) => {
    const lines: string[] = [];
    let connects = 0;
    connect();
    connection.onConnect(() => ++connects);
    await online();
    connection.onLine(() => lines.push(connection.line.kind));
    await server.stop(signal);
    await until(() => connection.line.kind === 'quiet', 'it is cut off');

    expect(await connection.request('get_messages', { limit: 1 })).toEqual({ ok: false, code: 'offline' });
    await server.start();
    await online();
    expect(connects).toBe(2);
    expect(lines).toEqual(['quiet', 'online']);
  });

  it('tells after a while when it tries again, and tries at once when asked to or when the network is back', { timeout: 30_000 }, async () => {
    connect();
    await online();
    await server.stop();
    await until(() => connection.line.kind === 'reconnecting', 'it says so');
    expect(connection.unanswered).toBeGreaterThan(0);
    browser.network(false);
    expect(connection.line.kind).toBe('offline');

    await server.start();
    browser.network(true);
    await online();
  });

  it('gives up when it is refused, until somebody asks for it', async () => {
    connect('no token at all');
    await until(() => connection.line.kind === 'refused', 'it is refused');

    expect([connection.line, connection.unanswered]).toEqual([{ kind: 'refused', reason: 'session' }, 0]);
    connection.reconnect();
    expect(connection.line.kind).toBe('connecting');
    await until(() => connection.line.kind === 'refused', 'it is refused again');
  });

  it('wakes with the page, and can be made anew', async () => {
    let wakes = 0;
    let connects = 0;
    connect();
    connection.onConnect(() => ++connects);
    connection.onWake(() => ++wakes);
    await online();
    browser.hide();
    browser.show();
    expect(wakes).toBe(1);

    connection.restart();
    await until(() => connects === 2, 'it is a new one');
  });

  it('ends when the session is revoked', { timeout: 20_000 }, async () => {
    const { doctor } = server.pair();
    connect();
    await online();
    await fetch(`${server.url}/api/user/logout`, { method: 'POST', headers: { authorization: `Bearer ${doctor.token}`, 'content-type': 'application/json' }, body: '{}' });

    await until(() => connection.line.kind === 'refused', 'it is refused');
    expect(connection.line).toEqual({ kind: 'refused', reason: 'session' });
  });
});
