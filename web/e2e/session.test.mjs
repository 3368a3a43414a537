// A session that ends brings back the login, and after it the same place, with what was written.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { claimsOf, hs256 } from '../../tests/e2e/support/tokens.mjs';
import { Stage } from './support/stage.mjs';
import { until } from './support/waiting.mjs';

const secret = 'a secret of the browser tests, long enough';

let stage, relation;

after(() => stage?.close());

before(async () => {
  stage = await Stage.open({ env: { JWT_SECRET: secret } });
  relation = await stage.relation('asha', 'meera');
});

/** Somebody whose token ends so many seconds from now. */
function personFor(name, seconds) {
  const exp = Math.floor(Date.now() / 1000) + seconds;
  return stage.person(name, { token: hs256(secret, claimsOf(stage.people[name], { exp })) });
}

test('a token that expires in the middle of a conversation', async () => {
  const doctor = await personFor('asha', 10);
  await doctor.openChat(relation);
  await doctor.composer.fill('a sentence begun before');
  await doctor.page.getByRole('heading', { name: 'Log in' }).or(doctor.page.getByText('Your session has ended').first()).first()
    .waitFor({ timeout: 30_000 });
  const action = doctor.page.getByRole('link', { name: 'Log in' }).or(doctor.page.getByRole('button', { name: 'Log in' }));
  if (!/\/login/.test(doctor.page.url())) await action.first().click();
  await doctor.page.waitForURL('**/login**');
  await doctor.logIn();
  await doctor.page.waitForURL(`**/doctor/chat/${relation}`);
  await doctor.composer.waitFor();
  await until(10_000, async () => (await doctor.composer.inputValue()) === 'a sentence begun before', 'the draft');
  await doctor.say('and sent after');
  await doctor.seesDelivery('and sent after', 'sent', 'delivered', 'read');
});

test('without a session every page asks for the login and comes back to itself', async () => {
  const patient = await stage.person('meera', { token: null });
  await patient.go(`/patient/chat/${relation}`);
  await patient.page.waitForURL('**/login**');
  await patient.logIn();
  await patient.page.waitForURL(`**/patient/chat/${relation}`);
  await patient.composer.waitFor();
});

test('the login never sends anybody to another place on the network', async () => {
  for (const next of ['https://evil.example/', '//evil.example/', '/\\evil.example', 'javascript:alert(1)']) {
    const somebody = await stage.person('jonas');
    await somebody.go(`/login?next=${encodeURIComponent(next)}`);
    await somebody.page.waitForURL((url) => !url.pathname.startsWith('/login')).catch(() => {});
    assert.equal(new URL(somebody.page.url()).origin, stage.url);
    somebody.assertNoFaults();
    await somebody.context.close();
  }
});

test('a screen that nobody uses is logged off, with a warning before', async () => {
  const doctor = await stage.person('lukas');
  await doctor.context.clock.install();
  await doctor.go('/doctor');
  await doctor.page.getByText(doctor.who.name).first().waitFor(); // the frame is there before it is known whose it is
  await doctor.context.clock.fastForward('14:10');
  await doctor.page.getByRole('button', { name: 'Stay logged in' }).click();
  await doctor.context.clock.fastForward('14:10');
  await doctor.page.getByText('Are you still there?').waitFor();
  await doctor.context.clock.fastForward('01:30');
  await doctor.page.waitForURL('**/login**');
  await doctor.page.getByText('You were logged out because nobody used this screen', { exact: false }).waitFor();
  // The screen is clear at once; the server hears of it a moment later.
  const me = () => doctor.page.evaluate(async () => (await fetch('/api/user/me')).status);
  await until(10_000, async () => (await me()) === 401, 'the session to be over');
});
