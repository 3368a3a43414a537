// Two tabs of one person show the same conversation and send each message once.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Stage } from './support/stage.mjs';
import { until } from './support/waiting.mjs';

let stage, relation;

after(() => stage?.close());

before(async () => {
  stage = await Stage.open();
  relation = await stage.relation('asha', 'meera');
});

test('what is written in one tab shows in the other, once', async () => {
  const doctor = await stage.person('asha');
  await doctor.openChat(relation);
  const first = doctor.page;
  await doctor.newTab();
  await doctor.openChat(relation);
  const patient = await stage.person('meera');
  await patient.openChat(relation);

  await doctor.say('from the second tab');
  doctor.page = first;
  await first.bringToFront();
  await doctor.sees('from the second tab');
  await doctor.say('from the first tab');
  await patient.sees('from the first tab');
  const stored = (await stage.stored('asha', relation)).filter((text) => text.startsWith('from the '));
  assert.deepEqual(stored, ['from the second tab', 'from the first tab']);
  const shown = (await doctor.texts()).filter((text) => text.startsWith('from the '));
  assert.deepEqual(shown, stored);
});

test('a message that two tabs hold in their queue goes out once', async () => {
  const patient = await stage.person('meera');
  await patient.openChat(relation);
  await patient.context.route(/\/(socket\.io|api\/doctorpatientrelations\/.*\/chats)/, (route) => route.abort());
  await patient.context.routeWebSocket(/socket\.io/, (socket) => socket.close());
  await patient.page.reload();
  await patient.composer.waitFor();
  await patient.say('held by two tabs');
  await patient.newTab();
  await patient.openChat(relation);
  await patient.sees('held by two tabs');
  await patient.context.unrouteAll();
  await Promise.all(patient.context.pages().map((page) => page.reload()));
  await until(30_000, async () => (await stage.stored('asha', relation)).includes('held by two tabs'), 'the message');
  await patient.say('after it');
  await until(30_000, async () => (await stage.stored('asha', relation)).includes('after it'), 'the message after it');
  assert.equal((await stage.stored('asha', relation)).filter((text) => text === 'held by two tabs').length, 1);
});

test('logging out in one tab ends the other', async () => {
  const doctor = await stage.person('lukas', { token: null });
  await doctor.go('/login');
  await doctor.logIn();
  await doctor.page.waitForURL('**/doctor');
  const first = doctor.page;
  await doctor.newTab();
  await doctor.go('/doctor');
  await doctor.page.getByRole('button', { name: 'Settings' }).click();
  await doctor.page.getByText('Log out', { exact: true }).click();
  await doctor.page.waitForURL('**/login**');
  await first.waitForURL('**/login**', { timeout: 20_000 });
});
