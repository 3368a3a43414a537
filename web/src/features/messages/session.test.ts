// A conversation on a connection that does what the test says.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Message } from '@/lib/events';
import { stubBrowser, type Browser } from '@/testing/browser';
import { FakeConnection } from '@/testing/fake_connection';
import { doctor, patient, storedRange } from '@/testing/messages';
import { until } from '@/testing/until';
import { openConversation } from './session';
import type { Conversation } from './types';

const wire = (message: Message) => ({ ...message, createdAt: new Date(message.createdAt).toISOString() });

let browser: Browser;
let connection: FakeConnection;
let conversation: Conversation;
let server: Message[];
let readState: Record<string, string>;
let relation = 0;
let serverUrl: string | undefined;

function append(senderId: string, text: string): Message {
  const message: Message = { ...(storedRange(server.length + 1, server.length + 1)[0] as Message), senderId, text };
  server.push(message);
  return message;
}

/** The server as the contract has it, over `server` and `readState`. */
function answer(): FakeConnection {
  return new FakeConnection()
    .answer('get_initial_messages', ({ page, limit }) => {
      const end = server.length - (Number(page) - 1) * Number(limit);
      const messages = server.slice(Math.max(0, end - Number(limit)), Math.max(0, end)).map(wire);
      return { ok: true, messages, pagination: { page, limit, total: server.length, hasMore: end > Number(limit) }, readState };
    })
    .answer('get_messages', ({ before, after, limit }) => {
      const at = server.findIndex(({ id }) => id === (before ?? after));
      if (at < 0) return { ok: false, error: { code: 'not_found', message: 'Message not found' } };
      const all = before === undefined ? server.slice(at + 1) : server.slice(0, at);
      const messages = before === undefined ? all.slice(0, Number(limit)) : all.slice(-Number(limit));
      return { ok: true, messages: messages.map(wire), hasMore: all.length > messages.length };
    })
    .answer('send_message', ({ text, clientMessageId }) => {
      const message = { ...append(doctor, String(text)), clientMessageId: String(clientMessageId) };
      connection.emit('new_message', { message: wire(message) });
      return { ok: true, message: wire(message) };
    })
    .answer('mark_as_read', () => ({ ok: true }))
    .answer('mark_as_delivered', () => ({ ok: true }))
    .answer('watch_conversation', () => ({ ok: true, deliveredState: { [patient]: 'm2' }, presence: { userId: patient, online: true } }));
}

function enter(): Conversation {
  conversation = openConversation({ relationId: `r${++relation}`, userId: doctor, ...(serverUrl === undefined ? {} : { serverUrl }) }, () => connection);
  return conversation;
}

const state = () => conversation.getState();
const ids = () => state().messages.map(({ id }) => id);
const opened = () => until(() => state().history === 'more' || state().history === 'complete', 'it is open');

beforeEach(() => {
  browser = stubBrowser();
  server = storedRange(1, 3);
  readState = {};
  serverUrl = undefined;
  connection = answer();
  vi.spyOn(Math, 'random').mockReturnValue(0);
});

