import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { askEarly, dropEarly, earlyName, takeEarly } from './early';
import { request } from './http';
import * as s from './schema';

const session = '/api/user/session';
const list = '/api/doctorpatientrelations';
let asked: string[];

beforeEach(() => {
  asked = [];
  vi.stubGlobal('window', globalThis);
  vi.stubGlobal('fetch', (path: string) => {
    asked.push(path);
    return Promise.resolve(new Response(JSON.stringify({ nth: asked.length })));
  });
});

afterEach(() => {
  dropEarly();
  vi.unstubAllGlobals();
});

/** As the page has it: the text alone, without the module around it. */
function open(pathname: string): void {
  vi.stubGlobal('location', { pathname });
  (0, eval)(`(${askEarly.toString()})(${JSON.stringify(earlyName)})`);
}

const ask = (path: string, token?: string) =>
  request(path, { schema: s.object({ nth: s.number() }), ...(token === undefined ? {} : { token }) });

it.each([
  ['/login', [session]],
  ['/doctor', [session, list]],
  ['/patient/chat/c1', [session, list, `${list}/c1/chats?page=1&limit=50&order=newest&readState=true`]],
])('asks on %s for what it shows', (pathname, paths) => {
  open(pathname);
  expect(asked).toEqual(paths);
});

it('answers the first request for the same, and no other', async () => {
  open('/login');
  expect(await ask(session)).toEqual({ ok: true, value: { nth: 1 } });
  expect(await ask(session)).toEqual({ ok: true, value: { nth: 2 } });
});

it('answers nobody else', async () => {
  open('/login');
  expect(await ask(session, 'a token')).toEqual({ ok: true, value: { nth: 2 } });
  dropEarly();
  expect(await ask(session)).toEqual({ ok: true, value: { nth: 3 } });
});

it('answers nobody who comes late', async () => {
  open('/login');
  vi.spyOn(performance, 'now').mockReturnValue(20_000);
  expect(takeEarly(session)).toBeUndefined();
  vi.restoreAllMocks();
  expect(await ask(session)).toEqual({ ok: true, value: { nth: 2 } });
});

it('is as offline as the page was', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('no network')));
  open('/login');
  expect(await ask(session)).toEqual({ ok: false, failure: 'offline' });
});
