// A backup that is made while everybody talks, by the commands of docs/backup.md, and a server on what it restores.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { it } from 'node:test';
import { ids } from './support/answers.mjs';
import { Clinic } from './support/clinic.mjs';
import { Talker } from './support/load.mjs';
import { Member } from './support/member.mjs';
import { PostgresDatabase } from './support/postgres_database.mjs';
import { Postgres } from './support/postgres.mjs';
import { patience } from './support/program.mjs';
import { SqliteDatabase } from './support/sqlite.mjs';
import { until, within } from './support/wait.mjs';

async function command(...words) {
  const child = spawn(words[0], words.slice(1), { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (complaint += text));
  const [code] = await within(30_000 * patience, once(child, 'close'), words[0]);
  assert.equal(code, 0, complaint);
}

/** Each makes a backup beside the running server, and answers the URL of a database with what is in it. */
const kinds = {
  SQLite: {
    database: undefined,
    async backUp({ folder, database }) {
      // What the shell's .backup does; the shell is not everywhere where the tests run.
      await command('python3', '-c', 'import sqlite3, sys; sqlite3.connect(sys.argv[1]).backup(sqlite3.connect(sys.argv[2]))',
        database.file, join(folder, 'backup.db'));
      return `sqlite:${join(folder, 'backup.db')}`;
    },
  },
  PostgreSQL: {
    database: () => new PostgresDatabase(),
    async backUp({ folder, database }) {
      const file = join(folder, 'backup.dump');
      await command('pg_dump', '--format=custom', `--file=${file}`, database.url);
      const restored = new PostgresDatabase({ server: Postgres.shared });
      await command('pg_restore', '--no-owner', '--exit-on-error', `--dbname=${restored.url}`, file);
      return restored.url;
    },
  },
};

for (const [kind, { database, backUp }] of Object.entries(kinds)) {
  it(`a backup of ${kind} under load has all that was acknowledged before it, and a server goes on with it`, async (t) => {
    const folderOf = database ? { database: database() } : {};
    const clinic = new Clinic(folderOf);
    assert.ok(database || clinic.database instanceof SqliteDatabase, 'this file is for SQLite by default');
    const server = await clinic.serve();
    const pair = clinic.pair();
    const options = (user) => ({ auth: { token: clinic.token(user), relationId: pair.id } });
    const talkers = [pair.doctor, pair.patient].map((user) =>
      new Talker(user.role, async () => ({ url: server.url, options: options(user) })));
    let restored;
    t.after(async () => {
      await restored?.stop();
      if (server.running) await server.stop();
      clinic.remove();
    });
    await until(20_000 * patience, () => talkers.every(({ acknowledged }) => acknowledged.size >= 20), 'some talk');

    const before = talkers.flatMap(({ acknowledged }) => [...acknowledged.values()]);
    const url = await backUp(clinic);
    await until(20_000 * patience, () => talkers.some(({ acknowledged }) => acknowledged.size > before.length), 'talk after the backup');
    await Promise.all(talkers.map((talker) => talker.stop()));
    const reader = await new Member(server.url, options(pair.doctor)).ready();
    const original = ids(await reader.history());
    reader.close();
    await server.stop();

    restored = await clinic.serve({ env: { DATABASE_URL: url } });
    const member = await new Member(restored.url, options(pair.patient)).ready();
    t.after(() => member.close());
    const kept = ids(await member.history());
    const missing = before.filter((id) => !kept.includes(id));
    assert.deepEqual(missing, []);
    assert.deepEqual(kept, original.slice(0, kept.length), 'the beginning of the conversation, in its order');
    const { text } = await member.send('Where were we?');
    assert.equal(text, 'Where were we?');
    assert.equal((await member.history()).length, kept.length + 1);
  });
}
