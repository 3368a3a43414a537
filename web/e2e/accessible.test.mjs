// axe finds nothing on any page in either theme; the whole of it works from the keyboard, at double size, in Hindi.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { Stage } from './support/stage.mjs';
import { until } from './support/waiting.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let stage, relation;

after(() => stage?.close());

before(async () => {
  stage = await Stage.open();
  relation = await stage.relation('asha', 'meera');
});

async function findings(page) {
  // Past the content security policy, as a browser's own tools are.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ').slice(0, 400)}`);
}

const pages = [
  { name: 'login', path: () => '/login', token: null, ready: (page) => page.getByRole('button', { name: 'Log in' }) },
  { name: 'list of a doctor', path: () => '/doctor', ready: (page) => page.getByRole('link', { name: /Meera/ }).first() },
  { name: 'list of a patient', who: 'meera', path: () => '/patient', ready: (page) => page.getByRole('link', { name: /Asha/ }).first() },
  { name: 'conversation', path: () => `/doctor/chat/${relation}`, ready: (page) => page.locator('[data-message]').first() },
  { name: 'no such conversation', path: () => '/doctor/chat/none', ready: (page) => page.getByText('There is no such conversation') },
  { name: 'no such page', path: () => '/none', ready: (page) => page.getByText('There is no such page') },
];

for (const colorScheme of ['light', 'dark']) {
  for (const viewport of [{ width: 1280, height: 800 }, { width: 360, height: 740 }]) {
    for (const { name, who = 'asha', path, token, ready } of pages) {
      test(`axe finds nothing: ${name}, ${colorScheme}, ${viewport.width} px`, async () => {
        const person = await stage.person(who, { colorScheme, viewport, ...(token === null ? { token } : {}) });
        await person.go(path());
        await ready(person.page).waitFor();
        assert.deepEqual(await findings(person.page), []);
        if (process.env.QUICKCLINIC_SCREENSHOTS) {
          await person.page.screenshot({ path: `${process.env.QUICKCLINIC_SCREENSHOTS}/${name.replaceAll(' ', '-')}-${colorScheme}-${viewport.width}.png` });
        }
        await person.context.close();
      });
    }
  }
}

test('the whole flow works from the keyboard', async () => {
  const person = await stage.person('asha', { token: null });
  const { page } = person;
  const focused = () => page.evaluate(() => {
    const element = document.activeElement;
    return element === document.body ? '' : (element.getAttribute('aria-label') ?? element.textContent);
  });
  /** Tab until what has the focus is named so. */
  const tabTo = async (name, most = 40) => {
    for (let n = 0; n < most; n++) {
      if (name.test(await focused())) return;
      await page.keyboard.press('Tab');
    }
    assert.fail(`no way to ${name} with Tab; at ${await focused()}`);
  };
  await person.go('/login');
  await page.getByLabel('Email').focus();
  await page.keyboard.type(person.who.email);
  await page.keyboard.press('Tab');
  await page.keyboard.type(person.who.password);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/doctor');
  await page.getByRole('link', { name: /Meera/ }).first().waitFor();
  await tabTo(/Meera/);
  await page.keyboard.press('Enter');
  await person.composer.waitFor();
  for (let n = 0; n < 60 && !(await person.composer.evaluate((element) => element === document.activeElement)); n++) {
    await page.keyboard.press('Tab');
  }
  await page.keyboard.type('typed without a mouse');
  await page.keyboard.press('Enter');
  await person.seesDelivery('typed without a mouse', 'sent', 'delivered', 'read');
});

test('a message of the other is announced', async () => {
  const doctor = await stage.person('asha');
  await doctor.openChat(relation);
  await doctor.page.getByText('Online').or(doctor.page.getByText(/Offline|Last seen/)).first().waitFor();
  await stage.api('meera', `/api/doctorpatientrelations/${relation}/chats`, { method: 'POST', body: { text: 'Can you hear me?' } });
  await until(10_000, async () => {
    const live = await doctor.page.locator('[aria-live=polite], [role=status]').allTextContents();
    return live.some((text) => text.includes('Can you hear me?'));
  }, 'the announcement');
});

test('at double size nothing is cut off', async () => {
  // 200 % of a 1280 px window is a window of 640 px with twice the pixels.
  const person = await stage.person('asha', { viewport: { width: 640, height: 400 }, deviceScaleFactor: 2 });
  await person.openChat(relation);
  const { scroll, client } = await person.page.evaluate(() => ({
    scroll: document.documentElement.scrollWidth, client: document.documentElement.clientWidth,
  }));
  assert.ok(scroll <= client);
  await person.say('at double size');
  await person.seesDelivery('at double size', 'sent', 'delivered', 'read');
});

test('in Hindi, the page says so and the times are those of the reader', async () => {
  const person = await stage.person('meera', { locale: 'hi-IN', timezoneId: 'Asia/Kolkata' });
  await person.go('/patient');
  await until(10_000, async () => (await person.page.getAttribute('html', 'lang')) === 'hi', 'lang="hi"');
  const heading = person.page.locator('h1').first();
  await until(10_000, async () => /[\u0900-\u097F]/.test(await heading.innerText()), 'a heading in Hindi');
  assert.deepEqual(await findings(person.page), []);
});
