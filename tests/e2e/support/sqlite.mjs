// The SQLite file as another program sees it: rows the web application would write, and the state behind the
// server's back. Through Python's standard library, since Node 20 has no SQLite of its own.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const script = `
import json, sqlite3, sys
path, statements = json.load(sys.stdin)
connection = sqlite3.connect(path, timeout=10)
connection.execute("PRAGMA legacy_alter_table=ON")
rows = []
with connection:
    for text, rows_of_parameters in statements:
        for parameters in rows_of_parameters:
            rows = [list(row) for row in connection.execute(text, parameters)]
connection.close()
json.dump(rows, sys.stdout)
`;

const stored = (value) => (value instanceof Date ? value.getTime() : typeof value === 'boolean' ? Number(value) : value);

export class SqliteDatabase {
  constructor(folder) {
    this.file = join(folder, 'clinic.db');
    this.url = `sqlite:${this.file}`;
  }

  #run(statements) {
    const input = JSON.stringify([this.file, statements]);
    const run = spawnSync('python3', ['-c', script], { input, encoding: 'utf8', timeout: 30_000 });
    if (run.status !== 0) throw new Error(`python3 failed: ${run.stderr || run.error}`);
    return JSON.parse(run.stdout);
  }

  /** Puts the server's tables and then people into it. */
  prepare(migrate, people) {
    migrate();
    this.insert(people);
  }

  /** Rows into several tables in one transaction, each `[table, columns, rows]`. Times are Dates. */
  insert(tables) {
    this.#run(tables.map(([table, columns, rows]) => [
      `INSERT INTO "${table}" (${columns.map((column) => `"${column}"`)}) VALUES (${columns.map(() => '?')})`,
      rows.map((row) => row.map(stored)),
    ]));
  }

  /** Runs one statement; `?` stands for a parameter. Answers its rows. */
  run(text, ...parameters) {
    return this.#run([[text, [parameters]]]);
  }

  assertSound() {
    const [[verdict]] = this.run('PRAGMA integrity_check');
    if (verdict !== 'ok') throw new Error(`the file is damaged: ${verdict}`);
  }

  /** Keeps everybody from writing messages until the returned function is called. */
  async lockWrites() {
    const holder = spawn('python3', ['-c', `
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], timeout=10, isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
connection.execute("ROLLBACK")
`, this.file], { stdio: ['pipe', 'pipe', 'inherit'] });
    const ended = once(holder, 'exit');
    await once(holder.stdout, 'data');
    return async () => {
      holder.stdin.end();
      await ended;
    };
  }

  remove() {}
}
