// The record of who did what: complete, without anybody's words, and impossible to change unnoticed.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Clinic } from './support/clinic.mjs';
import { kind } from './support/database.mjs';
import { Member } from './support/member.mjs';

const table = kind === 'sqlite' ? 'qc_audit' : 'quickclinic.audit';

/** Lets rows be changed by whoever owns the database, as nobody may who merely serves it. */
function unlock(database) {
  if (kind === 'sqlite') {
    database.run('DROP TRIGGER IF EXISTS qc_audit_no_update');
    database.run('DROP TRIGGER IF EXISTS qc_audit_no_delete');
  } else {
    database.run('ALTER TABLE quickclinic.audit DISABLE TRIGGER USER');
  }
}

describe('the audit record', () => {
  let clinic;
  let pair;
  let entries;
  before(async () => {
    clinic = new Clinic();
    pair = clinic.pair();
    await act();
    clinic.mustRun(['user', 'disable', pair.patient.email]);
    clinic.mustRun(['token', pair.doctor.email]);
    entries = clinic.mustRun(['audit', 'list']).trim().split('\n').map((line) => JSON.parse(line));
  });
  after(() => clinic.remove());

  /** What the record is then to tell. */
  async function act() {
    const server = await clinic.serve();
    const members = [];
    const connect = (auth) => {
      members.push(new Member(server.url, { auth }));
      return members.at(-1);
    };
    const join = (user) => connect({ token: clinic.token(user), relationId: pair.id });
    try {
      const doctor = await join(pair.doctor).ready();
      const patient = await join(pair.patient).ready();
      const message = await doctor.send('a word nobody else may know');
      await doctor.ask('send_message', { text: ' ' });
      await patient.ask('get_initial_messages', {});
      await patient.ask('get_messages', {});
      await patient.ask('mark_as_read', { messageId: message.id });
      await join(clinic.pair().patient).refusal();
      const phone = await connect({ token: clinic.token(pair.patient) }).ready();
      await phone.ask('watch_conversations', {});
    } finally {
      for (const member of members) member.close();
      await server.stop();
    }
  }

  const of = (action) => entries.filter((entry) => entry.action === action);
  const verify = () => clinic.run(['audit', 'verify']);

  it('tells who came, who sent, who read and what the operator did', () => {
    assert.deepEqual(of('connect').map(({ actor, result }) => [actor === pair.doctor.id || actor === pair.patient.id, result]),
      [[true, 'ok'], [true, 'ok'], [false, 'unauthorized'], [true, 'ok']]);
    assert.deepEqual(of('send').map(({ actor, relation, result }) => [actor, relation, result]).sort(),
      [[pair.doctor.id, pair.id, 'bad_request'], [pair.doctor.id, pair.id, 'ok']]);
    assert.deepEqual(of('read_history').map(({ actor, result }) => [actor, result]),
      [[pair.patient.id, 'ok'], [pair.patient.id, 'ok']]);
    assert.deepEqual(of('read_receipt').map(({ actor, result }) => [actor, result]), [[pair.patient.id, 'ok']]);
    assert.deepEqual(of('watch').map(({ actor, result }) => [actor, result]), [[pair.patient.id, 'ok']]);
    assert.deepEqual(of('disable_user').map(({ subject }) => subject), [pair.patient.id]);
    assert.deepEqual(of('issue_token').map(({ subject }) => subject), [pair.doctor.id]);
    for (const { address } of of('connect')) assert.equal(address, '127.0.0.1');
    for (const { at } of entries) assert.match(at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('holds no text, no name and no address of a person', () => {
    const all = JSON.stringify(entries);
    for (const secret of ['nobody else may know', pair.doctor.name, pair.doctor.email, pair.patient.name]) {
      assert.ok(!all.includes(secret), secret);
    }
  });

  it('answers who has read of a relation, and of a person', () => {
    for (const whose of [pair.id, pair.patient.id, pair.doctor.email]) {
      const lines = clinic.mustRun(['audit', 'who-read', whose, '--since', '2020-01-01']).trim().split('\n');
      assert.equal(lines.length, 6, lines.join('\n'));
      assert.equal(lines.filter((line) => line.includes('watch') && line.includes(pair.patient.id)).length, 1);
      assert.equal(lines.filter((line) => line.includes('read_history') && line.includes(pair.patient.id)).length, 2);
    }
    assert.equal(clinic.mustRun(['audit', 'who-read', clinic.pair().id, '--since', '2020-01-01']), 'Nobody.\n');
    assert.equal(clinic.mustRun(['audit', 'who-read', pair.id, '--since', '2999-01-01']), 'Nobody.\n');
  });

  it('is whole, and cannot be changed by a statement', () => {
    assert.match(verify().out, /^The audit record is whole: \d+ entries in \d+ chains\.\n$/);
    assert.throws(() => clinic.database.run(`UPDATE ${table} SET actor = 'x'`));
    assert.throws(() => clinic.database.run(`DELETE FROM ${table}`));
  });

  it('names the first entry that somebody has changed, taken out or put in', () => {
    unlock(clinic.database);
    const [[chain]] = clinic.database.run(`SELECT chain FROM ${table} GROUP BY chain HAVING count(*) > 4`);
    const columns = '"chain", "number", "at", "action", "actor", "relation", "subject", "address", "result", "detail", "hash"';
    const broken = (number, what) => {
      const { code, err } = verify();
      assert.equal(code, 1);
      assert.match(err, new RegExp(`entry ${number} of chain ${chain} ${what}`));
    };
    const withChange = (change, undo, number, what) => {
      clinic.database.run(change, chain);
      broken(number, what);
      clinic.database.run(undo, chain);
      assert.equal(verify().code, 0);
    };
    const [[last]] = clinic.database.run(`SELECT max("number") FROM ${table} WHERE chain = ?`, chain);
    withChange(`UPDATE ${table} SET result = result || '!' WHERE chain = ? AND "number" = 3`,
      `UPDATE ${table} SET result = replace(result, '!', '') WHERE chain = ? AND "number" = 3`, 3, 'was changed');
    withChange(`UPDATE ${table} SET "number" = "number" + 100 WHERE chain = ? AND "number" = 3`,
      `UPDATE ${table} SET "number" = "number" - 100 WHERE chain = ? AND "number" = 103`, 3, 'is missing');
    withChange(`INSERT INTO ${table} (${columns}) SELECT "chain", ${last} + 1, ${columns.slice('"chain", "number", '.length)}
      FROM ${table} WHERE chain = ? AND "number" = ${last}`,
    `DELETE FROM ${table} WHERE chain = ? AND "number" = ${last} + 1`, Number(last) + 1, 'was changed');
    clinic.database.run(`DELETE FROM ${table} WHERE chain = ? AND "number" = ?`, chain, last);
    broken(last, 'is missing; chain \\w+ saw it');
    clinic.database.run(`DELETE FROM ${table} WHERE chain = ?`, chain);
    broken(last, 'is missing; chain \\w+ saw it');
  });
});
