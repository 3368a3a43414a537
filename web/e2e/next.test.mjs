// The Next.js server on a port of its own, before the C++ server on another: one origin for the browser.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Stage } from './support/stage.mjs';
import { patience, until } from './support/waiting.mjs';

const web = fileURLToPath(new URL('..', import.meta.url));

let stage, next;

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

before(async () => {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  stage = await Stage.open({ env: { FRONTEND_URL: url } });
  const env = { ...process.env, NEXT_PUBLIC_SOCKET_URL: `http://localhost:${stage.server.port}`, NEXT_TELEMETRY_DISABLED: '1' };
  const built = spawnSync('npx', ['next', 'build'], { cwd: web, env, encoding: 'utf8', timeout: 240_000 * patience });
  assert.equal(built.status, 0, built.stdout + built.stderr);
  next = spawn(process.execPath, ['node_modules/next/dist/bin/next', 'start', '--port', String(port)], { cwd: web, env, stdio: 'ignore' });
  await until(60_000 * patience, async () => (await fetch(`${url}/login`).catch(() => ({}))).ok, 'the Next.js server');
  stage.url = url;
});

after(async () => {
  await stage?.close();
  // Asked politely, it waits for whoever is still connected.
  if (next?.kill('SIGKILL')) await once(next, 'exit');
});

test('doctor and patient chat through it', async () => {
  const relation = await stage.relation('asha', 'meera');
  const [doctor, patient] = [await stage.person('asha'), await stage.person('meera')];
  await doctor.openChat(relation);
  await patient.openChat(relation);
  await doctor.say('through the other server');
  await patient.sees('through the other server');
  await doctor.seesDelivery('through the other server', 'read');
});

test('the login works through it', async () => {
  const somebody = await stage.person('jonas', { token: null });
  await somebody.go('/');
  await somebody.logIn();
  await somebody.page.waitForURL('**/patient');
});
