import { createHash } from 'node:crypto';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { pack, policyOf } from './pack.mjs';

const hash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const directive = (html, name) => new Map(policyOf(html).split('; ').map((text) => [text.split(' ')[0], text.split(' ').slice(1)])).get(name);

/** Undoes `pack`: the index, and a function that finds the bytes of a body. */
function unpack(bytes) {
  const [line] = bytes.toString('latin1', 0, 64).split('\n');
  const [name, version, size] = line.split(' ');
  expect([name, version]).toEqual(['quickclinic-web', '1']);
  const begin = line.length + 1;
  const bodies = bytes.subarray(begin + Number(size));
  return {
    files: JSON.parse(bytes.toString('utf8', begin, begin + Number(size))).files,
    body: ({ at, size: length }) => bodies.subarray(at, at + length),
  };
}

const files = (texts) => Object.entries(texts).map(([path, text]) => ({ path, bytes: Buffer.from(text) }));
const long = 'let a = 1;\n'.repeat(200);

describe('a pack', () => {
  it('holds every file in each coding that makes it smaller', () => {
    const { files: [script, tiny], body } = unpack(pack(files({ '/tiny.txt': 'x', '/a.js': long })));
    expect([script.path, script.type]).toEqual(['/a.js', 'text/javascript; charset=utf-8']);
    expect(body(script.bodies.identity).toString()).toBe(long);
    expect(brotliDecompressSync(body(script.bodies.br)).toString()).toBe(long);
    expect(gunzipSync(body(script.bodies.gzip)).toString()).toBe(long);
    expect(Object.keys(tiny.bodies)).toEqual(['identity']);
  });

  it('gives equal bytes one tag and one place, and others another', () => {
    const [a, b, c] = unpack(pack(files({ '/a.js': long, '/b.js': long, '/c.js': `${long} ` }))).files;
    expect(a.bodies).toEqual(b.bodies);
    const tags = [a, c].flatMap(({ bodies }) => Object.values(bodies).map(({ tag }) => tag));
    expect(new Set(tags).size).toBe(6);
    for (const tag of tags) expect(tag).toMatch(/^"[\w-]{22}"$/);
  });

  it('is the same for the same files, in whatever order they come', () => {
    const given = files({ '/a.js': long, '/b.html': '<p>b</p>', '/c.css': 'p {}' });
    expect(pack(given).equals(pack([...given].reverse()))).toBe(true);
  });

  it('refuses a file whose type nobody knows', () => {
    expect(() => pack(files({ '/a.exe': 'x' }))).toThrow('/a.exe');
  });

  it('has a policy for pages alone', () => {
    const [page, script] = unpack(pack(files({ '/a.html': '<script>1</script>', '/b.js': '1' }))).files;
    expect(page.policy).toContain(hash('1'));
    expect(script.policy).toBeUndefined();
  });
});

describe('the policy of a page', () => {
  it('names its inline scripts, once each, and not those with a source', () => {
    const html = '<script src="/a.js" async=""></script><script>let a = "<p>";\n</script><SCRIPT id="b">2</SCRIPT><script>2</script>';
    expect(directive(html, 'script-src')).toEqual(["'self'", hash('let a = "<p>";\n'), hash('2')]);
  });

  it('takes no attribute for the end of a tag', () => {
    expect(directive('<script data-a="x>y" >3</script>', 'script-src')).toEqual(["'self'", hash('3')]);
  });

  it('names style elements and style attributes as the browser decodes them', () => {
    expect(directive('<style>p {}</style>', 'style-src')).toEqual(["'self'", hash('p {}')]);
    const html = '<p style="font-family:&quot;A&quot;,&#x27;B&#x27;">x</p><p class="style=none">y</p>';
    expect(directive(html, 'style-src')).toEqual(["'self'", "'unsafe-hashes'", hash('font-family:"A",\'B\'')]);
    expect(directive('<p>text style="x"</p>', 'style-src')).toEqual(["'self'"]);
  });

  it('never allows scripts wholesale', () => {
    expect(policyOf('<script>1</script>')).not.toMatch(/unsafe-inline|unsafe-eval/);
    expect(directive('<script>1</script>', 'script-src')).not.toContain("'unsafe-hashes'");
    for (const name of ['object-src', 'base-uri', 'frame-ancestors']) expect(directive('', name)).toEqual(["'none'"]);
  });

  it('refuses scripts in attributes', () => {
    expect(() => policyOf('<p onclick="x()">')).toThrow('onclick');
    expect(() => policyOf('<a href=" javascript:x()">')).toThrow('href');
    expect(policyOf('<script>a.onclick = "x"; "<p onclick=1>"</script>')).toContain('script-src');
  });
});
