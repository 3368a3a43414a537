// A private PostgreSQL server: in a temporary folder, on a free port of the loopback device, durable as in earnest, run
// without root's rights, gone with the process that started it. The system's own server is never touched.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  accessSync, appendFileSync, chownSync, closeSync, constants, existsSync, mkdtempSync, openSync, readFileSync, readdirSync,
  readlinkSync, rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { patience } from './program.mjs';
import { until, within } from './wait.mjs';

const versions = '/usr/lib/postgresql';
const programs = join(versions, existsSync(versions) ? readdirSync(versions).sort((a, b) => a - b).at(-1) : 'none', 'bin');
const asRoot = process.getuid() === 0;
const idOf = (flag) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout);
const unprivileged = asRoot ? { user: idOf('-u'), group: idOf('-g') } : undefined;

/** The command without root's rights; it ends with us. */
export const privately = (command) => ['setpriv', '--pdeathsig', 'QUIT',
  ...(asRoot ? ['--reuid', `${unprivileged.user}`, '--regid', `${unprivileged.group}`, '--clear-groups'] : []), '--', ...command];

const started = new Set();
process.on('exit', () => started.forEach((server) => server.remove()));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));

/** Waits on this thread, for what is started before any test runs. */
const doze = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

/** In memory where the system offers that: a killed process loses nothing there either, and syncing takes no time. */
function parentFolder() {
  try {
    accessSync('/dev/shm', constants.W_OK);
    return '/dev/shm';
  } catch {
    return tmpdir();
  }
}

/** A folder that the unprivileged server may use; the caller removes it. */
export function serverFolder() {
  const folder = mkdtempSync(join(parentFolder(), 'quickclinic-pg-'));
  if (asRoot) chownSync(folder, unprivileged.user, unprivileged.group);
  return folder;
}

export function freePort() {
  // Bound and let go at once; a server that finds it taken is started again with another one.
  const script = 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })';
  return Number(spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' }).stdout);
}

