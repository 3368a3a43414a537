import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeConnection } from '@/testing/fake_connection';
import { doctor, patient } from '@/testing/messages';
import { until } from '@/testing/until';
import { createConversations, type Conversations } from './store';

const instant = (n: number) => new Date(1_000_000 + n).toISOString();

let relations: Record<string, unknown>[];
let reads: number;
let http: Server;
let connection: FakeConnection;
let list: Conversations;

const relation = (id: string, more = {}) => ({
  id, doctorsUserId: doctor, patientsUserId: `${patient}-${id}`, doctorName: 'Dr. Ada', patientName: `Paul ${id}`,
  lastMessage: `last of ${id}`, lastMessageAt: instant(1), unreadCount: 0, ...more,
});
const message = (id: string, n: number, senderId: string) => ({
  id, text: `text ${id}`, senderId, senderName: 'Paul', senderRole: 'PATIENT', createdAt: instant(n),
});
const state = () => list.store.getState();
const ids = () => state().conversations?.map(({ id }) => id);

beforeEach(async () => {
  relations = [relation('a', { lastMessageAt: instant(5) }), relation('b', { unreadCount: 2 }), relation('c', { lastMessage: null, lastMessageAt: null })];
  reads = 0;
  http = createServer((_request, response) => {
    ++reads;
    response.end(JSON.stringify({ relations }));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  connection = new FakeConnection().answer('watch_conversations', () => ({ ok: true })).answer('mark_as_delivered', () => ({ ok: true }));
  list = createConversations({ userId: doctor, serverUrl: `http://127.0.0.1:${(http.address() as AddressInfo).port}` }, () => connection);
  connection.connect();
  await until(() => reads >= 1 && ids() !== undefined && connection.times('watch_conversations') === 1, 'the list is read');
  await until(() => reads >= 2, 'the list is read again after the watch');
});

afterEach(() => {
  list.close();
  http.closeAllConnections();
  http.close();
});

describe('the list of conversations', () => {
  it('stands latest first, with the other person\'s name and all that is unread', () => {
    expect(ids()).toEqual(['a', 'b', 'c']);
    expect(state().conversations?.[1]).toMatchObject({ otherId: `${patient}-b`, name: 'Paul b', lastMessage: 'last of b', unread: 2 });
    expect(state().conversations?.[2]).not.toHaveProperty('lastMessageAt');
    expect(state().unread).toBe(2);
  });

  it('moves a conversation up with its message, counts it and says that it is here', async () => {
    connection.emit('conversation_message', { relationId: 'b', message: message('m1', 10, patient) });

    expect(ids()).toEqual(['b', 'a', 'c']);
    expect(state().conversations?.[0]).toMatchObject({ lastMessage: 'text m1', unread: 3 });
    expect(state().unread).toBe(3);
    await until(() => connection.times('mark_as_delivered') === 1, 'the receipt is sent');
    expect(connection.asked.at(-1)?.payload).toEqual({ relationId: 'b', messageId: 'm1' });
  });

  it('does not count own messages, nor one twice', () => {
    connection.emit('conversation_message', { relationId: 'a', message: message('m1', 10, doctor) });
    connection.emit('conversation_message', { relationId: 'b', message: message('m2', 11, patient) });
    connection.emit('conversation_message', { relationId: 'b', message: message('m2', 11, patient) });

    expect(state().unread).toBe(3);
  });

  it('has nothing unread where the last message is read, by this person only', () => {
    connection.emit('conversation_message', { relationId: 'b', message: message('m1', 10, patient) });
    const mark = { relationId: 'b', messageId: 'm1', readAt: instant(11) };
    connection.emit('conversation_read', { ...mark, readBy: patient });
    expect(state().unread).toBe(3);

    connection.emit('conversation_read', { ...mark, readBy: doctor });
    expect(state().unread).toBe(0);
  });

  it('asks the server when it cannot know: an earlier mark, an unknown conversation', async () => {
    relations = [relation('d', { unreadCount: 1 }), ...relations];
    const before = reads;
    connection.emit('conversation_message', { relationId: 'd', message: message('m1', 10, patient) });

    await until(() => reads > before && ids()?.includes('d') === true, 'the new conversation is there');
    relations = [relation('b', { unreadCount: 1 })];
    connection.emit('conversation_read', { relationId: 'b', messageId: 'm0', readBy: doctor, readAt: instant(12) });
    await until(() => state().unread === 1, 'the server has counted');
  });

  it('is read again after a reconnect', async () => {
    connection.lose();
    relations = [relation('e')];
    connection.connect();

    await until(() => ids()?.join() === 'e', 'the list is new');
    expect(connection.times('watch_conversations')).toBe(2);
  });

  it('keeps what it has when the server does not answer, and says so', async () => {
    http.closeAllConnections();
    http.close();
    await list.refresh();

    expect(state().failed).toBe(true);
    expect(ids()).toEqual(['a', 'b', 'c']);
  });

  it('tells of messages and notifications', () => {
    const heard: string[] = [];
    list.onMessage((relationId, { id }) => heard.push(`${relationId} ${id}`));
    list.onNotification(({ message: text }) => heard.push(text));
    connection.emit('conversation_message', { relationId: 'a', message: message('m1', 10, patient) });
    connection.emit('conversation_message', { relationId: 'a', message: message('m2', 11, doctor) });
    connection.emit('new_notification', { notification: { id: 'n', message: 'Confirmed', createdAt: instant(1), isRead: false } });

    expect(heard).toEqual(['a m1', 'Confirmed']);
  });
});
