// Carrying a clinic away and into another database, and taking a person out of it.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Clinic } from './support/clinic.mjs';
import { kind, makeDatabase } from './support/database.mjs';
import { Member } from './support/member.mjs';

const parse = (text) => text.trim().split('\n').map((line) => JSON.parse(line));

// A table of people that wants more than we know of them takes nobody new from us.
describe('an archive', { skip: kind === 'orm' }, () => {
  let clinic;
  let pair;
  let other;
  let archive;
  before(async () => {
    clinic = new Clinic();
    pair = clinic.pair();
    other = clinic.pair();
    const written = clinic.writeMessages(pair, ['Good morning', 'a\n"quoted" \\ text', 'שלום 🙂', 'last']);
    await mark(written);
    clinic.writeMessages(other, ['elsewhere']);
    clinic.mustRun(['hold', 'set', other.id, '--reason', 'a court asked']);
    archive = clinic.mustRun(['export', '--all', '--with-passwords']);
  });
  after(() => clinic.remove());

  /** The patient has read two of the messages and received all of them. */
  async function mark(written) {
    const server = await clinic.serve();
    const auth = { token: clinic.token(pair.patient), relationId: pair.id };
    const patient = new Member(server.url, { auth });
    try {
      await patient.ready();
      assert.equal((await patient.ask('mark_as_read', { messageId: written[1].id })).ok, true);
      assert.equal((await patient.ask('mark_as_delivered', { messageId: written[3].id })).ok, true);
    } finally {
      patient.close();
      await server.stop();
    }
  }

  /** An empty database, and the program on it. */
  function empty(name) {
    const folder = join(clinic.folder, name);
    mkdirSync(folder);
    const database = makeDatabase(folder);
    return { database, run: (args, options = {}) => clinic.run(args, { ...options, env: { DATABASE_URL: database.url } }) };
  }

  it('holds everything in an order that is always the same', () => {
    const lines = parse(archive);
    const types = [...new Set(lines.map(({ type }) => type))];
    assert.deepEqual(types, ['user', 'relation', 'message', 'read', 'delivered', 'hold', 'end']);
    assert.equal(lines.at(-1).lines, lines.length - 1);
    for (const type of ['user', 'relation']) {
      const ids = lines.filter((line) => line.type === type).map(({ id }) => id);
      assert.deepEqual(ids, [...ids].sort());
    }
    assert.deepEqual(lines.filter(({ type, relationId }) => type === 'message' && relationId === pair.id).map(({ text }) => text),
      ['Good morning', 'a\n"quoted" \\ text', 'שלום 🙂', 'last']);
    assert.equal(clinic.mustRun(['export', '--all', '--with-passwords']), archive);
    assert.ok(!clinic.mustRun(['export', '--all']).includes('"password"'));
  });

  it('makes the same database out of an empty one, however often', () => {
    const target = empty('copy');
    const first = target.run(['import', '-'], { input: archive });
    assert.equal(first.code, 0, first.err);
    assert.match(first.out, /^\d+ records brought in, 0 there already, 0 left out\.\n$/);
    assert.equal(target.run(['export', '--all', '--with-passwords']).out, archive);
    const again = target.run(['import', '-'], { input: archive });
    assert.match(again.out, /^0 records brought in, \d+ there already, 0 left out\.\n$/);
    assert.equal(target.run(['export', '--all', '--with-passwords']).out, archive);
    target.database.remove();
  });

  it('goes on where it stopped', () => {
    const file = join(clinic.folder, 'part.jsonl');
    const lines = archive.split('\n');
    for (const [index, cut] of [0, 1, 200, 301, lines.length - 7, lines.length - 5, lines.length - 3, lines.length - 2].entries()) {
      const begun = `${file}${index}`;
      writeFileSync(begun, `${lines.slice(0, cut).map((line) => `${line}\n`).join('')}{"type":"mess`);
      clinic.mustRun(['export', '--all', '--with-passwords', '--output', begun, '--resume']);
      assert.equal(readFileSync(begun, 'utf8'), archive, `cut behind line ${cut}`);
    }
    const whole = `${file}-whole`;
    assert.match(clinic.mustRun(['export', '--all', '--output', whole]), /^\d+ lines in .*-whole\.\n$/);
    assert.equal(statSync(whole).mode & 0o777, 0o600);
    assert.match(clinic.run(['export', '--all', '--output', whole]).err, /is there already; --resume/);
    assert.equal(clinic.run(['export', '--all', '--output', whole, '--resume']).code, 0);
  });

  it('tells of one conversation, and of one person, and no address of others', () => {
    for (const scope of [['--relation', pair.id], ['--user', pair.patient.email]]) {
      const lines = parse(clinic.mustRun(['export', ...scope]));
      assert.deepEqual(lines.filter(({ type }) => type === 'user').map(({ id }) => id), [pair.doctor.id, pair.patient.id].sort());
      assert.deepEqual(lines.filter(({ type }) => type === 'relation').map(({ id }) => id), [pair.id]);
      assert.equal(lines.filter(({ type }) => type === 'message').length, 4);
      const addresses = lines.flatMap(({ email }) => email ?? []);
      assert.deepEqual(addresses, scope[0] === '--user' ? [pair.patient.email] : []);
      assert.ok(!lines.some(({ password }) => password));
    }
    assert.match(clinic.run(['export', '--user', 'nobody@clinic.example']).err, /nobody@clinic\.example/);
    assert.match(clinic.run(['export', '--user', pair.id]).err, /is no person/);
  });

  it('leaves out bad lines by number, and brings in the rest', () => {
    const target = empty('bad');
    const lines = archive.trim().split('\n');
    const [, second] = lines;
    lines.splice(1, 1, 'not JSON', '{"type":"cat"}', second, '{"type":"message","id":"x","relationId":"none","senderId":"y",'
      + '"text":"z","createdAt":"2026-01-01T00:00:00.000Z","updatedAt":"2026-01-01T00:00:00.000Z"}');
    const { code, out, err } = target.run(['import', '-'], { input: `${lines.join('\n')}\n` });
    assert.equal(code, 1);
    assert.match(err, /^line 2 left out: it is not JSON$/m);
    assert.match(err, /^line 3 left out: its type is not known$/m);
    assert.match(err, /^line 5 left out: what it refers to is not there/m);
    assert.match(out, / 3 left out\.$/m);
    assert.equal(target.run(['export', '--all', '--with-passwords']).out, archive);
    const cut = target.run(['import', '-'], { input: archive.slice(0, -200) });
    assert.equal(cut.code, 1);
    assert.match(cut.err, /cut off/);
    assert.match(target.run(['import', '/nowhere/at/all']).err, /\/nowhere\/at\/all/);
    target.database.remove();
  });

  it('is recorded', () => {
    const exports = parse(clinic.mustRun(['audit', 'list'])).filter(({ action }) => action === 'export');
    assert.ok(exports.some(({ subject, relation }) => subject === '' && relation === ''));
    assert.ok(exports.some(({ relation }) => relation === pair.id));
    assert.ok(exports.some(({ subject }) => subject === pair.patient.id));
    const readers = clinic.mustRun(['audit', 'who-read', pair.doctor.id, '--since', '2020-01-01']);
    assert.match(readers, /export {2}os:\d+/);
  });
});

