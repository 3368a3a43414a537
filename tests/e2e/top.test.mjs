// `quickclinic top`, in a terminal and without one.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { it } from 'node:test';
import { binary, patience } from './support/program.mjs';
import { withServer } from './support/stage.mjs';
import { until, within } from './support/wait.mjs';

withServer('top', { env: { QUICKCLINIC_SHARDS: '2' } }, (stage) => {
  const top = (...args) => stage.clinic.runBeside(['top', '--url', stage.server.url, '--interval', '100', ...args]);

  it('prints once what there is', async () => {
    const { code, out, err } = await top('--once');
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, new RegExp(`^quickclinic at ${stage.server.url}/metrics   up \\d+ s$`, 'm'));
    for (const name of ['clients', 'messages', 'traffic', 'database', 'batches', 'trouble', 'process', 'shard', '0', '1']) {
      assert.match(out, new RegExp(`^${name} `, 'm'));
    }
    assert.match(out, /^database +answers in [\d.]+ ms/m);
  });

  it('says why it cannot', async () => {
    const gone = await stage.clinic.runBeside(['top', '--once', '--url', 'http://127.0.0.1:1']);
    assert.deepEqual([gone.code, gone.err], [1, 'quickclinic: http://127.0.0.1:1/metrics: Connection refused.\n']);
    const elsewhere = await stage.clinic.runBeside(['top', '--once', '--url', `${stage.server.url}/nowhere`]);
    assert.match(elsewhere.err, /\/nowhere answers 404/);
    assert.match((await top()).err, /top needs a terminal/);
  });

  /** `top` in a terminal of its own. */
  function terminal(url) {
    const process = spawn('script', ['-qec', `stty cols 60 rows 12; exec ${binary} top --interval 100 --url ${url}`, '/dev/null'], { stdio: 'pipe' });
    const seen = { text: '', process };
    process.stdout.setEncoding('utf8').on('data', (text) => (seen.text += text));
    seen.ended = once(process, 'exit').then(([code]) => code);
    seen.drawn = until(10_000 * patience, () => seen.text.split('\x1b[H').length > 3, 'three pictures');
    return seen;
  }
  const end = (seen) => within(5000 * patience, seen.ended, 'top to end');

  it('draws a screen that fits, until q', async () => {
    const seen = terminal(stage.server.url);
    await seen.drawn;
    seen.process.stdin.write('q');
    assert.equal(await end(seen), 0);
    const picture = seen.text.split('\x1b[H')[2].split('\x1b[J')[0].split(/\r*\n/).map((line) => line.replace('\x1b[K', ''));
    assert.ok(picture.length <= 12, picture.length);
    assert.ok(picture.every((line) => line.length <= 60), picture.join('\n'));
    assert.ok(seen.text.includes('\x1b[?1049l') && seen.text.includes('\x1b[?25h'), 'the terminal as it was');
  });

  it('ends when the server does', async () => {
    const server = await stage.clinic.serve();
    const seen = terminal(server.url);
    await seen.drawn;
    await server.stop();
    assert.equal(await end(seen), 0);
    assert.match(seen.text, /\x1b\[\?1049l[^]*The server has gone\./);
  });
});
