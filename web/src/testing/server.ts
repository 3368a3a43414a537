// The real program on a demo clinic of its own, for tests that should meet what people meet. `QUICKCLINIC_BIN` names it.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const binary = process.env['QUICKCLINIC_BIN'] === undefined ? undefined : resolve(process.env['QUICKCLINIC_BIN']);

export interface Account {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: string;
  readonly token: string;
}

interface Demo {
  readonly accounts: readonly Account[];
  readonly relations: readonly { readonly id: string; readonly doctor: string; readonly patient: string }[];
}

export class DemoServer {
  readonly #folder = mkdtempSync(join(tmpdir(), 'quickclinic-web-'));
  #process: ChildProcess | undefined;
  #port = 0;
  /** What it said when it last started: the demo's people and their passwords among it. */
  out = '';

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Starts, or starts again at the same place. Resolves when it listens. */
  async start(): Promise<void> {
    const { PATH, HOME } = process.env;
    const child = spawn(binary ?? 'QUICKCLINIC_BIN', ['serve', '--demo', '--host', '127.0.0.1', '--port', String(this.#port)], {
      cwd: this.#folder,
      env: { PATH, HOME, LC_ALL: 'C.UTF-8', NODE_ENV: 'test', QUICKCLINIC_DATA: this.#folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    this.out = '';
    let log = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
    await new Promise<void>((listening, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => { reject(new Error(`the server ended with ${code ?? 'a signal'}: ${log}`)); });
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        this.out += text;
        const port = /^listening on http:\/\/\S+:(\d+)$/m.exec(this.out)?.[1];
        if (port === undefined) return;
        this.#port = Number(port);
        listening();
      });
    });
  }

  get demo(): Demo {
    return JSON.parse(readFileSync(join(this.#folder, 'demo.json'), 'utf8')) as Demo;
  }

  /** A doctor, a patient and their conversation. */
  pair(): { relationId: string; doctor: Account; patient: Account } {
    const { accounts, relations } = this.demo;
    const [relation] = relations;
    const find = (email: string | undefined) => accounts.find((account) => account.email === email);
    const doctor = find(relation?.doctor);
    const patient = find(relation?.patient);
    if (!relation || !doctor || !patient) throw new Error('the demo has no conversation');
    return { relationId: relation.id, doctor, patient };
  }

  async stop(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