afterEach(() => {
  conversation.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe('opening', () => {
  it('shows messages, marks and presence', async () => {
    enter();
    connection.connect();
    await opened();
    await until(() => state().presence !== undefined, 'presence is known');

    expect(ids()).toEqual(['m1', 'm2', 'm3']);
    expect(state()).toMatchObject({ line: { kind: 'online' }, presence: { online: true }, history: 'complete' });
    expect(state().messages.map(({ delivery }) => delivery)).toEqual(['delivered', 'delivered', 'sent']);
  });

  it('reaches back to the first unread message', async () => {
    server = storedRange(1, 200, { senderId: patient });
    readState = { [doctor]: 'm80' };
    enter();
    connection.connect();
    await opened();

    expect(state()).toMatchObject({ firstUnread: 'm81', unread: 120, history: 'more' });
  });

  it('does not reach back for ever', async () => {
    server = storedRange(1, 2000, { senderId: patient });
    readState = { [doctor]: 'm1' };
    enter();
    connection.connect();
    await opened();

    expect(state().messages.length).toBeLessThan(700);
    expect(state().firstUnread).toBe(ids()[0]);
  });

  it('loads what is older, page by page to the first message', async () => {
    server = storedRange(1, 120);
    enter();
    connection.connect();
    await opened();
    expect(ids()).toHaveLength(50);

    conversation.loadOlder();
    expect(state().history).toBe('loading');
    await until(() => state().history === 'complete', 'all is loaded');
    expect(ids()).toEqual(server.map(({ id }) => id));
  });

  it('fails, says so, and opens when asked again', async () => {
    connection.answer('get_initial_messages', () => ({ ok: false, error: { code: 'unavailable', message: 'Failed to load messages' } }));
    enter();
    connection.connect();
    await until(() => state().history === 'failed', 'it has failed');

    connection.answer('get_initial_messages', () => ({ ok: true, messages: server.map(wire), pagination: { page: 1, limit: 50, total: 3, hasMore: false }, readState }));
    conversation.loadOlder();
    await opened();
    expect(ids()).toHaveLength(3);
  });
});

describe('a reconnect', () => {
  it.each([['a few', 5], ['many', 170]])('brings %s missed messages, once and in order', async (_name, count) => {
    enter();
    connection.connect();
    await opened();
    connection.lose();
    expect(state()).not.toHaveProperty('presence');
    for (let n = 0; n < count; ++n) append(patient, `missed ${n}`);

    connection.connect();
    const late = append(patient, 'live');
    connection.emit('new_message', { message: wire(late) });

    await until(() => ids().length === count + 4, 'all are here');
    expect(ids()).toEqual(server.map(({ id }) => id));
  });

  it('asks again for what it does not know the answer of, before it shows history', async () => {
    enter();
    connection.connect();
    await opened();
    // Stored, but the answer is lost with the line.
    connection.answer('send_message', ({ text }) => {
      append(doctor, String(text));
      connection.lose();
      return { ok: false, error: { code: 'offline', message: '' } };
    });
    conversation.send('twice?');
    await until(() => server.length === 4, 'the server has it');
    let most = 0;
    conversation.subscribe(() => { most = Math.max(most, state().messages.filter(({ text }) => text === 'twice?').length); });
    connection.answer('send_message', ({ clientMessageId }) => ({ ok: true, message: wire({ ...(server[3] as Message), clientMessageId: String(clientMessageId) }) }));

    connection.connect();

    await until(() => state().messages.at(-1)?.id === 'm4', 'it is stored');
    expect(most).toBe(1);
  });

  it('brings marks that moved meanwhile', async () => {
    enter();
    connection.connect();
    await opened();
    connection.lose();
    readState = { [patient]: 'm3' };
    connection.connect();

    await until(() => state().messages.at(-1)?.delivery === 'read', 'it is read');
  });
});

describe('after a sleep', () => {
  it('a connection that answers is kept, and what was missed is there', async () => {
    enter();
    connection.connect();
    await opened();
    append(patient, 'missed asleep');
    connection.wake();

    await until(() => ids().length === 4, 'it has caught up');
    expect(connection.restarts).toBe(0);
  });

  it('a connection that does not answer is dropped', async () => {
    enter();
    connection.connect();
    await opened();
    vi.useFakeTimers();
    connection.answer('get_initial_messages', () => undefined);
    connection.wake();
    await vi.advanceTimersByTimeAsync(5000);

    expect(connection.restarts).toBe(1);
  });
});

describe('receipts', () => {
  const payloads = (event: string) => connection.asked.filter((each) => each.event === event).map(({ payload }) => payload['messageId']);

  it('of reading are sent once for several, and never back', async () => {
    server = storedRange(1, 4, { senderId: patient });
    enter();
    connection.connect();
    await opened();
    for (const key of ['m1', 'm2', 'm3', 'm1']) conversation.see(key);

    expect(state().unread).toBe(1);
    await until(() => payloads('mark_as_read').length > 0, 'it is told');
    expect(payloads('mark_as_read')).toEqual(['m3']);
  });

  it('of reading wait until somebody can see the page; of delivery do not', async () => {
    enter();
    connection.connect();
    await opened();
    await until(() => state().presence !== undefined, 'the watch is on');
    browser.hide();
    connection.emit('new_message', { message: wire(append(patient, 'are you there?')) });
    conversation.see('m4');
    await until(() => payloads('mark_as_delivered').length > 0, 'the delivery is told');
    expect([state().unread, payloads('mark_as_delivered'), payloads('mark_as_read')]).toEqual([1, ['m4'], []]);

    browser.show();
    expect(state().unread).toBe(0);
    await until(() => payloads('mark_as_read').length > 0, 'the reading is told');
  });

  it('are told again after a reconnect', async () => {
    server = storedRange(1, 2, { senderId: patient });
    enter();
    connection.connect();
    await opened();
    connection.lose();
    conversation.see('m2');
    connection.connect();

    await until(() => payloads('mark_as_read').includes('m2'), 'it is told');
  });

  it('of another tab count here', async () => {
    server = storedRange(1, 2, { senderId: patient });
    enter();
    connection.connect();
    await opened();
    connection.emit('message_read', { messageId: 'm2', readBy: doctor, readAt: new Date().toISOString() });

    expect(state().unread).toBe(0);
  });
});

describe('typing', () => {
  it('is told seldom, and again after a message', () => {
    enter();
    connection.connect();
    for (let n = 0; n < 9; ++n) conversation.writing();
    expect(connection.mentioned).toHaveLength(1);

    conversation.send('done');
    conversation.writing();
    expect(connection.mentioned).toHaveLength(2);
  });

  it('of the other shows for four seconds, the own from another tab never', () => {
    vi.useFakeTimers();
    enter();
    connection.connect();
    connection.emit('user_typing', { userId: doctor, userName: 'Ada', userRole: 'DOCTOR' });
    expect(state().typing).toBe(false);
    connection.emit('user_typing', { userId: patient, userName: 'Paul', userRole: 'PATIENT' });
    vi.advanceTimersByTime(3999);
    expect(state().typing).toBe(true);
    vi.advanceTimersByTime(1);
    expect(state().typing).toBe(false);
  });
});

describe('a server of the old kind', () => {
  it('answers by events, knows no slices and no watch, and all goes on', async () => {
    vi.useFakeTimers();
    server = storedRange(1, 70);
    const page = (n: number) => ({
      messages: server.slice(Math.max(0, server.length - n * 50), server.length - (n - 1) * 50).map(wire),
      pagination: { page: n, limit: 50, total: server.length, hasMore: server.length > n * 50 },
    });
    connection = new FakeConnection().answer('get_initial_messages', ({ page: n }) => {
      setTimeout(() => { connection.emit('initial_messages', page(Number(n))); }, 10);
      return undefined;
    });
    enter();
    connection.connect();
    await vi.advanceTimersByTimeAsync(100);
    expect([ids().length, state().unread, state().history]).toEqual([50, 0, 'more']);

    conversation.loadOlder();
    await vi.advanceTimersByTimeAsync(6000);
    expect(ids()).toEqual(server.map(({ id }) => id));
    expect(state()).not.toHaveProperty('presence');
  });
});

describe('without sockets', () => {
  let http: Server;
  let status = 200;

  beforeEach(async () => {
    status = 200;
    http = createServer((request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString()));
      request.on('end', () => {
        if (status !== 200) {
          response.writeHead(status).end('{"error":"no"}');
        } else if (request.method === 'POST') {
          const chat = append(doctor, (JSON.parse(body) as { text: string }).text);
          response.writeHead(201).end(JSON.stringify({ chat: wire(chat) }));
        } else {
          response.end(JSON.stringify({ chats: server.slice(-50).map(wire), pagination: { hasNextPage: server.length > 50 } }));
        }
      });
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    serverUrl = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  });

  afterEach(() => {
    http.closeAllConnections();
    http.close();
  });

  it('messages come and go over HTTP, until a socket gets through', { timeout: 20_000 }, async () => {
    enter();
    connection.fail();
    expect(state().line.kind).toBe('reconnecting');
    connection.fail();
    await until(() => state().line.kind === 'fallback', 'requests carry it on');
    expect(ids()).toEqual(['m1', 'm2', 'm3']);

    conversation.send('over HTTP');
    await until(() => state().messages.at(-1)?.delivery === 'sent', 'it is stored');
    append(patient, 'the answer');
    await until(() => state().messages.at(-1)?.text === 'the answer', 'the answer is here');

    connection.connect();
    expect(state().line.kind).toBe('online');
    append(patient, 'live again');
    connection.emit('new_message', { message: wire(server.at(-1) as Message) });
    await until(() => ids().length === server.length, 'everything is here');
    expect(ids()).toEqual(server.map(({ id }) => id));
  });

  it('nothing is pretended when HTTP does not answer either', async () => {
    status = 503;
    enter();
    connection.fail();
    connection.fail();
    await new Promise((resolve) => setTimeout(resolve, 200));

    expect(state().line.kind).toBe('reconnecting');
  });

  it('an ended session shows', async () => {
    status = 401;
    enter();
    connection.fail();
    connection.fail();

    await until(() => state().line.kind === 'refused', 'it is refused');
    expect(state().line).toEqual({ kind: 'refused', reason: 'session' });
  });
});
