// A database with people in it, and servers on that database. Everything lives in a private folder that goes away
// with the tests that made it.
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server, run } from './program.mjs';
import { sqlAll } from './sql.mjs';
import { claimsOf, hs256 } from './tokens.mjs';

const pairsMade = 150;

/** The rows of `count` doctors, patients and relations, written as the web application writes them. */
function writePairs(path, count) {
  const now = Date.now();
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
  sqlAll(path, [
    ['INSERT INTO "User" (id, email, name, password, role, "isActive", "createdAt", "updatedAt") VALUES (?, ?, ?, ?, ?, 1, ?, ?)',
      people.map(({ id, email, name, role }) => [id, email, name, '!', role, now, now])],
    ['INSERT INTO "Doctor" (id, "userId") VALUES (?, ?)', side('DOCTOR')],
    ['INSERT INTO "Patient" (id, "userId") VALUES (?, ?)', side('PATIENT')],
    ['INSERT INTO "DoctorPatientRelation" (id, "doctorsUserId", "patientsUserId", "createdAt", "updatedAt") VALUES (?, ?, ?, ?, ?)',
      pairs.map(({ id, doctor, patient }) => [id, doctor.id, patient.id, now, now])],
  ]);
  return pairs;
}

export class Clinic {
  folder = mkdtempSync(join(tmpdir(), 'quickclinic-e2e-'));
  secret = randomBytes(48).toString('base64url');
  database = join(this.folder, 'clinic.db');
  #pairs = [];

  constructor() {
    this.mustRun(['migrate']);
    this.#pairs = writePairs(this.database, pairsMade);
  }

  env(more = {}) {
    return {
      DATABASE_URL: `sqlite:${this.database}`, JWT_SECRET: this.secret, QUICKCLINIC_DATA: this.folder,
      QUICKCLINIC_SHARDS: '1', ...more,
    };
  }

  run(args, { env = {}, ...more } = {}) {
    return run(args, { env: this.env(env), cwd: this.folder, ...more });
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
      return [`m${randomUUID()}`, pair.id, text, sender.id, begin + index * 1000, begin + index * 1000];
    });
    sqlAll(this.database, [[
      'INSERT INTO "ChatMessages" (id, "doctorPatientRelationId", text, "senderId", "createdAt", "updatedAt") VALUES (?, ?, ?, ?, ?, ?)',
      rows,
    ]]);
    return rows.map(([id, , text]) => ({ id, text }));
  }

  removeRelation(pair) {
    sqlAll(this.database, [['DELETE FROM "DoctorPatientRelation" WHERE id = ?', [[pair.id]]]]);
  }

  token(user, more = {}) {
    return hs256(this.secret, claimsOf(user, more));
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
