// A database with people in it, and servers on that database. Everything lives in a private folder that goes away
// with the tests that made it.
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeDatabase } from './database.mjs';
import { Server, run, runBeside } from './program.mjs';
import { claimsOf, hs256 } from './tokens.mjs';

const pairsMade = 150;

/** `count` doctors, patients and relations, and their rows as the web application writes them. */
function makePairs(count) {
  const now = new Date();
  const pairs = Array.from({ length: count }, (_, index) => {
    const person = (role, name) => {
      const id = `${role[0].toLowerCase()}${randomUUID().replaceAll('-', '').slice(0, 24)}`;
      return { id, role, name: `${name} ${index}`, email: `${id}@clinic.example` };
    };
    const doctor = person('DOCTOR', 'Dr. Asha Rao');
    const patient = person('PATIENT', 'Ravi Menon');
    return { id: `r${randomUUID().replaceAll('-', '').slice(0, 24)}`, doctor, patient };
  });
  const people = pairs.flatMap(({ doctor, patient }) => [doctor, patient]);
  const side = (role) => people.filter((person) => person.role === role).map(({ id }) => [`side_${id}`, id]);
  const rows = [
    ['User', ['id', 'email', 'name', 'password', 'role', 'isActive', 'createdAt', 'updatedAt'],
      people.map(({ id, email, name, role }) => [id, email, name, '!', role, true, now, now])],
    ['Doctor', ['id', 'userId'], side('DOCTOR')],
    ['Patient', ['id', 'userId'], side('PATIENT')],
    ['DoctorPatientRelation', ['id', 'doctorsUserId', 'patientsUserId', 'createdAt', 'updatedAt'],
      pairs.map(({ id, doctor, patient }) => [id, doctor.id, patient.id, now, now])],
  ];
  return { pairs, rows };
}

export class Clinic {
  folder = mkdtempSync(join(tmpdir(), 'quickclinic-e2e-'));
  secret = randomBytes(48).toString('base64url');
  #pairs = [];

  /** `database` is one of `database.mjs`, by default of the kind that the environment names. */
  constructor({ database } = {}) {
    this.database = database ?? makeDatabase(this.folder);
    const { pairs, rows } = makePairs(pairsMade);
    this.database.prepare(() => this.mustRun(['migrate']), rows);
    this.#pairs = pairs;
  }

  env(more = {}) {
    return {
      DATABASE_URL: this.database.url, JWT_SECRET: this.secret, QUICKCLINIC_DATA: this.folder,
      QUICKCLINIC_SHARDS: '1',
      // Many tests write more than people do; the limits have tests of their own.
      LIMIT_MESSAGES_PER_USER: 'off', LIMIT_MESSAGES_PER_RELATION: 'off', ...more,
    };
  }

  run(args, { env = {}, ...more } = {}) {
    return run(args, { env: this.env(env), cwd: this.folder, ...more });
  }

  runBeside(args, { env = {}, ...more } = {}) {
    return runBeside(args, { env: this.env(env), cwd: this.folder, ...more });
  }

  mustRun(args, options) {
    const result = this.run(args, options);
    if (result.code !== 0) throw new Error(`quickclinic ${args.join(' ')} ended with ${result.code}: ${result.err}`);
    return result.out;
  }

  serve({ args, env = {} } = {}) {
    return Server.start({ args, env: this.env(env), cwd: this.folder });
  }

  /** A relation nobody has used yet: `{ id, doctor, patient }`. */
  pair() {
    const pair = this.#pairs.pop();
    if (!pair) throw new Error('the clinic has run out of unused relations');
    return pair;
  }

  /** Stores `texts` in a relation behind the server's back, doctor and patient in turn; answers `[{ id, text }]`. */
  writeMessages(pair, texts) {
    const begin = Date.now() - 86_400_000;
    const rows = texts.map((text, index) => {
      const sender = index % 2 === 0 ? pair.doctor : pair.patient;
      const at = new Date(begin + index * 1000);
      return [`m${randomUUID()}`, pair.id, text, sender.id, at, at];
    });
    this.database.insert([
      ['ChatMessages', ['id', 'doctorPatientRelationId', 'text', 'senderId', 'createdAt', 'updatedAt'], rows],
    ]);
    return rows.map(([id, , text]) => ({ id, text }));
  }

  removeRelation(pair) {
    this.database.run('DELETE FROM "DoctorPatientRelation" WHERE id = ?', pair.id);
  }

  token(user, more = {}) {
    return hs256(this.secret, claimsOf(user, more));
  }

  remove() {
    this.database.remove();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
