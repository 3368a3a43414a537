// The web front end from inside the program: what a browser gets, byte for byte, and what it cannot get.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { before, it } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { Wire } from './support/http.mjs';
import { patience } from './support/program.mjs';
import { withServer } from './support/stage.mjs';
import { within } from './support/wait.mjs';

const pages = ['/', '/login', '/doctor', '/patient', '/doctor/chat/c1', '/patient/chat/c1'];
const decoders = { br: brotliDecompressSync, gzip: gunzipSync };

/** The directives of a policy, by name. */
const directives = (policy) => new Map(policy.split('; ').map((text) => [text.split(' ')[0], text.split(' ').slice(1)]));
const hash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const elements = (name, html) => [...html.matchAll(new RegExp(`<${name}((?:\\s[^>]*)?)>([^]*?)</${name}>`, 'g'))].map(([, given, text]) => ({ given, text }));

for (const QUICKCLINIC_SHARDS of ['1', '4']) {
  withServer(`the web front end, shards ${QUICKCLINIC_SHARDS}`, { env: { QUICKCLINIC_SHARDS } }, (stage) => {
    /** Answers `{ status, headers, bytes }`, the bytes as they came. */
    async function get(path, headers = {}, method = 'GET') {
      const asked = request(`${stage.server.url}`, { path, method, headers, agent: false });
      asked.end();
      const [response] = await within(5000 * patience, once(asked, 'response'), `${method} ${path}`);
      const pieces = [];
      for await (const piece of response) pieces.push(piece);
      return { status: response.statusCode, headers: response.headers, bytes: Buffer.concat(pieces) };
    }
    const assetsOf = (html) => [...new Set([...html.matchAll(/(?:src|href)="(\/_next\/static\/[^"]+)"/g)].map(([, path]) => path))];

    before(async () => {
      const { headers } = await get('/');
      assert.match(headers['content-type'], /^text\/html/, 'this program was built without the front end: ./run and ./test build it');
    });

    it('serves every page, and what each page needs', async () => {
      const assets = new Set();
      for (const path of pages) {
        const { status, headers, bytes } = await get(path);
        assert.equal(status, 200, path);
        assert.equal(headers['content-type'], 'text/html; charset=utf-8');
        assert.equal(headers['cache-control'], 'no-cache');
        assert.equal(Number(headers['content-length']), bytes.length);
        assert.match(bytes.toString(), /^<!DOCTYPE html>/);
        assetsOf(bytes.toString()).forEach((asset) => assets.add(asset));
      }
      assert.ok(assets.size >= 5, [...assets].join());
      for (const path of assets) {
        const { status, headers } = await get(path);
        assert.equal(status, 200, path);
        assert.equal(headers['cache-control'], 'public, max-age=31536000, immutable', path);
        assert.equal(headers['x-content-type-options'], 'nosniff');
        if (/\.js$/.test(path)) assert.equal(headers['content-type'], 'text/javascript; charset=utf-8');
        if (/\.css$/.test(path)) assert.equal(headers['content-type'], 'text/css; charset=utf-8');
      }
    });

    it('sends the same bytes in every coding, each under its own tag', async () => {
      const [script] = assetsOf((await get('/')).bytes.toString()).filter((path) => path.endsWith('.js'));
      for (const path of [script, '/', '/doctor/chat/c1']) {
        const plain = await get(path);
        assert.equal(plain.headers['content-encoding'], undefined);
        assert.equal(plain.headers.vary, 'Accept-Encoding');
        const tags = new Set([plain.headers.etag]);
        for (const [coding, decode] of Object.entries(decoders)) {
          const { headers, bytes } = await get(path, { 'Accept-Encoding': coding });
          assert.equal(headers['content-encoding'], coding, path);
          assert.ok(bytes.length < plain.bytes.length);
          assert.ok(decode(bytes).equals(plain.bytes), `${path} in ${coding}`);
          assert.match(headers.etag, /^"[^"]+"$/);
          tags.add(headers.etag);
        }
        assert.equal(tags.size, 3, path);
      }
      const chosen = async (accept) => (await get('/', { 'Accept-Encoding': accept })).headers['content-encoding'];
      assert.equal(await chosen('gzip, deflate, br, zstd'), 'br');
      assert.equal(await chosen('gzip;q=1.0, br;q=0.5'), 'gzip');
      assert.equal(await chosen('br;q=0, gzip;q=0'), undefined);
    });

    it('says 304 to a browser that has the file', async () => {
      const first = await get('/login', { 'Accept-Encoding': 'br' });
      const again = (tag, coding) => get('/login', { 'Accept-Encoding': coding, 'If-None-Match': tag });
      const { status, headers, bytes } = await again(first.headers.etag, 'br');
      assert.deepEqual([status, bytes.length, headers.etag], [304, 0, first.headers.etag]);
      assert.equal(headers['content-security-policy'], first.headers['content-security-policy']);
      assert.equal((await again(`"x", W/${first.headers.etag}`, 'br')).status, 304);
      assert.equal((await again(first.headers.etag, 'gzip')).status, 200);
      assert.equal((await again('"x"', 'br')).status, 200);
    });

    it('answers HEAD with the head of GET', async () => {
      for (const path of ['/', '/nowhere', '/doctor/chat/c1.txt']) {
        const plain = await get(path);
        const { status, headers, bytes } = await get(path, {}, 'HEAD');
        assert.equal(status, plain.status);
        assert.equal(bytes.length, 0);
        for (const name of ['content-length', 'content-type', 'etag', 'cache-control']) assert.equal(headers[name], plain.headers[name]);
      }
    });

    it('keeps a connection whole over answers of every kind', async () => {
      const wire = new Wire(stage.server);
      const ask = (method, path, more = '') => `${method} ${path} HTTP/1.1\r\nHost: a\r\n${more}\r\n`;
      wire.write(ask('GET', '/login') + ask('HEAD', '/login') + ask('GET', '/login', 'If-None-Match: *\r\n') + ask('GET', '/nowhere') +
        ask('GET', '/health', 'Connection: close\r\n'));
      await wire.end(5000);
      const statuses = [...wire.text.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => status);
      assert.deepEqual(statuses, ['200', '200', '304', '404', '200']);
      assert.match(wire.text, /\{"status":"ok",[^}]+\}$/);
    });

    it('names in the policy every inline script of the page that is sent, and allows no other', async () => {
      for (const path of [...pages, '/nowhere']) {
        const { headers, bytes } = await get(path);
        const policy = directives(headers['content-security-policy']);
        const inline = elements('script', bytes.toString()).filter(({ given }) => !given.includes(' src='));
        assert.ok(inline.length > 0, path);
        assert.deepEqual(new Set(policy.get('script-src')), new Set(["'self'", ...inline.map(({ text }) => hash(text))]), path);
        for (const { text } of elements('style', bytes.toString())) assert.ok(policy.get('style-src').includes(hash(text)), path);
        assert.doesNotMatch(headers['content-security-policy'], /unsafe-inline|unsafe-eval|\*/);
        assert.deepEqual(policy.get('default-src'), ["'self'"]);
        assert.deepEqual(policy.get('connect-src'), ["'self'", `ws://127.0.0.1:${stage.server.port}`]);
        assert.deepEqual(policy.get('img-src'), ["'self'", 'data:']);
        for (const name of ['object-src', 'base-uri', 'frame-ancestors']) assert.deepEqual(policy.get(name), ["'none'"]);
        assert.deepEqual(policy.get('form-action'), ["'self'"]);
        assert.equal(headers['referrer-policy'], 'same-origin');
        assert.equal(headers['cross-origin-opener-policy'], 'same-origin');
        assert.match(headers['permissions-policy'], /camera=\(\)/);
        assert.equal(headers['strict-transport-security'], undefined);
      }
      const secure = await get('/', { 'X-Forwarded-Proto': 'https' });
      assert.match(secure.headers['strict-transport-security'], /^max-age=\d{8}$/);
    });

    it('gives one page to every conversation, and what the router asks for', async () => {
      for (const role of ['doctor', 'patient']) {
        const [page, text] = await Promise.all(['_', '_.txt'].map((name) => get(`/${role}/chat/${name}`)));
        for (const id of ['chfnoqplnuqt4zewuvwuc5eee', 'relation-1', 'a.b', '%E0%A4%86']) {
          const path = `/${role}/chat/${id}`;
          for (const same of [path, `${path}.html`, `${path}?from=list`]) assert.ok((await get(same)).bytes.equals(page.bytes), same);
          assert.ok((await get(`${path}.txt?_rsc=1`)).bytes.equals(text.bytes));
          assert.match((await get(`${path}.txt`)).headers['content-type'], /^text\/plain/);
          for (const piece of ['__next._tree.txt', '__next._full.txt', `__next.${role}.chat.$d$relationId.__PAGE__.txt`]) {
            assert.equal((await get(`${path}/${piece}`)).status, 200, piece);
          }
        }
      }
    });

    it('shows the way from a slash too many', async () => {
      const { status, headers } = await get('/doctor/chat/c1/?x=1');
      assert.deepEqual([status, headers.location], [308, '/doctor/chat/c1?x=1']);
    });

    it('gives nothing to a path that tries something', async () => {
      const { bytes: page } = await get('/nowhere');
      for (const path of [
        '/../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/..%2f..%2fetc/passwd', '/_next/static/../../web.pack', '/_next/static/', '/_next',
        '//login', '//evil.example/..', '/./login', '/x/../login', '/login%00', '/%00', '/login%00.html', '/%2flogin', '/doctor%5Cchat/c1',
        '/doctor\\chat\\c1', '/doctor/chat/..', '/doctor/chat/%2e%2e', '/doctor/chat/c1%2Fd', '/doctor/chat/c1/../../login',
        '/doctor/chat/%C0%AE%C0%AE', '/doctor/chat/%FF', '/doctor/chat/', '/admin/chat/c1', '/login.html.html', '/LOGIN', '/404', '/404.html',
        '/socket.iox/', '/healthy', '/.env', '/index.html/..',
      ]) {
        const { status, headers, bytes } = await get(path);
        assert.equal(status, 404, path);
        assert.match(headers['content-type'], /^text\/html/, path);
        assert.ok(bytes.equals(page), path);
        assert.equal(headers.etag, undefined);
      }
      const wire = new Wire(stage.server);
      wire.write('GET /login\0 HTTP/1.1\r\nHost: a\r\n\r\nGET /\xc0\xae\xc0\xae/login HTTP/1.1\r\nHost: a\r\n\r\n');
      await wire.gets(/HTTP\/1\.1 (400|404) /);
      wire.close();
    });

    it('leaves to the others what is theirs', async () => {
      for (const path of ['/health', '/ready', '/openapi.json', '/api/user/me', '/api/nowhere', '/api', '/socket.io/?EIO=4&transport=x']) {
        const { headers } = await get(path);
        assert.match(headers['content-type'], /^application\/json/, path);
        assert.equal(headers['content-security-policy'], undefined);
      }
    });

    it('takes nothing', async () => {
      for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
        const { status, headers } = await get('/login', {}, method);
        assert.deepEqual([status, headers.allow], [405, 'GET, HEAD'], method);
        assert.equal((await get('/nowhere', {}, method)).status, 404);
      }
    });

    it('sends the largest file whole to a client that reads slowly', async () => {
      const html = (await get('/')).bytes.toString();
      const scripts = await Promise.all(assetsOf(html).map(async (path) => ({ path, bytes: (await get(path)).bytes })));
      const { path, bytes } = scripts.sort((a, b) => b.bytes.length - a.bytes.length)[0];
      const wire = new Wire(stage.server);
      wire.socket.pause();
      wire.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`.repeat(40) + 'GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
      assert.equal((await get('/health')).status, 200); // nobody else waits meanwhile
      wire.socket.resume();
      await wire.end(20_000);
      let at = 0;
      for (let count = 0; count < 40; count += 1) {
        at = wire.received.indexOf('\r\n\r\n', at) + 4;
        assert.ok(wire.received.subarray(at, at + bytes.length).equals(bytes), `answer ${count}`);
        at += bytes.length;
      }
    });
  });
}
