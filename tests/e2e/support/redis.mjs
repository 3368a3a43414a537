// A private Redis server: nothing on disk, on a free port of the loopback device, gone with the process that started it.
// The system's own server is never touched.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './postgres.mjs';
import { patience } from './program.mjs';
import { within } from './wait.mjs';

const run = promisify(execFile);

export class Redis {
  #folder = mkdtempSync(join(tmpdir(), 'quickclinic-redis-'));
  #process;

  /** Resolves once it answers. The port stays the same when it is started again. */
  async start() {
    this.port ??= freePort();
    this.url = `redis://127.0.0.1:${this.port}`;
    const settings = ['--port', this.port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', this.#folder];
    this.#process = spawn('setpriv', ['--pdeathsig', 'KILL', '--', 'redis-server', ...settings],
      { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    const ready = new Promise((resolve, reject) => {
      this.#process.stdout.setEncoding('utf8').on('data', (text) => {
        if ((said += text).includes('Ready to accept connections')) resolve();
      });
      this.#process.once('exit', (code) => reject(new Error(`redis-server ended with ${code}: ${said}`)));
      this.#process.once('error', reject);
    });
    await within(10_000 * patience, ready, 'redis-server');
  }

  /** Says something on a channel that is no word of the adapters; `command` is PUBLISH or SPUBLISH. */
  publish(command, channel, text) {
    execFileSync('redis-cli', ['-p', this.port, command, channel, text]);
  }

  /** How many connections listen to a channel of the sharded kind (SSUBSCRIBE). */
  async listeners(channel) {
    const { stdout } = await run('redis-cli', ['-p', this.port, 'PUBSUB', 'SHARDNUMSUB', channel]);
    return Number(stdout.trim().split('\n').at(-1));
  }

  /** Ends it at once, without a farewell. */
  async kill() {
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
  }

  /** Ends it for good. */
  async remove() {
    if (this.#process.exitCode === null && this.#process.signalCode === null) await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
