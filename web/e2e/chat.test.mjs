// A doctor and a patient, each at a browser, write to each other.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Stage } from './support/stage.mjs';
import { until } from './support/waiting.mjs';

let stage, relation, doctor, patient;

after(() => stage?.close());

before(async () => {
  stage = await Stage.open();
  relation = await stage.relation('asha', 'meera');
  doctor = await stage.person('asha');
  patient = await stage.person('meera', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
});

test('the login opens the own conversations, and one of them by its name', async () => {
  const somebody = await stage.person('lukas', { token: null });
  await somebody.go('/');
  await somebody.logIn();
  await somebody.page.waitForURL('**/doctor');
  const { relations } = await stage.api('lukas', '/api/doctorpatientrelations');
  await somebody.page.getByRole('link', { name: relations[0].patientName }).click();
  await somebody.page.waitForURL(`**/doctor/chat/${relations[0].id}`);
  await somebody.composer.waitFor();
  somebody.assertNoFaults();
});

test('a wrong password is refused in words, and the right one goes on', async () => {
  const somebody = await stage.person('jonas', { token: null });
  await somebody.go('/login');
  await somebody.page.getByLabel('Email').fill(somebody.who.email);
  await somebody.page.getByLabel('Password', { exact: true }).fill('not the password');
  await somebody.page.getByRole('button', { name: 'Log in' }).click();
  await somebody.page.getByText('Email or password is wrong.').waitFor();
  await somebody.logIn();
  await somebody.page.waitForURL('**/patient');
});

test('messages go both ways, and their state comes back', async () => {
  await doctor.openChat(relation);
  await patient.openChat(relation);
  await doctor.say('How is the knee today?');
  await patient.sees('How is the knee today?');
  await doctor.seesDelivery('How is the knee today?', 'read');
  await patient.say('Better, thank you.');
  await doctor.sees('Better, thank you.');
  await patient.seesDelivery('Better, thank you.', 'read');
  assert.deepEqual((await stage.stored('asha', relation)).slice(-2), ['How is the knee today?', 'Better, thank you.']);
});

test('one sees the other come, write and go', async () => {
  await doctor.page.getByText('Online').first().waitFor();
  await patient.composer.pressSequentially('I wonder');
  await doctor.page.getByText(/is writing|writing …/).first().waitFor();
  await patient.composer.fill('');
  await patient.page.goto('about:blank');
  await doctor.page.getByText(/Last seen|^Offline$/).first().waitFor({ timeout: 30_000 });
});

test('the list shows a new message, its count and its time at once, and the conversation opens at it', async () => {
  // Delivered is what reaches a device; the list is read once more when the device can be told.
  let lists = 0;
  patient.page.on('response', (response) => (lists += response.url().endsWith('/api/doctorpatientrelations')));
  await patient.go('/patient');
  const entry = patient.page.getByRole('link', { name: doctor.who.name });
  await entry.waitFor();
  await until(10_000, () => lists >= 2, 'the list to be connected');
  await doctor.say('Please come by on Monday.');
  await entry.getByText('Please come by on Monday.').waitFor();
  await entry.getByText('1 unread message').waitFor({ state: 'attached' });
  await until(10_000, async () => /\(1\)/.test(await patient.page.title()), 'the count in the title');
  await doctor.seesDelivery('Please come by on Monday.', 'delivered');
  await entry.click();
  await patient.sees('Please come by on Monday.');
  await patient.page.getByText('New messages', { exact: true }).waitFor();
  await doctor.seesDelivery('Please come by on Monday.', 'read');
});

test('a draft stays with its conversation over a reload', async () => {
  await doctor.composer.fill('Half a thou');
  await doctor.page.reload();
  await doctor.composer.waitFor();
  await until(10_000, async () => (await doctor.composer.inputValue()) === 'Half a thou', 'the draft');
  await doctor.composer.fill('');
});

test('Shift and Enter make a new line, Enter sends', async () => {
  await doctor.composer.pressSequentially('one');
  await doctor.composer.press('Shift+Enter');
  await doctor.composer.pressSequentially('two');
  await doctor.composer.press('Enter');
  await until(10_000, async () => (await stage.stored('asha', relation)).at(-1) === 'one\ntwo', 'two lines in the database');
});

test('somebody else cannot open the conversation', async () => {
  const stranger = await stage.person('jonas');
  await stranger.go(`/patient/chat/${relation}`);
  await stranger.page.getByText('This conversation is not yours').waitFor();
  await stranger.go('/patient/chat/no-such-conversation');
  await stranger.page.getByText('There is no such conversation').waitFor();
});

test('nothing went wrong behind the screen', () => {
  doctor.assertNoFaults();
  patient.assertNoFaults();
});
