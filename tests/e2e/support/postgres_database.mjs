// A database of the private PostgreSQL server as another program sees it, with the same face as the SQLite file's.
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { Postgres, literal } from './postgres.mjs';

const schema = readFileSync(new URL('./clinic_schema.sql', import.meta.url), 'utf8');

/** An empty database, in which `quickclinic migrate` makes every table. */
export class PostgresDatabase {
  constructor({ server = Postgres.shared, name = server.createDatabase() } = {}) {
    this.server = server;
    this.name = name;
    this.url = server.url(name);
  }

  urlThrough(port) {
    return this.server.url(this.name, { port });
  }

  prepare(migrate, people) {
    migrate();
    this.insert(people);
  }

  insert(tables) {
    const statements = tables.filter(([, , rows]) => rows.length > 0).map(([table, columns, rows]) =>
      `INSERT INTO "${table}" (${columns.map((column) => `"${column}"`)}) VALUES\n` +
      `${rows.map((row) => `(${row.map(literal)})`).join(',\n')};`);
    this.server.psql(this.name, `BEGIN;\n${statements.join('\n')}\nCOMMIT;`);
  }

  run(text, ...parameters) {
    return this.server.psql(this.name, text.replaceAll('?', () => literal(parameters.shift())));
  }

  assertSound() {
    this.run('SELECT 1');
  }

  /** A client of its own, which the caller ends. */
  async connect({ user = 'postgres' } = {}) {
    const client = new pg.Client({ connectionString: this.server.url(this.name, { user }) });
    client.on('error', () => {});
    await client.connect();
    return client;
  }

  /** Holds `mode` on a table until the returned function is called. */
  async lock(table, mode) {
    const client = await this.connect();
    await client.query('BEGIN');
    await client.query(`LOCK TABLE "${table}" IN ${mode} MODE`);
    let ended;
    return () => (ended ??= client.end());
  }

  lockWrites() {
    return this.lock('ChatMessages', 'SHARE ROW EXCLUSIVE');
  }

  /** Ends every connection to it. */
  terminate() {
    return this.server.terminate(this.name);
  }

  remove() {
    if (this.server.running) this.server.psql('postgres', `DROP DATABASE IF EXISTS ${this.name} WITH (FORCE)`);
  }
}

const demanded = {
  // Every phone number is somebody's alone.
  User: ['phoneNo', 'age', 'address', 'pinCode'],
};
let numbers = 9_000_000_000;

/** A clinic's database that the web application's ORM made and filled before our program came. */
export class OrmDatabase extends PostgresDatabase {
  constructor({ server = Postgres.shared, ...more } = {}) {
    super({ server, ...more });
    server.psql(this.name, schema);
  }

  prepare(migrate, people) {
    this.insert(people);
    migrate();
  }

  /** Columns that the ORM's tables demand beside those that everybody uses are filled in. */
  insert(tables) {
    super.insert(tables.map(([table, columns, rows]) => (demanded[table]
      ? [table, [...columns, ...demanded[table]],
        rows.map((row) => [...row, `+91${(numbers += 1)}`, 42, '7 Lake Road', 560001])]
      : [table, columns, rows])));
  }
}
