// The list of conversations of whoever is logged in: read over HTTP, kept up to date by the notification connection. After
// every reconnect it is read again. A server that does not tell what happens in conversations is asked now and then instead.
import * as s from '@/lib/schema';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { EventPayload, Message } from '@/lib/events';
import { request, type Origin } from '@/lib/http';
import { backoff, type Line } from '@/lib/line';
import { Listeners } from '@/lib/listeners';
import { openConnection } from '@/lib/socket';

export interface ConversationSummary {
  readonly id: string;
  /** The other person. */
  readonly otherId: string;
  readonly name: string;
  readonly lastMessage?: string;
  /** Milliseconds since 1970. */
  readonly lastMessageAt?: number;
  readonly unread: number;
}

export interface ConversationsState {
  /** Latest first; absent until they are known. */
  readonly conversations?: readonly ConversationSummary[];
  /** The last attempt to read the list failed; another one follows by itself. */
  readonly failed: boolean;
  readonly line: Line;
  /** Unread messages of all conversations, for the title. */
  readonly unread: number;
}

export type Notification = EventPayload<'new_notification'>['notification'];

export interface Conversations {
  readonly store: StoreApi<ConversationsState>;
  /** Reads the list now. */
  refresh(): Promise<void>;
  reconnect(): void;
  /** Somebody else's message in any conversation, as it comes. */
  onMessage(listener: (relationId: string, message: Message) => void): () => void;
  onNotification(listener: (notification: Notification) => void): () => void;
  close(): void;
}

export interface ConversationsOptions extends Origin {
  readonly userId: string;
}

const relationSchema = s.object({
  id: s.string(),
  doctorsUserId: s.string(),
  patientsUserId: s.string(),
  doctorName: s.string(),
  patientName: s.string(),
  lastMessage: s.optional(s.nullable(s.string())),
  lastMessageAt: s.optional(s.nullable(s.string())),
  unreadCount: s.optional(s.number()),
});
const listSchema = s.object({ relations: s.array(relationSchema) });

/** How often a server is asked that does not tell. */
const askEvery = 30_000;
/** Several reasons to read the list are one. */
const soon = 300;
const wakeTimeout = 5000;

export function createConversations({ userId, ...origin }: ConversationsOptions, connect = openConnection): Conversations {
  let begin: () => void = () => undefined;
  const connection = connect({ ...origin, after: new Promise<void>((resolve) => { begin = resolve; }) });
  const store = createStore<ConversationsState>(() => ({ failed: false, line: connection.line, unread: 0 }));
  const messages = new Listeners<[string, Message]>();
  const notifications = new Listeners<[Notification]>();
  const lastIds = new Map<string, string>();
  const received = new Map<string, string>();
  let watching = false;
  let closed = false;
  const isClosed = () => closed;
  let failures = 0;
  let loading: Promise<void> | undefined;
  let outdated = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let timerAt = Infinity;
  let receiptTimer: ReturnType<typeof setTimeout> | undefined;

  function show(list: readonly ConversationSummary[]): void {
    const conversations = [...list].sort((one, other) => (other.lastMessageAt ?? 0) - (one.lastMessageAt ?? 0));
    store.setState({ conversations, unread: conversations.reduce((sum, { unread }) => sum + unread, 0) });
  }

  function summaryOf(relation: s.Infer<typeof relationSchema>): ConversationSummary {
    const doctor = relation.doctorsUserId === userId;
    const at = Date.parse(relation.lastMessageAt ?? '');
    return {
      id: relation.id,
      otherId: doctor ? relation.patientsUserId : relation.doctorsUserId,
      name: doctor ? relation.patientName : relation.doctorName,
      ...(relation.lastMessage == null ? {} : { lastMessage: relation.lastMessage }),
      ...(Number.isNaN(at) ? {} : { lastMessageAt: at }),
      unread: relation.unreadCount ?? 0,
    };
  }

  // -- reading the list

  function refresh(): Promise<void> {
    outdated = true;
    loading ??= load().finally(() => (loading = undefined));
    return loading;
  }

  async function load(): Promise<void> {
    // What happens while an answer is on its way may be missing in it.
    while (outdated && !isClosed()) {
      outdated = false;
      const result = await request('/api/doctorpatientrelations', { ...origin, schema: listSchema });
      if (isClosed()) return;
      if (result.ok) {
        failures = 0;
        store.setState({ failed: false });
        show(result.value.relations.map(summaryOf));
        if (!watching) refreshIn(askEvery);
      } else if (result.failure === 'session') {
        store.setState({ line: { kind: 'refused', reason: 'session' } });
      } else {
        store.setState({ failed: true });
        refreshIn(backoff(failures++));
        return;
      }
    }
  }

  function refreshIn(milliseconds: number): void {
    const at = Date.now() + milliseconds;
    if (closed || timerAt <= at) return;
    clearTimeout(timer);
    timerAt = at;
    timer = setTimeout(() => {
      timerAt = Infinity;
      void refresh();
    }, milliseconds);
  }

  // -- what the server tells

  async function watch(timeout?: number): Promise<void> {
    const answer = await connection.request('watch_conversations', {}, timeout);
    if (closed) return;
    if (answer.ok) watching = true;
    else if (answer.code === 'timeout' && watching && timeout !== undefined) {
      connection.restart();
      return;
    }
    await refresh();
  }

  function heard({ relationId, message }: EventPayload<'conversation_message'>): void {
    if (loading) outdated = true;
    const list = store.getState().conversations;
    const known = list?.find(({ id }) => id === relationId);
    if (!list || !known) {
      refreshIn(soon);
    } else if (message.createdAt >= (known.lastMessageAt ?? 0) && lastIds.get(relationId) !== message.id) {
      const unread = known.unread + (message.senderId === userId ? 0 : 1);
      const summary = { ...known, lastMessage: message.text, lastMessageAt: message.createdAt, unread };
      show(list.map((each) => (each === known ? summary : each)));
    }
    lastIds.set(relationId, message.id);
    if (message.senderId === userId) return;
    received.set(relationId, message.id);
    receiptTimer ??= setTimeout(tellReceived, soon);
    messages.tell(relationId, message);
  }

  function tellReceived(): void {
    receiptTimer = undefined;
    for (const [relationId, messageId] of received) void connection.request('mark_as_delivered', { relationId, messageId });
    received.clear();
  }

  function read({ relationId, messageId, readBy }: EventPayload<'conversation_read'>): void {
    if (readBy !== userId) return;
    if (loading) outdated = true;
    const list = store.getState().conversations;
    // Up to the last message: none is left. Up to an earlier one: the server counts.
    if (list && lastIds.get(relationId) === messageId) show(list.map((each) => (each.id === relationId ? { ...each, unread: 0 } : each)));
    else refreshIn(soon);
  }

  connection.onLine(() => { store.setState({ line: connection.line }); });
  connection.onConnect(() => {
    watching = false;
    void watch();
  });
  connection.onDisconnect(() => { watching = false; });
  connection.onWake(() => void watch(wakeTimeout));
  connection.on('conversation_message', heard);
  connection.on('conversation_read', read);
  connection.on('new_notification', ({ notification }) => {
    notifications.tell(notification);
    if (!watching) refreshIn(soon);
  });
  void refresh().then(begin);

  return {
    store,
    refresh,
    reconnect() {
      connection.reconnect();
      void refresh();
    },
    onMessage: (listener) => messages.add(listener),
    onNotification: (listener) => notifications.add(listener),
    close() {
      closed = true;
      clearTimeout(timer);
      clearTimeout(receiptTimer);
      connection.close();
    },
  };
}
