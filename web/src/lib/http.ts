// JSON over HTTP. Every request ends: with a parsed answer, or with one of a few failures; nothing is thrown. The cookie goes
// along, also to a server of another origin; a token, where there is one, as well.
import * as s from '@/lib/schema';
import { takeEarly } from './early';

export type HttpFailure =
  /** No answer at all: no network, no server, or too slow. */
  | 'offline'
  /** Nobody is logged in, or no longer. */
  | 'session'
  | 'forbidden'
  | 'not_found'
  /** Too many requests; `retryAfter` says for how long. */
  | 'limited'
  | 'failed';

export type HttpResult<Value> =
  | { readonly ok: true; readonly value: Value }
  | {
      readonly ok: false;
      readonly failure: HttpFailure;
      /** Absent without an answer. */
      readonly status?: number;
      /** The server's words. */
      readonly message?: string;
      /** Seconds. */
      readonly retryAfter?: number;
    };

export interface Origin {
  /** Such as `http://localhost:4000`; the page's own when absent. */
  readonly serverUrl?: string;
  readonly token?: string;
}

export interface HttpRequest<Out> extends Origin {
  readonly method?: 'GET' | 'POST';
  readonly body?: unknown;
  readonly schema: s.Schema<Out>;
  /** Milliseconds for the whole exchange. */
  readonly timeout?: number;
}

/** Most requests take milliseconds; a clinic's network at its worst takes seconds. */
const usualTimeout = 10_000;

const refusalSchema = s.object({ error: s.string() });

export async function request<Out>(path: string, options: HttpRequest<Out>): Promise<HttpResult<Out>> {
  const { serverUrl = '', token, method = 'GET', body, schema, timeout = usualTimeout } = options;
  const early = method === 'GET' && serverUrl === '' && token === undefined ? takeEarly(path) : undefined;
  const signal = AbortSignal.timeout(timeout);
  const ask = () =>
    fetch(serverUrl + path, {
      method,
      credentials: 'include',
      cache: 'no-store',
      signal,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  try {
    const response = await (early ? inTime(early, signal) : ask());
    const answer = await json(response);
    if (!response.ok) return refused(response, answer);
    const value = schema.read(answer);
    return value === s.invalid ? { ok: false, failure: 'failed', status: response.status } : { ok: true, value };
  } catch {
    return { ok: false, failure: 'offline' };
  }
}

function inTime(answer: Promise<Response>, signal: AbortSignal): Promise<Response> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => { reject(new Error('timeout')); });
    answer.then(resolve, reject);
  });
}

// A body that is no JSON is none: a proxy's error page, for instance. A body that breaks off is a broken line.
async function json(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const failures: Readonly<Record<number, HttpFailure>> = { 401: 'session', 403: 'forbidden', 404: 'not_found', 429: 'limited' };

function refused(response: Response, answer: unknown): HttpResult<never> {
  const words = refusalSchema.read(answer);
  const retryAfter = Number(response.headers.get('retry-after') ?? NaN);
  return {
    ok: false,
    failure: failures[response.status] ?? 'failed',
    status: response.status,
    ...(words === s.invalid ? {} : { message: words.error }),
    ...(Number.isFinite(retryAfter) ? { retryAfter } : {}),
  };
}
