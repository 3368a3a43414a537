// PostgreSQL before anybody talks: migrations, a database that the web application owns, and what may stand between.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { texts } from './support/answers.mjs';
import { Clinic } from './support/clinic.mjs';
import { PgBouncer } from './support/pgbouncer.mjs';
import { OrmDatabase, PostgresDatabase } from './support/postgres_database.mjs';
import { Stage, withServer } from './support/stage.mjs';
import { Commotion, sendWhenWell, whenReady } from './support/trouble.mjs';

/** A database whose server's tables are still to be made. */
const unprepared = (kind) => {
  const database = new kind();
  database.prepare = (migrate, people) => people;
  return database;
};

const clinicOn = (t, database) => {
  const clinic = new Clinic({ database });
  t.after(() => clinic.remove());
  return clinic;
};

it('says why it adds nobody where the web application wants more of a person', (t) => {
  const clinic = clinicOn(t, new OrmDatabase());

  const { code, err } = clinic.run(['user', 'add', '--email', 'new@clinic.example', '--name', 'New', '--role', 'doctor']);

  assert.equal(code, 1);
  assert.match(err, /the web application wants more of a person than this program knows/);
});

describe('quickclinic migrate', () => {
  for (const kind of [PostgresDatabase, OrmDatabase]) {
    it(`is safe from six instances at once on ${kind.name === 'OrmDatabase' ? 'the web application\'s' : 'an empty'} database`, async (t) => {
      const clinic = clinicOn(t, unprepared(kind));
      const results = await Promise.all(Array.from({ length: 6 }, () => clinic.runBeside(['migrate'])));
      for (const { code, err } of results) assert.equal(code, 0, err);

      const { server, name } = clinic.database;
      const after = ['public', 'quickclinic'].map((schema) => server.describe(name, schema));
      const again = clinic.run(['migrate']);
      assert.equal(again.code, 0, again.err);
      assert.deepEqual(['public', 'quickclinic'].map((schema) => server.describe(name, schema)), after);
    });
  }

  it('alters nothing that the ORM owns, neither tables nor rows', (t) => {
    const database = new OrmDatabase();
    const { server, name } = database;
    const rows = () => server.psql(name, `
      SELECT 'User', md5(string_agg(u::text, '|' ORDER BY id)) FROM "User" u UNION ALL
      SELECT 'Relation', md5(string_agg(r::text, '|' ORDER BY id)) FROM "DoctorPatientRelation" r UNION ALL
      SELECT 'Migrations', md5(string_agg(m::text, '|' ORDER BY id)) FROM "_prisma_migrations" m ORDER BY 1`);
    let before;
    const { prepare } = OrmDatabase.prototype;
    database.prepare = (migrate, people) => prepare.call(database, () => {
      before = { schema: server.describe(name), rows: rows() };
      migrate();
    }, people);

    clinicOn(t, database);

    // Triggers tell about rows that others write; they are all that may be added.
    const withoutTriggers = (text) => text.split(/\n(?=--\n-- Name: )/).filter((part) => !/^--\n-- Name: .*; Type: TRIGGER;/.test(part)).join('\n');
    const lines = (text) => text.split('\n').filter((line) => line && !line.startsWith('--') && !line.startsWith('\\'));
    assert.deepEqual(lines(withoutTriggers(server.describe(name))), lines(before.schema));
    assert.deepEqual(rows(), before.rows);
  });

  it('takes over what was said before', async (t) => {
    const stage = new Stage();
    const database = () => {
      const orm = new OrmDatabase();
      const { prepare } = OrmDatabase.prototype;
      orm.prepare = (migrate, people) => prepare.call(orm, () => {
        orm.run(`INSERT INTO "ChatMessages" (id, "doctorPatientRelationId", text, "senderId", "createdAt", "updatedAt")
          SELECT 'old' || r.id || n, r.id, 'old ' || n, r."doctorsUserId", timestamp '2025-01-01' + n * interval '1 second', now()
          FROM "DoctorPatientRelation" r, generate_series(1, 30) n`);
        migrate();
      }, people);
      return orm;
    };
    await stage.open({ database });
    t.after(() => stage.shut());
    const { doctor, patient } = await stage.conversation(t);
    await doctor.ask('get_initial_messages', { page: 1, limit: 20 });
    const { messages, pagination } = await doctor.next('initial_messages');
    assert.deepEqual(texts(messages), Array.from({ length: 20 }, (_, index) => `old ${index + 11}`));
    assert.deepEqual(pagination, { page: 1, limit: 20, total: 30, hasMore: true });
    await doctor.send('New');
    assert.equal((await patient.history()).length, 31);
  });
});

describe('a pooler that lends connections by the transaction', () => {
  it('carries the chat, and a crash of the database behind it', async (t) => {
    const database = new OrmDatabase();
    const pooler = await PgBouncer.start(database.server);
    t.after(() => pooler.stop());
    const stage = new Stage();
    await stage.open({ database: () => database, env: { DATABASE_URL: `${database.urlThrough(pooler.port)}?pgbouncer=true&connection_limit=3` } });
    t.after(() => stage.shut());

    const { doctor, patient } = await stage.conversation(t);
    for (let index = 0; index < 20; index += 1) await doctor.send(`m${index}`);
    await patient.count('new_message', 20);
    assert.equal((await patient.history()).length, 20);

    const commotion = new Commotion(t, stage, { talkersEach: 2 });
    await commotion.progress(10);
    await database.server.restart('immediate');
    await sendWhenWell(doctor, 'After');
    await commotion.progress(10);
    await commotion.settle();
    await whenReady(stage);
  });
});

withServer('a URL as the ORM writes it', {
  database: () => {
    const orm = new OrmDatabase();
    orm.url += '?schema=public&connection_limit=5&pool_timeout=10&sslmode=prefer&connect_timeout=5';
    return orm;
  },
}, (stage) => {
  it('is understood', async (t) => {
    const { doctor, patient } = await stage.conversation(t);
    await doctor.send('Hello');
    await patient.next('new_message');
  });
});
