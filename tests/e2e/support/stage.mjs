// The matrix: the same tests over every transport, with one shard and with four.
import { after, before, describe } from 'node:test';
import { Clinic } from './clinic.mjs';
import { FaultProxy } from './fault_proxy.mjs';
import { Member, transports } from './member.mjs';

/** A clinic, a server on it, and the people who connect. Made anew for each `describe` that asks for one. */
export class Stage {
  constructor(transport = 'websocket') {
    this.transport = transport;
  }

  /** `database` makes the clinic's; `proxied` puts a `FaultProxy` between it and the server. */
  async open({ database, proxied = false, env = {}, ...options } = {}) {
    this.clinic = new Clinic({ database: database?.() });
    this.env = env;
    if (proxied) {
      this.proxy = await FaultProxy.start(this.clinic.database.server.port);
      this.env = { ...env, DATABASE_URL: this.clinic.database.urlThrough(this.proxy.port) };
    }
    this.server = await this.clinic.serve({ env: this.env, ...options });
  }

  async shut() {
    await this.server?.stop();
    await this.proxy?.stop();
    this.clinic?.remove();
  }

  /** A connection that goes away with the test `t`. It may still be refused: await `ready()` or `refusal()`. */
  member(t, options = {}) {
    const member = new Member(this.server.url, { transport: this.transport, ...options });
    t.after(() => member.close());
    return member;
  }

  /** `user` in the conversation `pair`, connected. */
  enter(t, user, pair, options = {}) {
    const auth = { token: this.clinic.token(user), relationId: pair.id };
    return this.member(t, { auth, ...options }).ready();
  }

  /** `user` without a conversation, for notifications. */
  listen(t, user, options = {}) {
    return this.member(t, { auth: { token: this.clinic.token(user) }, ...options }).ready();
  }

  /** A fresh relation with both sides connected. */
  async conversation(t) {
    const pair = this.clinic.pair();
    const [doctor, patient] = await Promise.all([
      this.enter(t, pair.doctor, pair),
      this.enter(t, pair.patient, pair),
    ]);
    return { pair, doctor, patient };
  }
}

/** Declares `tests(stage)` with a server of its own, started with `options`. */
export function withServer(name, options, tests) {
  describe(name, () => {
    const stage = new Stage();
    before(() => stage.open(options));
    after(() => stage.shut());
    tests(stage);
  });
}

/**
 * Declares `tests(stage)` for one shard and four, and there for each transport. With `concurrency` the tests of one
 * transport run side by side, for those that mostly wait.
 */
export function overMatrix(name, tests, { env = {}, concurrency = false } = {}) {
  for (const shards of ['1', '4']) {
    withServer(`${name}, shards ${shards}`, { env: { QUICKCLINIC_SHARDS: shards, ...env } }, (shared) => {
      for (const transport of Object.keys(transports)) {
        describe(transport, { concurrency }, () => {
          const stage = Object.create(shared, { transport: { value: transport } });
          tests(stage);
        });
      }
    });
  }
}
