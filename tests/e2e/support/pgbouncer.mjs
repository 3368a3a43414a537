// A private PgBouncer in front of a private PostgreSQL server, lending connections by the transaction.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, privately, serverFolder } from './postgres.mjs';
import { patience } from './program.mjs';
import { until, within } from './wait.mjs';

export class PgBouncer {
  #process;
  #ended;

  static async start(server, { poolSize = 4 } = {}) {
    const pooler = new PgBouncer();
    pooler.folder = serverFolder();
    pooler.port = freePort();
    const config = join(pooler.folder, 'pgbouncer.ini');
    const log = join(pooler.folder, 'log');
    writeFileSync(config, [
      '[databases]', `* = host=127.0.0.1 port=${server.port} user=postgres`,
      '[pgbouncer]', 'listen_addr = 127.0.0.1', `listen_port = ${pooler.port}`, 'unix_socket_dir =', 'auth_type = any',
      'pool_mode = transaction', `default_pool_size = ${poolSize}`, 'max_client_conn = 200',
      // Its own 15 seconds between attempts to reach a database that was away would be ours too.
      'server_login_retry = 1', `logfile = ${log}`, '',
    ].join('\n'));
    chmodSync(config, 0o644);
    const [program, ...args] = privately(['/usr/sbin/pgbouncer', '-q', config]);
    pooler.#process = spawn(program, args, { stdio: 'ignore' });
    pooler.#ended = once(pooler.#process, 'exit');
    pooler.#ended.then(() => (pooler.over = true));
    const up = () => pooler.over || readIfThere(log).includes('process up');
    await until(10_000 * patience, up, 'PgBouncer to start');
    if (pooler.over) throw new Error(`PgBouncer ended: ${readIfThere(log)}`);
    return pooler;
  }

  async stop() {
    this.#process.kill('SIGKILL');
    await within(10_000 * patience, this.#ended, 'PgBouncer to end');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
