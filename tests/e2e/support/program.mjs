// The program under test as an operating system sees it: commands, a server process, signals and exit codes.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until, within } from './wait.mjs';

export const binary =
  // Absolute, because it is started from folders of its own.
  resolve(process.env.QUICKCLINIC_BIN ?? fileURLToPath(new URL('../../../build/release/quickclinic', import.meta.url)));

/** Slower builds (sanitizers) get more time for the same work. */
export const patience = Number(process.env.QUICKCLINIC_PATIENCE ?? 1);

/** Our own settings must come from the test alone, never from the shell that runs it. */
function environment(more) {
  const { PATH, HOME, LANG } = process.env;
  const sanitizers = Object.entries(process.env).filter(([name]) => /^[AUTL]BSAN_|^[ATUL]SAN_OPTIONS|^UBSAN/.test(name));
  return { PATH, HOME, LANG, LC_ALL: 'C.UTF-8', ...Object.fromEntries(sanitizers), ...more };
}

/** Runs one command to its end. */
export function run(args, { env = {}, cwd, input = '', timeout = 20_000 } = {}) {
  const result = spawnSync(binary, args, {
    env: environment(env), cwd, input, encoding: 'utf8', timeout: timeout * patience,
  });
  if (result.error) throw result.error;
  return { code: result.status, signal: result.signal, out: result.stdout, err: result.stderr };
}

/** The same beside others: resolves when the command has ended. */
export async function runBeside(args, { env = {}, cwd } = {}) {
  const command = spawn(binary, args, { env: environment(env), cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const result = { out: '', err: '' };
  command.stdout.setEncoding('utf8').on('data', (text) => (result.out += text));
  command.stderr.setEncoding('utf8').on('data', (text) => (result.err += text));
  [result.code, result.signal] = await within(30_000 * patience, once(command, 'close'), `quickclinic ${args.join(' ')}`);
  return result;
}

/** A running server. `url` is where it listens; `log` is what it has written to standard error. */
export class Server {
  #process;
  #ended;
  out = '';
  log = '';

  /** Resolves when connections are accepted; rejects with the log when the process ends before. */
  static async start({ args = [], env = {}, cwd } = {}) {
    const server = new Server();
    await server.#launch(['serve', '--host', '127.0.0.1', '--port', '0', ...args], env, cwd);
    return server;
  }

  async #launch(args, env, cwd) {
    this.#process = spawn(binary, args, { env: environment(env), cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#ended = once(this.#process, 'exit').then(([code, signal]) => ({ code, signal }));
    this.#process.stderr.setEncoding('utf8').on('data', (text) => (this.log += text));
    const listening = new Promise((resolve, reject) => {
      this.#process.stdout.setEncoding('utf8').on('data', (text) => {
        this.out += text;
        const line = /^listening on (https?:\/\/\S+)$/m.exec(this.out);
        if (line) resolve(line[1]);
      });
      this.#ended.then(({ code }) => reject(new Error(`the server ended with ${code}: ${this.log}`)));
      this.#process.once('error', reject);
    });
    this.url = await within(10_000 * patience, listening, 'the line "listening on"');
    this.port = Number(new URL(this.url).port);
  }

  /** Does not wait for anything. */
  signal(name) {
    this.#process.kill(name);
  }

  get pid() {
    return this.#process.pid;
  }

  /** Resolves with `{ code, signal }` when the process has ended by itself. */
  get ended() {
    return this.#ended;
  }

  /** Has a new process take over (SIGUSR2); resolves with it when it has. This one then ends by itself. */
  async handOver() {
    this.#process.kill('SIGUSR2');
    return this.heir();
  }

  async heir() {
    const line = await until(20_000 * patience, () => /handed over pid=(\d+)/.exec(this.log), 'a new process to take over');
    return new Heir(Number(line[1]), this);
  }

  get running() {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** Sends `signal` and waits for the end; answers `{ code, signal }`. */
  async stop(signal = 'SIGTERM') {
    if (this.running) this.#process.kill(signal);
    try {
      return await within(15_000 * patience, this.#ended, `the server to end after ${signal}`);
    } catch (late) {
      this.#process.kill('SIGKILL');
      throw late;
    }
  }
}

/** A server that has taken over from another one: a process that is no child of ours. */
export class Heir {
  constructor(pid, { url, port }) {
    Object.assign(this, { pid, url, port });
  }

  /** One that has ended may wait for somebody to take note of it. */
  get running() {
    try {
      return !/^State:\t[ZX]/m.test(readFileSync(`/proc/${this.pid}/status`, 'utf8'));
    } catch {
      return false;
    }
  }

  handOver() {
    process.kill(this.pid, 'SIGUSR2');
  }

  async stop(signal = 'SIGTERM') {
    if (this.running) process.kill(this.pid, signal);
    await until(15_000 * patience, () => !this.running, `the server to end after ${signal}`);
  }
}
