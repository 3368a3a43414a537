import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import * as s from '@/lib/schema';
import { request } from './http';

const schema = s.object({ name: s.string() });
let server: Server;
let serverUrl = '';
const routes: Record<string, (response: ServerResponse, body: string, headers: Record<string, unknown>) => void> = {
  '/good': (response) => response.end('{"name":"Ada"}'),
  '/echo': (response, body, headers) => response.end(JSON.stringify({ name: `${body} ${String(headers['authorization'])} ${String(headers['content-type'])}` })),
  '/wrong': (response) => response.end('{"name":7}'),
  '/page': (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
  '/limited': (response) => response.writeHead(429, { 'retry-after': '15' }).end('{"error":"Rate limit exceeded"}'),
  '/torn': (response) => { response.writeHead(200, { 'content-length': '100' }).write('{"na', () => response.destroy()); },
  '/silent': () => undefined,
};

beforeAll(async () => {
  server = createServer((incoming, response) => {
    let body = '';
    incoming.on('data', (part: Buffer) => (body += part.toString()));
    incoming.on('end', () => {
      const status = /^\/status\/(\d+)$/.exec(incoming.url ?? '')?.[1];
      if (status) response.writeHead(Number(status)).end('{"error":"words"}');
      else routes[incoming.url ?? '']?.(response, body, incoming.headers);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  serverUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('a request', () => {
  it('gives the parsed answer', async () => {
    expect(await request('/good', { serverUrl, schema })).toEqual({ ok: true, value: { name: 'Ada' } });
  });

  it('carries a body and a token', async () => {
    const result = await request('/echo', { serverUrl, schema, method: 'POST', body: { a: 1 }, token: 't' });

    expect(result).toEqual({ ok: true, value: { name: '{"a":1} Bearer t application/json' } });
  });

  test.each([[401, 'session'], [403, 'forbidden'], [404, 'not_found'], [429, 'limited'], [500, 'failed'], [503, 'failed']])(
    'that is answered %i is %s', async (status, failure) => {
      expect(await request(`/status/${status}`, { serverUrl, schema })).toEqual({ ok: false, failure, status, message: 'words' });
    });

  it('says how long to wait', async () => {
    expect(await request('/limited', { serverUrl, schema })).toMatchObject({ failure: 'limited', retryAfter: 15 });
  });

  test.each([['/wrong', 'failed'], ['/page', 'failed'], ['/torn', 'offline'], ['/silent', 'offline']])('to %s is %s', async (path, failure) => {
    expect(await request(path, { serverUrl, schema, timeout: 300 })).toMatchObject({ ok: false, failure });
  });

  it('to nobody is offline', async () => {
    expect(await request('/good', { serverUrl: 'http://127.0.0.1:1', schema })).toEqual({ ok: false, failure: 'offline' });
  });
});
