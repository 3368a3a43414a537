// Which database the tests run on: QUICKCLINIC_E2E_DATABASE says it for a whole file.
import { OrmDatabase, PostgresDatabase } from './postgres_database.mjs';
import { SqliteDatabase } from './sqlite.mjs';

const kinds = {
  sqlite: (folder) => new SqliteDatabase(folder),
  postgres: () => new PostgresDatabase(),
  orm: () => new OrmDatabase(),
};

export const kind = process.env.QUICKCLINIC_E2E_DATABASE ?? 'sqlite';
if (!kinds[kind]) throw new Error(`QUICKCLINIC_E2E_DATABASE is one of ${Object.keys(kinds).join(', ')}, not ${kind}`);

/** A new database without tables of the server; `folder` is where one that is a file goes. */
export const makeDatabase = (folder) => kinds[kind](folder);
