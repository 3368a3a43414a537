// The way to PostgreSQL under TLS: verified, or not gone at all.
import assert from 'node:assert/strict';
import { chownSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { makeCertificate } from './support/certificates.mjs';
import { Clinic } from './support/clinic.mjs';
import { Postgres, serverFolder } from './support/postgres.mjs';
import { PostgresDatabase } from './support/postgres_database.mjs';
import { Stage } from './support/stage.mjs';
import { sendWhenWell, whenReady } from './support/trouble.mjs';
import { until } from './support/wait.mjs';

describe('PostgreSQL that takes TLS only', () => {
  let server, own, other;

  before(() => {
    const folder = serverFolder();
    own = makeCertificate(folder, 'database');
    other = makeCertificate(folder, 'impostor');
    const { uid, gid } = statSync(folder);
    chownSync(own.key, uid, gid);
    server = new Postgres({
      folder, settings: ['ssl = on', `ssl_cert_file = '${own.certificate}'`, `ssl_key_file = '${own.key}'`],
    });
    writeFileSync(join(server.data, 'pg_hba.conf'), 'local all all trust\nhostssl all all 127.0.0.1/32 trust\n');
    server.reload();
  });
  after(() => server.remove());

  /** A stage whose server reaches the database with these parameters. */
  async function open(t, parameters) {
    const database = new PostgresDatabase({ server });
    const stage = new Stage();
    t.after(() => stage.shut());
    await stage.open({
      database: () => {
        // Made under TLS as well: nothing else is let in.
        database.url = server.url(database.name, { parameters: `sslmode=verify-full&sslrootcert=${own.certificate}` });
        return database;
      },
      env: { DATABASE_URL: server.url(database.name, { parameters }) },
    });
    return { stage, database };
  }

  it('is reached with a certificate that holds, and again after its connections were ended', async (t) => {
    const { stage, database } = await open(t, `sslmode=verify-full&sslrootcert=${own.certificate}`);
    await whenReady(stage);
    const { doctor, patient } = await stage.conversation(t);
    await sendWhenWell(doctor, 'under TLS');
    const plain = () => server.psql(database.name, `SELECT count(*) FILTER (WHERE NOT ssl), count(*) FILTER (WHERE ssl) > 0
      FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE datname = current_database() AND client_addr IS NOT NULL`)[0];
    assert.deepEqual(plain(), ['0', 't']);

    database.terminate();
    const message = await sendWhenWell(patient, 'under TLS again');
    assert.equal(message.text, 'under TLS again');
    assert.deepEqual(plain(), ['0', 't']);
  });

  for (const [about, parameters, said] of [
    ['with another certificate than the one it trusts', () => `sslmode=verify-full&sslrootcert=${other.certificate}`, /certificate/i],
    ['without TLS', () => 'sslmode=disable', /no encryption|pg_hba/i],
  ]) {
    it(`is not gone to ${about}, and the log says why`, async (t) => {
      const { stage } = await open(t, parameters());
      await until(20_000, () => said.test(stage.server.log), `${said} in the log`);
      for (const [path, wanted] of [['/ready', 503], ['/health', 200]]) {
        assert.equal((await fetch(stage.server.url + path)).status, wanted, path);
      }
    });
  }
});
