// The program as a person at a terminal meets it.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Clinic } from './support/clinic.mjs';
import { Member } from './support/member.mjs';
import { fetchPlain } from './support/http.mjs';
import { run, Server } from './support/program.mjs';

/** One sentence for a person: a line or two, no stack, no name of an internal type. */
function assertSentence(text, pattern) {
  assert.match(text, pattern);
  assert.ok(text.trim().split('\n').length <= 2, text);
  assert.doesNotMatch(text, /terminate called|std::|boost::|what\(\)/);
}

describe('the command line', () => {
  let clinic;
  before(() => (clinic = new Clinic()));
  after(() => clinic.remove());

  it('explains itself', () => {
    for (const flag of ['--help', '-h']) {
      const { code, out } = run([flag]);
      assert.equal(code, 0);
      for (const word of ['serve', 'migrate', 'user', 'token', 'check', '--port', '--database-url', 'JWT_SECRET']) {
        assert.ok(out.includes(word), word);
      }
    }
  });

  it('names its version', () => {
    const { code, out } = run(['--version']);
    assert.equal(code, 0);
    assert.match(out, /\d+\.\d+\.\d+/);
  });

  it('refuses what it does not know, by name', () => {
    for (const args of [['--prot', '4000'], ['serve', '--colour'], ['sreve'], ['user', 'promote', 'x']]) {
      const { code, err } = clinic.run(args);
      assert.notEqual(code, 0);
      assert.ok(args.some((word) => /prot|colour|sreve|promote/.test(word) && err.includes(word)), err);
    }
  });

  it('refuses malformed settings, by name and without their secrets', () => {
    const faults = [
      [{ SOCKET_PORT: 'abc' }, /SOCKET_PORT/],
      [{ SOCKET_PORT: '70000' }, /SOCKET_PORT/],
      [{ JWT_SECRET: 'short-and-secret' }, /JWT_SECRET/],
      [{ JWT_SECRET: undefined }, /JWT_SECRET/],
      [{ JWT_PUBLIC_KEY: 'not a key', JWT_SECRET: undefined }, /JWT_PUBLIC_KEY/],
      [{ DATABASE_URL: 'mysql://localhost/x' }, /DATABASE_URL/],
      [{ FRONTEND_URL: 'not an origin' }, /FRONTEND_URL/],
      [{ LOG_LEVEL: 'loud' }, /LOG_LEVEL/],
      [{ LOG_FORMAT: 'xml' }, /LOG_FORMAT/],
      [{ QUICKCLINIC_SHARDS: '0' }, /QUICKCLINIC_SHARDS/],
      [{ PING_INTERVAL: '-1' }, /PING_INTERVAL/],
      [{ TLS_CERT: '/nowhere.pem' }, /TLS_/],
      [{ QUICKCLINIC_LEGACY_AUTH: 'perhaps' }, /QUICKCLINIC_LEGACY_AUTH/],
      [{ QUICKCLINIC_LEGACY_AUTH: 'true', HOST: '0.0.0.0' }, /QUICKCLINIC_LEGACY_AUTH|loopback/],
    ];
    for (const [env, pattern] of faults) {
      const { code, err } = clinic.run(['serve'], { env: { SOCKET_PORT: '0', HOST: '127.0.0.1', ...env }, timeout: 10_000 });
      assert.equal(code, 1, JSON.stringify(env));
      assertSentence(err, pattern);
      assert.ok(!err.includes('short-and-secret'));
    }
  });

  it('says that a second migration has nothing to do', () => {
    const { code, out } = clinic.run(['migrate']);
    assert.equal(code, 0);
    assert.match(out, /nothing to do/i);
  });

  it('makes users and relations, and lists them', async () => {
    const add = (...args) => /^id: (\S+)$/m.exec(clinic.mustRun(args))[1];
    const doctor = add('user', 'add', '--email', 'meera@clinic.example', '--name', 'Dr. Meera Iyer', '--role', 'doctor');
    const patient = add('user', 'add', '--email', 'tom@clinic.example', '--name', 'Tom Wells', '--role', 'patient');
    const relation = add('relation', 'add', 'meera@clinic.example', 'tom@clinic.example');
    assert.match(clinic.mustRun(['user', 'list']), /meera@clinic\.example/);
    assert.ok(clinic.mustRun(['relation', 'list']).includes(relation));
    assert.equal(add('relation', 'add', 'meera@clinic.example', 'tom@clinic.example'), relation);

    const token = clinic.mustRun(['token', 'meera@clinic.example']).trim();
    const server = await clinic.serve();
    const member = new Member(server.url, { auth: { token, relationId: relation } });
    try {
      await member.ready();
      assert.deepEqual(member.all('connected'), [{
        message: 'Connected successfully', userId: doctor, userName: 'Dr. Meera Iyer', userRole: 'DOCTOR', relationId: relation,
      }]);
      await member.send('Hello, Tom');
      assert.notEqual(patient, doctor);
    } finally {
      member.close();
      await server.stop();
    }
  });

  it('gives tokens for as long as asked', () => {
    const [{ email }] = [clinic.pair().doctor];
    const token = clinic.mustRun(['token', email, '--expires-in', '60']);
    assert.match(token, /^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    const claims = JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
    assert.ok(Math.abs(claims.exp - Date.now() / 1000 - 60) < 5);
  });

  it('refuses users that cannot be', () => {
    const { email } = clinic.pair().doctor;
    const faults = [
      [['user', 'add', '--email', email, '--name', 'X', '--role', 'doctor'], /exists|taken|already/],
      [['user', 'add', '--email', 'y@clinic.example', '--name', 'X', '--role', 'king'], /role|king/],
      [['user', 'add', '--name', 'X', '--role', 'doctor'], /email/],
      [['user', 'disable', 'nobody@clinic.example'], /nobody@clinic\.example/],
      [['token', 'nobody@clinic.example'], /nobody@clinic\.example/],
      [['relation', 'add', 'nobody@clinic.example', email], /nobody@clinic\.example/],
      [['relation', 'add', clinic.pair().patient.email, email], /doctor|patient/i],
    ];
    for (const [args, pattern] of faults) {
      const { code, err } = clinic.run(args);
      assert.notEqual(code, 0, args.join(' '));
      assert.match(err, pattern);
    }
  });

  it('checks settings and database in words', () => {
    const { code, out } = clinic.run(['check', '--host', '127.0.0.1']);
    assert.equal(code, 0);
    assert.match(out, /database/i);
    assert.ok(!out.includes(clinic.secret));
    const bad = clinic.run(['check'], { env: { DATABASE_URL: 'sqlite:/nowhere/at/all.db' } });
    assert.notEqual(bad.code, 0);
    assert.match(bad.out + bad.err, /\/nowhere\/at/);
  });

  it('says which port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const port = String(other.address().port);
    try {
      const { code, err } = clinic.run(['serve', '--host', '127.0.0.1', '--port', port]);
      assert.equal(code, 1);
      assertSentence(err, new RegExp(port));
    } finally {
      other.close();
    }
  });

  it('does not share its port with a second server', async () => {
    const server = await clinic.serve();
    try {
      const { code, err } = clinic.run(['serve', '--host', '127.0.0.1', '--port', String(server.port)]);
      assert.equal(code, 1);
      assertSentence(err, new RegExp(String(server.port)));
    } finally {
      await server.stop();
    }
  });

  it('says where it may not write', () => {
    // A file where a folder is wanted, so that it holds for root too, whom permissions do not stop.
    const file = join(clinic.folder, 'a-file');
    writeFileSync(file, '');
    const { code, err } = clinic.run(['serve', '--host', '127.0.0.1', '--port', '0'], {
      env: { DATABASE_URL: undefined, QUICKCLINIC_DATA: join(file, 'data') },
    });
    assert.equal(code, 1);
    assertSentence(err, /a-file/);
  });

  it('says when a file is not its database', () => {
    const file = join(clinic.folder, 'letter.txt');
    writeFileSync(file, 'Dear doctor, this is not a database. '.repeat(100));
    const { code, err } = clinic.run(['serve', '--host', '127.0.0.1', '--port', '0'], { env: { DATABASE_URL: `sqlite:${file}` } });
    assert.equal(code, 1);
    assertSentence(err, /letter\.txt/);
    assert.match(readFileSync(file, 'utf8'), /^Dear doctor/);
  });

  it('reads .env, under the environment, under flags', async () => {
    const folder = join(clinic.folder, 'with-env');
    mkdirSync(folder);
    writeFileSync(join(folder, '.env'), 'LOG_FORMAT=json\nJWT_SECRET="a secret from the file, long enough to do"\nSOMEBODY_ELSES=1\n');
    const server = await Server.start({ cwd: folder, env: { DATABASE_URL: clinic.database.url } });
    await fetchPlain(server, '/health');
    await server.stop();
    const lines = server.log.trim().split('\n');
    assert.ok(lines.length > 0);
    lines.forEach((line) => JSON.parse(line));
    const overridden = await Server.start({
      cwd: folder, env: { DATABASE_URL: clinic.database.url, LOG_FORMAT: 'json' }, args: ['--log-format', 'text'],
    });
    await overridden.stop();
    assert.throws(() => JSON.parse(overridden.log.trim().split('\n')[0]));
  });

  it('never writes a message, a name or a token into its log', async () => {
    for (const format of ['text', 'json']) {
      const server = await clinic.serve({ env: { LOG_FORMAT: format, LOG_LEVEL: 'trace' } });
      const pair = clinic.pair();
      const token = clinic.token(pair.doctor);
      const member = await new Member(server.url, { auth: { token, relationId: pair.id }, query: { token } }).ready();
      await member.send('a-text-nobody-else-may-read');
      await member.ask('send_message', { text: ['a-text-nobody-else-may-read'] });
      member.close();
      await server.stop();
      for (const secret of ['a-text-nobody', pair.doctor.name, token, clinic.secret]) {
        assert.ok(!server.log.includes(secret), `${format}: ${secret}`);
      }
    }
  });

  it('keeps its data to itself', () => {
    assert.equal(statSync(clinic.database.file).mode & 0o077, 0);
  });
});

