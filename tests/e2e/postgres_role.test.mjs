// The server with the rights of deploy/postgresql-role.sql alone.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { PostgresDatabase, OrmDatabase } from './support/postgres_database.mjs';
import { withServer } from './support/stage.mjs';

const rights = fileURLToPath(new URL('../../deploy/postgresql-role.sql', import.meta.url));

/** A database that its owner has prepared, served by somebody who owns nothing. */
function served(kind) {
  const database = new kind();
  const role = `serves_${database.name}`;
  const { prepare } = kind.prototype;
  database.prepare = (migrate, people) => {
    prepare.call(database, migrate, people);
    database.run(`CREATE ROLE ${role} LOGIN`);
    const given = spawnSync('psql', ['-q', '-v', 'ON_ERROR_STOP=1', '-v', `role=${role}`, '-f', rights, database.url], { encoding: 'utf8' });
    assert.equal(given.status, 0, given.stderr);
    database.url = database.server.url(database.name, { user: role });
  };
  database.role = role;
  return database;
}

for (const kind of [PostgresDatabase, OrmDatabase]) {
  let database;
  withServer(`a role with the documented rights on ${kind.name}`, { database: () => (database = served(kind)) }, (stage) => {
    it('serves the chat', async (t) => {
      const { doctor, patient } = await stage.conversation(t);
      const message = await doctor.send('Hello');
      await patient.next('new_message');
      await patient.ask('mark_as_read', { messageId: message.id });
      await doctor.next('message_read');
      await doctor.ask('watch_conversation', {});
      const answer = await doctor.send('Thank you');
      assert.equal((await patient.ask('mark_as_delivered', { messageId: answer.id })).ok, true);
      assert.equal((await doctor.next('message_delivered')).messageId, answer.id);
      assert.equal((await patient.history()).length, 2);
      assert.match(String(database.run(`SELECT count(*) FROM quickclinic.audit WHERE action = 'send'`)), /^[1-9]/);
    });

    it('signs out, which revokes the token', async (t) => {
      const pair = stage.clinic.pair();
      const token = stage.clinic.token(pair.doctor);
      const headers = { authorization: `Bearer ${token}` };
      const out = await fetch(`${stage.server.url}/api/user/logout`, { method: 'POST', headers });
      assert.equal(out.status, 200);
      assert.equal((await fetch(`${stage.server.url}/api/user/me`, { headers })).status, 401);
    });

    it('may not change what was said or recorded', async (t) => {
      const client = await database.connect({ user: database.role });
      t.after(() => client.end());
      for (const statement of [
        `UPDATE public."ChatMessages" SET "text" = 'changed'`, `DELETE FROM public."ChatMessages"`,
        `UPDATE quickclinic.audit SET "actor" = 'nobody'`, 'DELETE FROM quickclinic.audit', 'TRUNCATE quickclinic.audit',
        `UPDATE public."User" SET "role" = 'ADMIN'`, 'CREATE TABLE quickclinic.mine (id text)',
      ]) {
        await assert.rejects(client.query(statement), { code: '42501' }, statement);
      }
    });
  });
}
