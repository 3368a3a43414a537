// The program `conformance-fixture` as a process, and clients that go away with the test that made them.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, describe } from 'node:test';
import { fileURLToPath } from 'node:url';
import { patience } from '../../e2e/support/program.mjs';
import { within } from '../../e2e/support/wait.mjs';

const binary = process.env.QUICKCLINIC_BIN ??
  fileURLToPath(new URL('../../../build/release/conformance-fixture', import.meta.url));

/** For what is not about heartbeats: a busy machine may take longer than those of a mode allow. */
export const calm = ['--ping-interval', '25000'];

/** The ways in which an official client can be told to connect. */
export const ways = { polling: ['polling'], websocket: ['websocket'], upgrade: ['polling', 'websocket'] };

export class Fixture {
  async start(args) {
    this.process = spawn(binary, ['--port', '0', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    const listening = new Promise((resolve, reject) => {
      this.process.stdout.setEncoding('utf8').on('data', (text) => {
        const line = /^listening on (\d+)$/m.exec(said += text);
        if (line) resolve(line[1]);
      });
      this.process.once('exit', (code) => reject(new Error(`the fixture ended with ${code}`)));
      this.process.once('error', reject);
    });
    this.port = Number(await within(10_000 * patience, listening, 'the line "listening on"'));
    this.url = `http://127.0.0.1:${this.port}`;
  }

  async stop() {
    const ended = once(this.process, 'exit');
    this.process.kill('SIGTERM');
    await within(15_000 * patience, ended, 'the fixture to end');
  }
}

/** Declares `tests(fixture)` with a process of its own, started with `args`. */
export function withFixture(name, args, tests) {
  describe(name, () => {
    const fixture = new Fixture();
    before(() => fixture.start(args));
    after(() => fixture.stop());
    tests(fixture);
  });
}

/** Resolves with the arguments of the next `event` of an official client; every such client has `once`. */
export function next(emitter, event) {
  const came = new Promise((resolve) => emitter.once(event, (...args) => resolve(args)));
  return within(5000 * patience, came, `the event "${event}"`);
}

/** Resolves with the arguments of the next `count` times that `event` comes. */
export async function several(emitter, event, count) {
  const all = [];
  const came = new Promise((resolve) => emitter.on(event, (...args) => all.push(args) === count && resolve()));
  await within(5000 * patience, came, `"${event}", ${count} times`);
  return all;
}