describe('the demo clinic', () => {
  let clinic;
  before(() => (clinic = new Clinic()));
  after(() => clinic.remove());

  it('is made once, prints its accounts and can be talked in', async () => {
    const data = join(clinic.folder, 'demo');
    const serve = () => Server.start({ args: ['--demo'], env: { QUICKCLINIC_DATA: data }, cwd: clinic.folder });
    let server = await serve();
    const demoFile = join(data, 'demo.json');
    assert.ok(existsSync(demoFile));
    const demo = JSON.parse(readFileSync(demoFile, 'utf8'));
    assert.equal(demo.url, server.url);
    assert.equal(demo.accounts.filter(({ role }) => /doctor/i.test(role)).length, 2);
    assert.equal(demo.accounts.filter(({ role }) => /patient/i.test(role)).length, 3);
    assert.equal(demo.relations.length, 4);
    for (const { email } of demo.accounts) assert.ok(server.out.includes(email), email);
    assert.equal(statSync(demoFile).mode & 0o077, 0, 'tokens are for the owner only');

    const [relation] = demo.relations;
    const account = demo.accounts.find(({ email }) => email === relation.doctor);
    assert.ok(account, 'a relation names its members by their e-mail addresses');
    const enter = async () => new Member(server.url, { auth: { token: account.token, relationId: relation.id } }).ready();
    let member = await enter();
    const before = await member.history();
    assert.ok(before.length > 20, 'there is a history to look at');
    await member.send('Said in the first run');
    member.close();
    await server.stop();

    server = await serve();
    member = await enter();
    assert.deepEqual((await member.history()).map(({ text }) => text), [...before.map(({ text }) => text), 'Said in the first run']);
    member.close();
    await server.stop();
  });
});
