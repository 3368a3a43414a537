// What a device brings along: an input method that composes words, and notifications of the system.
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

/** A page that records the system's notifications instead of showing them, and says that nobody looks at it while `hidden`. */
async function recordNotifications(person) {
  await person.context.addInitScript(() => {
    globalThis.notified = [];
    globalThis.hidden = false;
    globalThis.Notification = class {
      static permission = 'granted';
      constructor(title, options) {
        Object.assign(this, { title, ...options });
        globalThis.notified.push(this);
      }
      close() {}
    };
    Object.defineProperty(document, 'visibilityState', { get: () => (globalThis.hidden ? 'hidden' : 'visible') });
  });
}

const notified = (person) => person.page.evaluate(() => globalThis.notified.map(({ title, body }) => ({ title, body })));

test('Enter while an input method composes chooses a word, and the next one sends', async () => {
  const patient = await stage.person('meera');
  await patient.openChat(relation);
  const device = await patient.context.newCDPSession(patient.page);
  await patient.composer.focus();
  await device.send('Input.imeSetComposition', { text: 'नमस', selectionStart: 3, selectionEnd: 3 });
  // An input method that takes a key says so by this code, and keeps the key to itself.
  await device.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 229 });
  await device.send('Input.insertText', { text: 'नमस्ते' });
  assert.equal(await patient.composer.inputValue(), 'नमस्ते');
  assert.notEqual((await stage.stored('meera', relation)).at(-1), 'नमस्ते');
  await patient.composer.press('Enter');
  await patient.sees('नमस्ते');
  await until(10_000, async () => (await stage.stored('meera', relation)).at(-1) === 'नमस्ते', 'the message in the database');
  patient.assertNoFaults();
});

test('a page that nobody looks at notifies of who wrote, not of what', async () => {
  const doctor = await stage.person('asha');
  await recordNotifications(doctor);
  await doctor.go('/doctor');
  const entry = doctor.page.getByRole('link', { name: stage.people.meera.name });
  await entry.waitFor();

  await stage.send('meera', relation, 'seen as it comes');
  await entry.getByText('seen as it comes').waitFor();
  assert.deepEqual(await notified(doctor), []);

  await doctor.page.evaluate(() => { globalThis.hidden = true; });
  await stage.send('meera', relation, 'the result was positive');
  await until(10_000, async () => (await notified(doctor)).length === 1, 'the notification');
  const [shown] = await notified(doctor);
  assert.ok(shown.title.includes(stage.people.meera.name), shown.title);
  assert.ok(!`${shown.title} ${shown.body}`.includes('positive'));

  await doctor.page.evaluate(() => globalThis.notified[0].onclick());
  await doctor.page.waitForURL(`**/doctor/chat/${relation}`);
  await doctor.sees('the result was positive');
  doctor.assertNoFaults();
});
