// How much JavaScript the first visit to a conversation loads, as a browser gets it (brotli), and whether that is within
// the limit. Run after `npm run export`.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';

const limitBytes = 160_000;
const out = join(dirname(fileURLToPath(import.meta.url)), '..', 'out');

const page = readFileSync(join(out, 'doctor/chat/_.html'), 'utf8');
const scripts = [...page.matchAll(/<script\b[^>]*>/g)]
  .map(([tag]) => tag)
  .filter((tag) => !/\bnomodule\b/i.test(tag)) // for browsers that know no modules; all others leave them alone
  .map((tag) => /\bsrc="([^"]+)"/.exec(tag)?.[1])
  .filter((source) => source !== undefined);

let total = 0;
for (const source of new Set(scripts)) {
  const path = new URL(source, 'http://localhost').pathname;
  const bytes = brotliCompressSync(readFileSync(join(out, path))).length;
  total += bytes;
  console.log(`${String(bytes).padStart(8)}  ${path}`);
}
console.log(`${String(total).padStart(8)}  of at most ${limitBytes} bytes`);
if (total === 0 || total > limitBytes) process.exit(1);
