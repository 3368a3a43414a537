// The three ways to a conversation's messages: over the socket by message id, over the socket page by page as servers of the
// old kind do it, and page by page over HTTP when sockets do not get through.
import * as s from '@/lib/schema';
import type { Marks, Message } from '@/lib/events';
import { request, type HttpResult, type Origin } from '@/lib/http';
import type { Connection } from '@/lib/socket';

export type Loaded =
  | { readonly ok: true; readonly messages: readonly Message[]; readonly hasMore: boolean; readonly readState?: Marks | undefined }
  /** The server's error code, or `timeout`, `offline`, `malformed`; `not_found` when the message asked from is gone. */
  | { readonly ok: false; readonly code: string };

export type Sent = { readonly ok: true; readonly message: Message } | { readonly ok: false; readonly code: string };

export interface Source {
  /** The newest messages, ascending. */
  newest(timeout?: number): Promise<Loaded>;
  /** Those right before message `id`, of which `shown` are known behind it. */
  before(id: string, shown: number): Promise<Loaded>;
  /** Those right after message `id`; `hasMore` says that there are more behind them. */
  after(id: string): Promise<Loaded>;
  send(text: string, clientMessageId: string): Promise<Sent>;
}

export const pageSize = 50;
/** What is further back than this many pages is reached by reading backwards, not by catching up. */
const pagesMax = 20;
/** How long a server may think before it counts as one that does not know the question. */
const patience = 5000;

type FetchPage = (page: number, timeout?: number) => Promise<Loaded>;

function byPages(page: FetchPage): Omit<Source, 'send'> {
  return {
    newest: (timeout) => page(1, timeout),
    before: (_id, shown) => page(Math.floor(shown / pageSize) + 1),
    async after(id) {
      let messages: readonly Message[] = [];
      for (let number = 1; number <= pagesMax; ++number) {
        const loaded = await page(number);
        if (!loaded.ok) return loaded;
        messages = [...loaded.messages, ...messages];
        const index = messages.findIndex((message) => message.id === id);
        // What came in between shifts the pages; the model takes no message twice.
        if (index >= 0) return { ok: true, messages: messages.slice(index + 1), hasMore: false };
        if (!loaded.hasMore) break;
      }
      return { ok: false, code: 'not_found' };
    },
  };
}

export function socketSource(connection: Connection): Source {
  // Answered by an event on every server, by an acknowledgement on ours.
  const page: FetchPage = async (number, timeout = 10_000) => {
    let stop: () => void = () => undefined;
    const event = new Promise<Loaded>((resolve) => {
      stop = connection.on('initial_messages', ({ messages, pagination, readState }) => {
        if (pagination.page === number) resolve({ ok: true, messages, hasMore: pagination.hasMore, readState });
      });
    });
    const asked = connection
      .request('get_initial_messages', { page: number, limit: pageSize, order: 'newest' }, timeout)
      .then((answer): Loaded => {
        if (!answer.ok) return answer;
        const { messages, pagination, readState } = answer.value;
        return { ok: true, messages, hasMore: pagination.hasMore, readState };
      });
    const loaded = await Promise.race([event, asked]);
    stop();
    return loaded;
  };
  const paged = byPages(page);
  let knowsSlices: boolean | undefined;

  async function slice(payload: object, otherwise: () => Promise<Loaded>): Promise<Loaded> {
    if (knowsSlices === false) return otherwise();
    const answer = await connection.request('get_messages', { ...payload, limit: 100 }, knowsSlices ? undefined : patience);
    if (!answer.ok && answer.code === 'timeout' && knowsSlices === undefined) {
      const instead = await otherwise();
      if (instead.ok) knowsSlices = false;
      return instead;
    }
    if (!answer.ok) return answer;
    knowsSlices = true;
    return { ok: true, messages: answer.value.messages, hasMore: answer.value.hasMore };
  }

  return {
    newest: paged.newest,
    before: (id, shown) => slice({ before: id }, () => paged.before(id, shown)),
    after: (id) => slice({ after: id }, () => paged.after(id)),
    async send(text, clientMessageId) {
      const answer = await connection.request('send_message', { text, clientMessageId });
      return answer.ok ? { ok: true, message: answer.value.message } : answer;
    },
  };
}

const chatSchema = s.object({
  id: s.string(),
  text: s.string(),
  senderId: s.string(),
  senderName: s.string(),
  senderRole: s.string(),
  createdAt: s.instant(),
});
const chatsSchema = s.object({
  chats: s.array(chatSchema),
  pagination: s.object({ hasNextPage: s.boolean() }),
  readState: s.optional(s.record(s.string())), // unknown to servers of the old kind
});

function codeOf(result: Extract<HttpResult<unknown>, { ok: false }>): string {
  switch (result.failure) {
    case 'session':
      return 'unauthenticated';
    case 'limited':
      return 'rate_limited';
    case 'failed':
      if (result.status === 413) return 'too_large';
      return result.status === 400 ? 'bad_request' : 'unavailable';
    default:
      return result.failure;
  }
}

export function httpSource(relationId: string, origin: Origin): Source {
  const path = `/api/doctorpatientrelations/${encodeURIComponent(relationId)}/chats`;
  const page: FetchPage = async (number, timeout = 10_000) => {
    const result = await request(`${path}?page=${number}&limit=${pageSize}&order=newest&readState=true`, { ...origin, schema: chatsSchema, timeout });
    if (!result.ok) return { ok: false, code: codeOf(result) };
    const { chats, pagination, readState } = result.value;
    return { ok: true, messages: chats, hasMore: pagination.hasNextPage, readState };
  };
  return {
    ...byPages(page),
    async send(text, clientMessageId) {
      const body = { text, clientMessageId };
      const result = await request(path, { ...origin, method: 'POST', body, schema: s.object({ chat: chatSchema }) });
      return result.ok ? { ok: true, message: result.value.chat } : { ok: false, code: codeOf(result) };
    },
  };
}
