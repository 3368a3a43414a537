// The list on the real program.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { stubBrowser } from '@/testing/browser';
import { binary, DemoServer } from '@/testing/server';
import { until } from '@/testing/until';
import { createConversations, type Conversations } from './store';

const server = new DemoServer();
let list: Conversations | undefined;

describe.skipIf(binary === undefined)('the list on the real program', () => {
  beforeAll(() => server.start());
  beforeEach(() => void stubBrowser());
  afterEach(() => {
    list?.close();
    vi.unstubAllGlobals();
  });
  afterAll(() => server.remove());

  it('names the other person of each conversation, latest first', async () => {
    const { doctor, relationId } = server.pair();
    list = createConversations({ userId: doctor.id, serverUrl: server.url, token: doctor.token });
    const { store } = list;

    await until(() => store.getState().conversations !== undefined && store.getState().line.kind === 'online', 'the list is there');

    const own = server.demo.relations.filter((relation) => relation.doctor === doctor.email).map(({ id }) => id);
    const conversations = store.getState().conversations ?? [];
    expect(conversations.map(({ id }) => id).sort()).toEqual(own.sort());
    expect(conversations.find(({ id }) => id === relationId)?.name).toBe(server.pair().patient.name);
    const times = conversations.map(({ lastMessageAt }) => lastMessageAt ?? 0);
    expect(times).toEqual([...times].sort((a, b) => b - a));
    expect(store.getState().unread).toBe(conversations.reduce((sum, { unread }) => sum + unread, 0));
  });

  it('says that the session is over', async () => {
    const { doctor } = server.pair();
    list = createConversations({ userId: doctor.id, serverUrl: server.url, token: 'none' });
    const { store } = list;

    await until(() => store.getState().line.kind === 'refused', 'it is refused');
    expect(store.getState().line).toEqual({ kind: 'refused', reason: 'session' });
  });
});
