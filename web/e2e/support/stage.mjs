// The demo clinic with the real program behind it and real Chromium before it; between the two, a line that can be cut.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { io } from 'socket.io-client';
import { FaultProxy } from '../../../tests/e2e/support/fault_proxy.mjs';
import { Server } from '../../../tests/e2e/support/program.mjs';
import { Person } from './person.mjs';
import { patience } from './waiting.mjs';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

/** Chromium refuses its sandbox to root; the pages are our own. */
async function launchBrowser() {
  if (!executablePath) throw new Error('there is no Chromium; ./test installs it');
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage', '--force-color-profile=srgb'] });
}

/** Reads what `serve --demo` prints: people by their first names in small letters. */
function readPeople(printed) {
  const people = {};
  for (const [, name, role, email, password, token] of printed.matchAll(
    /^ {2}(\S.*) \((DOCTOR|PATIENT)\)\n {4}(\S+) {2}password (\S+)\n {4}token (\S+)$/gm,
  )) {
    const { id } = JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
    people[name.split(' ')[0].toLowerCase()] = { id, name, role, email, password, token };
  }
  return people;
}

export class Stage {
  #folder = mkdtempSync(join(tmpdir(), 'quickclinic-web-'));
  #options;
  #contexts = [];

  /** `args` and `env` are the server's. */
  static async open({ args = [], env = {} } = {}) {
    const stage = new Stage();
    stage.#options = { args: ['--demo', ...args], env: { QUICKCLINIC_DATA: stage.#folder, ...env }, cwd: stage.#folder };
    await stage.startServer();
    stage.people = readPeople(stage.server.out);
    stage.browser = await launchBrowser();
    return stage;
  }

  async startServer() {
    // The line has one address from the beginning to the end, whichever port the server gets.
    this.server = await Server.start(this.#options);
    this.line ??= await FaultProxy.start(this.server.port);
    this.line.target = this.server.port;
    this.url = `http://127.0.0.1:${this.line.port}`;
  }

  /** The conversation of two people, by their names in `people`. */
  async relation(one, other) {
    const { relations } = await this.api(one, '/api/doctorpatientrelations');
    const ids = [this.people[one].id, this.people[other].id];
    return relations.find(({ doctorsUserId, patientsUserId }) => ids.includes(doctorsUserId) && ids.includes(patientsUserId)).id;
  }

  /** Asks the API past the line, as one of `people`; answers the JSON. */
  async api(name, path, { method = 'GET', body } = {}) {
    const answer = await fetch(this.server.url + path, {
      method,
      headers: { Authorization: `Bearer ${this.people[name].token}`, 'Content-Type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
    return answer.json();
  }

  /** Sends past the line, as one of `people`, what no composer would let through; over the socket, which takes more at once. */
  async send(name, relationId, text) {
    const socket = io(this.server.url, { auth: { token: this.people[name].token, relationId }, transports: ['websocket'] });
    try {
      const answer = await socket.timeout(10_000 * patience).emitWithAck('send_message', { text });
      if (!answer.ok) throw new Error(answer.error.message);
    } finally {
      socket.close();
    }
  }

  /** The texts of the newest messages of a conversation, oldest first. */
  async stored(name, relation, limit = 100) {
    const { chats } = await this.api(name, `/api/doctorpatientrelations/${relation}/chats?limit=${limit}`);
    return chats.map(({ text }) => text);
  }

  /**
   * One of `people` at a browser of their own, signed in. `options` are Playwright's for a context; `token` stands in for
   * their own, and null leaves them at the login.
   */
  async person(name, { token, ...options } = {}) {
    const context = await this.browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/Berlin', ...options });
    this.#contexts.push(context);
    if (token !== null) {
      await context.addCookies([{ name: 'token', value: token ?? this.people[name].token, url: this.url, httpOnly: true, sameSite: 'Lax' }]);
    }
    return Person.at(context, this.people[name], this.url);
  }

  /** Ends everybody and everything; the test file calls it at its end. */
  async close() {
    // Whatever a test did, the next steps must run.
    await Promise.allSettled(this.#contexts.map((context) => context.close()));
    await this.browser?.close();
    if (this.server?.running) await this.server.stop();
    await this.line?.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