describe('the erasure of a person', () => {
  let clinic;
  let pair;
  before(() => {
    clinic = new Clinic();
    pair = clinic.pair();
    clinic.writeMessages(pair, ['from the doctor', 'from the patient 1', 'from the doctor', 'from the patient 2']);
  });
  after(() => clinic.remove());

  it('asks first', () => {
    const { code, err } = clinic.run(['erase', pair.patient.email], { input: 'no\n' });
    assert.equal(code, 1);
    assert.match(err, /Nothing was erased/);
  });

  it('is refused while anything of theirs is on hold', () => {
    for (const what of [pair.id, pair.patient.email]) {
      clinic.mustRun(['hold', 'set', what, '--reason', 'a court asked']);
      assert.match(clinic.mustRun(['hold', 'list']), /(user|relation) {2}\S+ {2}a court asked\n$/);
      const { code, err } = clinic.run(['erase', pair.patient.email, '--yes']);
      assert.equal(code, 1);
      assert.match(err, /on hold/);
      clinic.mustRun(['hold', 'clear', what]);
    }
    assert.equal(clinic.mustRun(['hold', 'list']), '');
    assert.match(clinic.run(['hold', 'clear', pair.id]).err, /is not on hold/);
  });

  it('takes out name, address and texts, and nothing of others', () => {
    const out = clinic.mustRun(['erase', pair.patient.email], { input: 'yes\n' });
    assert.match(out, /texts of 2 messages/);

    const lines = parse(clinic.mustRun(['export', '--all', '--with-passwords']));
    const person = lines.find(({ id }) => id === pair.patient.id);
    assert.equal(person.name, 'Erased');
    assert.equal(person.email, `erased-${pair.patient.id}@erased.invalid`);
    assert.equal(person.isActive, false);
    assert.deepEqual(lines.filter(({ relationId }) => relationId === pair.id).map(({ text }) => text),
      ['from the doctor', '[erased]', 'from the doctor', '[erased]']);
    assert.equal(lines.find(({ id }) => id === pair.doctor.id).name, pair.doctor.name);
    if (kind === 'sqlite') {
      const file = readFileSync(clinic.database.file);
      assert.ok(file.includes('from the doctor'));
      for (const secret of ['from the patient', pair.patient.email]) assert.ok(!file.includes(secret), secret);
    }
  });

  it('is recorded without the text, and finds nothing to do twice', () => {
    assert.match(clinic.mustRun(['erase', pair.patient.id, '--yes']), /^Erased/);
    const erased = parse(clinic.mustRun(['audit', 'list'])).filter(({ action }) => action === 'erase');
    assert.deepEqual(erased.map(({ subject, result }) => [subject, result]),
      [[pair.patient.id, 'conflict'], [pair.patient.id, 'conflict'], [pair.patient.id, 'ok'], [pair.patient.id, 'ok']]);
    assert.equal(clinic.run(['audit', 'verify']).code, 0);
    assert.match(clinic.run(['erase', 'nobody', '--yes']).err, /nobody/);
  });
});
