// Packs the exported front end (npm run export) into one file, which the C++ program carries inside itself:
//
//   node scripts/pack.mjs [folder of the export] [file to write]
//
// The file is a line "quickclinic-web 1 <bytes of the index>", the index as JSON, then the bodies one behind the other.
// The index: { files: [{ path, type, policy?, bodies: { identity, br?, gzip? } }] }, each body { at, size, tag }, where
// `at` counts from the end of the index. `policy` is the Content-Security-Policy of a page, but for connect-src, which
// depends on where the page is served. src/server/web/pack.hpp reads it.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, extname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const types = {
  '.html': 'text/html; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8', // what Next's router asks for, and robots.txt
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.mp3': 'audio/mpeg',
};

function typeOf(path) {
  const type = types[extname(path)];
  if (!type) throw new Error(`no content type is known for ${path}`);
  return type;
}

const sha256 = (bytes) => createHash('sha256').update(bytes).digest();
const source = (text) => `'sha256-${sha256(text).toString('base64')}'`;
const decoded = (attribute) =>
  attribute.replace(/&(quot|amp|lt|gt|#x27|#39);/g, (_, name) => ({ quot: '"', amp: '&', lt: '<', gt: '>' })[name] ?? "'");

const attributes = String.raw`(?:[^>"']|"[^"]*"|'[^']*')*`;
const elements = (name) => new RegExp(String.raw`<${name}(?=[\s>])(${attributes})>([^]*?)</${name}>`, 'gi');

/** The policy of a page: its own inline scripts and styles by their hashes, and nothing else inline. */
export function policyOf(html, path = 'the page') {
  const scripts = [...html.matchAll(elements('script'))].filter(([, given]) => !/\ssrc\s*=/i.test(given));
  const styles = [...html.matchAll(elements('style'))];
  const markup = html.replace(elements('script'), '<script$1></script>').replace(elements('style'), '<style$1></style>');
  const inTags = [...markup.matchAll(new RegExp(`<[a-z]${attributes}>`, 'gi'))].map(([tag]) => tag.replace(/\/?>$/, ''));
  const attribute = /\s([^\s"'=]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"']+)/g;
  const given = inTags.flatMap((tag) => [...tag.matchAll(attribute)].map(([, name, value]) => ({ name: name.toLowerCase(), value })));
  const handler = given.find(({ name, value }) => name.startsWith('on') || /^["']?\s*javascript:/i.test(value));
  if (handler) throw new Error(`${path} has a script in the attribute ${handler.name}, which no policy should allow`);
  const styled = given.filter(({ name }) => name === 'style').map(({ value }) => decoded(value.replace(/^(["'])([^]*)\1$/, '$2')));
  const hashes = (texts) => [...new Set(texts.map(source))];
  const directives = {
    'default-src': ["'self'"],
    'script-src': ["'self'", ...hashes(scripts.map(([, , text]) => text))],
    'style-src': ["'self'", ...hashes(styles.map(([, , text]) => text)), ...(styled.length ? ["'unsafe-hashes'"] : []), ...hashes(styled)],
    'img-src': ["'self'", 'data:'],
    'object-src': ["'none'"],
    'base-uri': ["'none'"],
    'form-action': ["'self'"],
    'frame-ancestors': ["'none'"],
  };
  return Object.entries(directives).map(([name, sources]) => `${name} ${sources.join(' ')}`).join('; ');
}

const codings = {
  br: (bytes) =>
    brotliCompressSync(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    }),
  gzip: (bytes) => gzipSync(bytes, { level: 9 }),
};

/** The pack of `files`, each { path, bytes } with the path as in a URL, decoded. The same files give the same bytes. */
export function pack(files) {
  const blobs = [];
  const known = new Map();
  let at = 0;
  const place = (bytes) => {
    const tag = `"${sha256(bytes).toString('base64url').slice(0, 22)}"`;
    const body = known.get(tag) ?? { at, size: bytes.length, tag };
    if (!known.has(tag)) {
      known.set(tag, body);
      blobs.push(bytes);
      at += bytes.length;
    }
    return body;
  };
  const compressed = new Map();
  const bodiesOf = (bytes) => {
    const identity = place(bytes);
    let bodies = compressed.get(identity);
    if (!bodies) {
      bodies = { identity };
      for (const [coding, compress] of Object.entries(codings)) {
        const smaller = compress(bytes);
        if (smaller.length < bytes.length) bodies[coding] = place(smaller);
      }
      compressed.set(identity, bodies);
    }
    return bodies;
  };
  const index = {
    files: [...files]
      .sort((a, b) => (a.path < b.path ? -1 : 1))
      .map(({ path, bytes }) => ({
        path,
        type: typeOf(path),
        ...(path.endsWith('.html') ? { policy: policyOf(bytes.toString('utf8'), path) } : {}),
        bodies: bodiesOf(bytes),
      })),
  };
  const text = Buffer.from(JSON.stringify(index));
  return Buffer.concat([Buffer.from(`quickclinic-web 1 ${text.length}\n`), text, ...blobs]);
}

/** The files of an export. Next's page for itself, `_not-found`, is left out: 404.html says the same. */
export function exported(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .map((file) => ({ path: `/${relative(folder, file).split(sep).join('/')}`, bytes: readFileSync(file) }))
    .filter(({ path }) => !/^\/_not-found[./]/.test(path));
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const web = fileURLToPath(new URL('..', import.meta.url));
  const [folder = join(web, 'out'), output = join(web, '../build/web/web.pack')] = process.argv.slice(2);
  const files = exported(folder);
  for (const page of ['/index.html', '/404.html']) {
    if (!files.some(({ path }) => path === page)) throw new Error(`${folder} has no ${page}: run "npm run export" first`);
  }
  const bytes = pack(files);
  mkdirSync(dirname(output), { recursive: true });
  writeFileSync(`${output}.new`, bytes);
  renameSync(`${output}.new`, output); // a build beside this one sees the whole file or the old one
  console.log(`${files.length} files in ${bytes.length} bytes: ${output}`);
}
