// What tells a machine how the program is, `quickclinic health`; and a socket that a service manager has opened for it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { it } from 'node:test';
import { makeCertificate } from './support/certificates.mjs';
import { fetchPlain } from './support/http.mjs';
import { freePort } from './support/postgres.mjs';
import { OrmDatabase } from './support/postgres_database.mjs';
import { binary, patience } from './support/program.mjs';
import { withServer } from './support/stage.mjs';
import { until, within } from './support/wait.mjs';

const health = (clinic, port, env = {}) => clinic.runBeside(['health', '--host', '127.0.0.1', '--port', String(port)], { env });

withServer('the command health', { database: () => new OrmDatabase(), proxied: true }, (stage) => {
  it('says what /ready does, and by its exit code', async (t) => {
    assert.deepEqual(await health(stage.clinic, stage.server.port), { code: 0, signal: null, out: '{"status":"ready"}\n', err: '' });

    t.after(() => stage.proxy.heal());
    stage.proxy.close();

    const unwell = await until(10_000 * patience, async () => {
      const answer = await health(stage.clinic, stage.server.port);
      return answer.code !== 0 && answer;
    }, 'it to be unwell');
    assert.deepEqual([unwell.code, unwell.out], [1, '']);
    assert.equal(unwell.err, 'quickclinic: not ready: {"error":"Service unavailable","missing":["database"]}.\n');
  });

  it('fails where nobody listens', async () => {
    const port = freePort();
    const { code, err } = await health(stage.clinic, port);
    assert.deepEqual([code, err], [1, `quickclinic: http://127.0.0.1:${port}/ready: Connection refused.\n`]);
  });

  it('asks a server with TLS for a connection alone', async () => {
    const { certificate: TLS_CERT, key: TLS_KEY } = makeCertificate(stage.clinic.folder, 'health');
    const env = { ...stage.env, TLS_CERT, TLS_KEY };
    stage.proxy.heal();
    const server = await stage.clinic.serve({ env });
    assert.deepEqual(await health(stage.clinic, server.port, env), { code: 0, signal: null, out: 'takes connections\n', err: '' });
    await server.stop();
    assert.equal((await health(stage.clinic, server.port, env)).code, 1);
  });
});

withServer('a socket that is open before the program starts', {}, (stage) => {
  it('is served, with those who have connected to it before', async (t) => {
    const listener = createServer().listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const url = `http://127.0.0.1:${listener.address().port}`;
    // As sd_listen_fds(3) has it: the sockets from descriptor 3 on, for the process that is named.
    const program = spawn('sh', ['-c', 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" serve --host 127.0.0.1 --port 1', binary], {
      env: { PATH: process.env.PATH, ...stage.clinic.env() }, cwd: stage.clinic.folder, stdio: ['ignore', 'pipe', 'pipe', listener._handle.fd],
    });
    t.after(() => program.kill('SIGKILL'));
    const ended = once(program, 'exit');
    let out = '';
    program.stdout.setEncoding('utf8').on('data', (text) => (out += text));
    listener.close();

    const early = await fetchPlain({ url }, '/health');

    assert.equal(early.status, 200);
    await until(5000 * patience, () => out.includes(`listening on ${url}\n`), 'the line "listening on"');
    program.kill('SIGTERM');
    assert.deepEqual(await within(10_000 * patience, ended, 'the end'), [0, null]);
  });
});
