// The SQLite file as another program sees it: rows the web application would write, and the state behind the
// server's back. Through Python's standard library, since Node 20 has no SQLite of its own.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

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

/** Runs `statements`, each `[text, [parameters, …]]`, in one transaction; answers the rows of the last one. */
export function sqlAll(path, statements) {
  const input = JSON.stringify([path, statements]);
  const run = spawnSync('python3', ['-c', script], { input, encoding: 'utf8', timeout: 30_000 });
  if (run.status !== 0) throw new Error(`python3 failed: ${run.stderr || run.error}`);
  return JSON.parse(run.stdout);
}

export function sql(path, text, ...parameters) {
  return sqlAll(path, [[text, [parameters]]]);
}

/** Holds the database's write lock until the returned function is called. */
export async function lockWrites(path) {
  const holder = spawn('python3', ['-c', `
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], timeout=10, isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
connection.execute("ROLLBACK")
`, path], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(holder, 'exit');
  await once(holder.stdout, 'data');
  return async () => {
    holder.stdin.end();
    await ended;
  };
}