export const literal = (value) => {
  if (value === null || value === undefined) return 'NULL';
  if (value instanceof Date) return `'${value.toISOString().replace('Z', '')}'`;
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`;
  return `${value}`;
};

export class Postgres {
  #process;
  #ended;

  /** The server of this test process, started when it is first asked for. */
  static get shared() {
    return (Postgres.#shared ??= new Postgres());
  }
  static #shared;

  /** `settings` are lines of postgresql.conf; `folder` may be one of the caller's own (`serverFolder`), which is emptied. */
  constructor({ settings = [], folder = serverFolder() } = {}) {
    this.folder = folder;
    this.data = join(folder, 'data');
    this.log = join(folder, 'server.log');
    this.#run(privately([`${programs}/initdb`, '--pgdata', this.data, '--username', 'postgres', '--auth', 'trust',
      '--encoding', 'UTF8', '--locale', 'C.UTF-8', '--no-sync', '--no-instructions']));
    this.configure(["listen_addresses = '127.0.0.1'", `unix_socket_directories = '${folder}'`, 'shared_buffers = 32MB',
      'max_connections = 60', 'max_wal_size = 256MB', ...settings]);
    started.add(this);
    for (let tries = 1; ; tries += 1) {
      this.port = freePort();
      try {
        this.start();
        return;
      } catch (error) {
        if (tries === 3 || !readFileSync(this.log, 'utf8').includes('Address already in use')) throw error;
      }
    }
  }

  #run(command, options = {}) {
    const ended = spawnSync(command[0], command.slice(1), { encoding: 'utf8', timeout: 60_000 * patience, ...options });
    if (ended.status !== 0) throw new Error(`${command.join(' ').slice(0, 300)} ended with ${ended.status}: ${ended.stderr || ended.error}`);
    return ended.stdout;
  }

  /** Lines for the end of postgresql.conf, where the last one wins; `reload` makes a running server read them. */
  configure(lines) {
    appendFileSync(join(this.data, 'postgresql.conf'), `${lines.join('\n')}\n`);
  }

  reload() {
    process.kill(this.pid, 'SIGHUP');
  }

  get pid() {
    return this.#process.pid;
  }

  get running() {
    return this.#process !== undefined && !this.#gone();
  }

  /** While we wait on this thread nobody reaps a child; a zombie has ended. */
  #gone() {
    try {
      return /^State:\tZ/m.test(readFileSync(`/proc/${this.pid}/status`, 'utf8'));
    } catch {
      return true;
    }
  }

  /** When this returns, connections are accepted. */
  start() {
    const command = privately([`${programs}/postgres`, '-D', this.data, '-p', `${this.port}`]);
    const log = openSync(this.log, 'a');
    this.#process = spawn(command[0], command.slice(1), { stdio: ['ignore', log, log] });
    closeSync(log);
    this.#process.unref();
    this.#ended = once(this.#process, 'exit');
    const deadline = Date.now() + 60_000 * patience;
    while (!this.#ready()) {
      if (this.#gone() || Date.now() > deadline) {
        throw new Error(`PostgreSQL did not start: ${readFileSync(this.log, 'utf8').slice(-2000)}`);
      }
      doze(10);
    }
  }

  #ready() {
    try {
      const lines = readFileSync(join(this.data, 'postmaster.pid'), 'utf8').split('\n');
      return Number(lines[0]) === this.pid && lines[7]?.trim() === 'ready';
    } catch {
      return false;
    }
  }

  /** `fast` says goodbye to the clients, `immediate` is a crash, `kill` one of the postmaster without a word to its children. */
  async stop(mode = 'immediate') {
    if (this.running) process.kill(this.pid, { fast: 'SIGINT', immediate: 'SIGQUIT', kill: 'SIGKILL' }[mode]);
    await within(30_000 * patience, this.#ended, 'PostgreSQL to end');
    // The children of a killed postmaster notice on their own; the next one refuses to start beside them.
    await until(30_000 * patience, () => !this.#children().length, 'the children of PostgreSQL to end');
  }

  #children() {
    return readdirSync('/proc').filter((entry) => {
      try {
        return /^\d+$/.test(entry) && readlinkSync(`/proc/${entry}/cwd`) === this.data;
      } catch {
        return false;
      }
    });
  }

  async restart(mode) {
    await this.stop(mode);
    this.start();
  }

  /** The end of it, on the spot. */
  remove() {
    started.delete(this);
    if (this.running) process.kill(this.pid, 'SIGQUIT');
    while (this.running) doze(5);
    rmSync(this.folder, { recursive: true, force: true });
  }

  url(database, { user = 'postgres', port = this.port, parameters = '' } = {}) {
    return `postgresql://${user}@127.0.0.1:${port}/${database}${parameters && `?${parameters}`}`;
  }

  /** Runs SQL to its end; answers the rows of the one query among it, every value as text, NULL as null. */
  psql(database, text, { user = 'postgres' } = {}) {
    const out = this.#run([`${programs}/psql`, '-X', '-q', '-t', '-A', '-F', '\x1f', '-R', '\x1e', '-P', 'null=\x1d', '-v', 'ON_ERROR_STOP=1',
      '-h', this.folder, '-p', `${this.port}`, '-U', user, '-d', database], { input: text, maxBuffer: 1 << 28 });
    if (out === '') return [];
    return out.replace(/\n$/, '').split('\x1e').map((row) => row.split('\x1f').map((value) => (value === '\x1d' ? null : value)));
  }

  /** The definitions of a schema, as pg_dump writes them. */
  describe(database, schema = 'public') {
    const dump = this.#run([`${programs}/pg_dump`, '--schema-only', '--no-owner', '--no-privileges', `--schema=${schema}`,
      '-h', this.folder, '-p', `${this.port}`, '-U', 'postgres', database]);
    // Its commands for psql hold a new password each time.
    return dump.replace(/^\\.*$/gm, '');
  }

  /** A new database, empty or a copy of `pattern`; answers its name. */
  createDatabase({ pattern } = {}) {
    const name = `clinic_${(this.#databases += 1)}`;
    this.psql('postgres', `CREATE DATABASE ${name}${pattern ? ` TEMPLATE ${pattern}` : ''}`);
    return name;
  }
  #databases = 0;

  /** Ends every connection to `database`; answers how many there were. */
  terminate(database) {
    return this.psql('postgres', `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ${literal(database)}`).length;
  }
}
