// What a page needs until it shows what it is for: its own text alone for the frame, few scripts and one round of requests for the rest.
// What a telephone on a slow line waits for hangs on these, and on no clock of the machine that tests.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Stage } from './support/stage.mjs';
import { until } from './support/waiting.mjs';

let stage, relation;

before(async () => {
  stage = await Stage.open();
  relation = await stage.relation('asha', 'meera');
});

after(() => stage?.close());

/** The page as it is before any script has run. */
async function withoutScripts(name, path, check) {
  const person = await stage.person(name, { javaScriptEnabled: false, token: name ? undefined : null });
  await person.go(path);
  await check(person.page);
  await person.context.close();
}

test('the frame of each page is there before its scripts', async () => {
  await withoutScripts('asha', '/login', async (page) => {
    await page.getByRole('heading', { name: 'Log in' }).waitFor();
    await page.getByLabel('Email').waitFor();
  });
  await withoutScripts('asha', '/doctor', async (page) => {
    await page.getByRole('heading', { name: 'Conversations' }).waitFor();
    await page.getByRole('status').getByText('Loading').waitFor({ state: 'attached' });
  });
  await withoutScripts('meera', `/patient/chat/${relation}`, async (page) => {
    const composer = page.getByRole('textbox', { name: 'Message' });
    await composer.waitFor();
    assert.equal(await composer.isDisabled(), true, 'what is written before it is known who writes would be lost');
  });
});

test('nothing stands between a page and its first paint', async () => {
  for (const path of ['/login', '/doctor', `/patient/chat/${relation}`]) {
    const html = await (await fetch(stage.url + path)).text();
    assert.doesNotMatch(html, /<link[^>]*rel="stylesheet"/, path);
    const scripts = [...html.matchAll(/<script\b[^>]*\ssrc=[^>]*>/g)].map(([tag]) => tag);
    assert.notEqual(scripts.length, 0);
    for (const tag of scripts) assert.match(tag, /\s(async|defer|nomodule)[\s=>]/i, path);
    assert.match(html, /@font-face/);
    assert.doesNotMatch(html, /<link[^>]*as="font"|<html[^>]*\binter\b/, path);
  }
});

test('a conversation is shown by one round of requests; typeface and connection come behind it', async () => {
  const patient = await stage.person('meera');
  const asked = [];
  patient.page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  const workers = [];
  patient.page.on('worker', (worker) => workers.push(new URL(worker.url()).pathname));
  // What comes behind the messages comes when the test lets it.
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await patient.page.route(/\/socket\.io\//, (route) => held.then(() => route.continue()));

  await patient.openChat(relation);
  await patient.messages.locator('[data-message]').first().waitFor();

  const before = asked.filter((path) => path.startsWith('/api/')).sort();
  assert.deepEqual(before, [
    '/api/doctorpatientrelations',
    `/api/doctorpatientrelations/${relation}/chats`,
    '/api/user/session',
  ]);
  await until(10_000, () => workers.length > 0, 'a thread for the tables of languages');
  assert.deepEqual(workers, ['/warm_formats.js']);
  release();
  await patient.say('sent as soon as there is a line');
  await patient.seesDelivery('sent as soon as there is a line', 'sent', 'delivered', 'read');
  await until(10_000, () => asked.some((path) => path.endsWith('.woff2')), 'the typeface to be asked for');
  // From now on it is in the cache, and comes with the page.
  await patient.page.reload();
  assert.equal(await patient.page.evaluate(() => document.documentElement.classList.contains('inter')), true);
  patient.assertNoFaults();
});

test('the login asks nothing that the server refuses', async () => {
  const somebody = await stage.person('meera', { token: null });
  const refused = [];
  somebody.page.on('response', (response) => response.status() >= 400 && refused.push(response.url()));
  const answered = somebody.page.waitForResponse('**/api/user/session');
  await somebody.go('/login');
  assert.deepEqual(await (await answered).json(), { user: null });
  await somebody.page.getByLabel('Email').waitFor();
  assert.deepEqual(refused, []);
});

test('an unsent message is there once when the page comes back', async () => {
  const patient = await stage.person('meera');
  await patient.openChat(relation);
  await patient.messages.locator('[data-message]').first().waitFor();
  await patient.say('known to the database');
  await patient.seesDelivery('known to the database', 'sent', 'delivered', 'read');
  const hinted = async () => {
    const { origins } = await patient.context.storageState();
    return origins.some(({ localStorage }) => localStorage.some(({ name }) => name.startsWith('quickclinic:unsent:')));
  };
  await until(10_000, async () => !(await hinted()), 'nothing to be left to send');
  await patient.context.setOffline(true);
  await patient.say('waits for a line');
  await until(10_000, hinted, 'the message to be kept');
  await patient.context.setOffline(false);
  await patient.page.reload();
  await patient.seesDelivery('waits for a line', 'sent', 'delivered', 'read');
  assert.equal((await patient.texts()).filter((text) => text === 'waits for a line').length, 1);
});
