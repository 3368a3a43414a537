// Whatever somebody writes is text, and stays where it belongs on the screen.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Stage } from './support/stage.mjs';

const hostile = [
  '<img src=x onerror="window.caught=1">',
  '<script>window.caught=1</script>',
  '[click](javascript:window.caught=1)',
  'javascript:window.caught=1',
  'data:text/html,<script>window.caught=1</script>',
  '"><svg/onload=window.caught=1>',
  '{{constructor.constructor("window.caught=1")()}}',
  'https://clinic.example/"onmouseover="window.caught=1',
  'z\u0351\u0352\u0353'.repeat(40),
  '//evil.example/path',
  '/\\evil.example',
  '/doctor/chat/../../api/user/logout',
];

let stage, relation, doctor, patient;

after(() => stage?.close());

before(async () => {
  stage = await Stage.open({ env: { MAX_MESSAGE_CHARS: '100000' } });
  relation = await stage.relation('asha', 'meera');
  doctor = await stage.person('asha');
  patient = await stage.person('meera', { viewport: { width: 360, height: 740 } });
  await doctor.openChat(relation);
  await patient.openChat(relation);
});

for (const text of hostile) {
  test(`is shown as written: ${JSON.stringify(text).slice(0, 50)}`, async () => {
    await stage.api('asha', `/api/doctorpatientrelations/${relation}/chats`, { method: 'POST', body: { text } });
    await patient.sees(text);
    await doctor.sees(text);
    for (const link of await patient.row(text).first().getByRole('link').all()) {
      const href = await link.getAttribute('href');
      assert.match(href, /^(https?:|mailto:|tel:)/);
      assert.match(await link.getAttribute('rel'), /noopener/);
    }
    assert.equal(await patient.row(text).first().getByRole('button', { name: /^Open/ }).count(), 0);
  });
}

test('a line of 100 KB neither widens the page nor stops it', async () => {
  const text = `long ${'x'.repeat(99_990)}`;
  await stage.send('asha', relation, text);
  await patient.sees('long xxx');
  const { scroll, client } = await patient.page.evaluate(() => ({
    scroll: document.documentElement.scrollWidth, client: document.documentElement.clientWidth,
  }));
  assert.ok(scroll <= client, `${scroll} > ${client}`);
  await patient.say('still here');
  await doctor.sees('still here');
});

test('what would turn the direction of other text round is taken out of its power', async () => {
  await stage.send('asha', relation, 'invoice\u202Efdp.exe and \u2066the rest');
  await patient.sees('invoice');
  const shown = await patient.row('invoice').innerText();
  assert.doesNotMatch(shown, /[\u202A-\u202E]/);
  assert.match(shown, /fdp\.exe/);
});

test('a link and a route of the application are what they should be', async () => {
  await stage.api('asha', `/api/doctorpatientrelations/${relation}/chats`, { method: 'POST', body: { text: 'See https://example.org/a?b=c and mail info@example.org' } });
  await patient.sees('See https://example.org');
  const link = patient.row('See https://example.org').getByRole('link').first();
  assert.equal(await link.getAttribute('href'), 'https://example.org/a?b=c');
  assert.equal(await link.getAttribute('target'), '_blank');
  await stage.api('asha', `/api/doctorpatientrelations/${relation}/chats`, { method: 'POST', body: { text: 'Your list:\n/patient' } });
  await patient.sees('Your list:');
  const route = patient.row('Your list:').getByRole('button').or(patient.row('Your list:').getByRole('link')).first();
  await route.click();
  await patient.page.waitForURL('**/patient');
});

test('nothing of it was executed', async () => {
  for (const person of [doctor, patient]) {
    assert.equal(await person.page.evaluate(() => window.caught), undefined);
    assert.deepEqual(person.faults, []);
  }
});
