// 300 messages of history, up and down, without a jump.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Stage } from './support/stage.mjs';
import { until } from './support/waiting.mjs';

const count = 300;
const text = (n) => `Entry ${String(n).padStart(3, '0')}${n % 7 === 0 ? `\n${'a longer one '.repeat(20)}` : ''}`;

let stage, relation, doctor;

after(() => stage?.close());

before(async () => {
  stage = await Stage.open();
  relation = await stage.relation('asha', 'meera');
  for (let n = 0; n < count; n++) {
    await stage.api(n % 3 === 0 ? 'meera' : 'asha', `/api/doctorpatientrelations/${relation}/chats`, {
      method: 'POST', body: { text: text(n) },
    });
  }
  doctor = await stage.person('asha');
});

/** Turns the wheel over the messages, and waits until that is on the screen. */
async function wheel(pixels) {
  await doctor.messages.hover();
  await doctor.page.mouse.wheel(0, pixels);
  await doctor.page.evaluate(() => new Promise((resolve) => window.setTimeout(() => window.requestAnimationFrame(() => window.requestAnimationFrame(resolve)), 50)));
}

/** Once the server knows that all of it was read, the conversation opens at its end. */
async function readToTheEnd() {
  await until(20_000, async () => {
    const { relations } = await stage.api('asha', '/api/doctorpatientrelations');
    return relations.find(({ id }) => id === relation).unreadCount === 0;
  }, 'everything to be read');
}

test('opens at the first unread message, with a marker', async () => {
  await doctor.openChat(relation);
  await doctor.page.getByText('New messages', { exact: true }).waitFor();
  await doctor.row('Entry').first().waitFor();
});

test('goes to the latest with one click', async () => {
  await doctor.page.getByRole('button', { name: /Jump to the latest/ }).click();
  await doctor.sees(`Entry ${count - 1}`);
  await readToTheEnd();
});

test('goes up through all of it, every message once and in order', async () => {
  const seen = new Set();
  await until(120_000, async () => {
    for (const line of await doctor.texts()) seen.add(line.split('\n')[0]);
    await wheel(-500);
    return seen.has('Entry 000') && (await doctor.page.getByText('This is the beginning of your conversation.').count()) > 0;
  }, 'the beginning of the conversation');
  for (let n = 0; n < count; n++) assert.ok(seen.has(`Entry ${String(n).padStart(3, '0')}`), `Entry ${n}`);
});

test('earlier messages come in above without moving what is read', async () => {
  await doctor.page.reload();
  await doctor.composer.waitFor();
  await doctor.sees(`Entry ${count - 1}`);
  // Upwards until a page is asked for; from then on the message under the eyes has to stay where it is.
  let asked = 0;
  const oldest = async () => (await doctor.texts()).map((line) => line.split('\n')[0]).find((line) => line.startsWith('Entry'));
  let before = await oldest();
  let moved = 0;
  for (let step = 0; step < 40; step++) {
    await wheel(-250);
    const place = await doctor.page.evaluate(() => {
      const log = document.querySelector('[role=log]').getBoundingClientRect();
      const row = [...document.querySelectorAll('[data-message]')].find((element) => {
        const box = element.getBoundingClientRect();
        return box.top > log.top + 80 && box.bottom < log.bottom;
      });
      return row && { key: row.dataset.message, top: row.getBoundingClientRect().top };
    });
    if (!place) continue;
    // Nobody scrolls now: whatever comes in above must not move the row.
    await doctor.page.waitForTimeout(250);
    const top = await doctor.page.evaluate((key) => {
      const row = [...document.querySelectorAll('[data-message]')].find((element) => element.dataset.message === key);
      return row?.getBoundingClientRect().top;
    }, place.key);
    if (top === undefined || Math.abs(top - place.top) > 2) moved++;
    const now = await oldest();
    if (now !== before) asked++;
    before = now;
  }
  assert.ok(asked > 0, 'nothing came in above');
  assert.equal(moved, 0);
});

test('a message that comes while one reads above is counted, not jumped to', async () => {
  await stage.api('meera', `/api/doctorpatientrelations/${relation}/chats`, { method: 'POST', body: { text: 'Are you there?' } });
  await doctor.page.getByRole('button', { name: '1 new message. Jump to the latest.' }).click();
  await doctor.sees('Are you there?');
});
