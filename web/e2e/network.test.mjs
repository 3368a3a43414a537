// Whatever happens to the line and to the server, both sides end with the same messages, each once.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Stage } from './support/stage.mjs';
import { pause, until } from './support/waiting.mjs';

let stage;

after(() => stage?.close());

before(async () => {
  stage = await Stage.open();
});

async function pair(doctor, patient) {
  const relation = await stage.relation(doctor, patient);
  const people = [await stage.person(doctor), await stage.person(patient)];
  for (const person of people) await person.openChat(relation);
  await Promise.all(people.map((person) => person.page.getByText('Online').first().waitFor()));
  return { relation, people };
}

/** Everything that was said is stored once, in one order, and both screens show that order. */
async function assertSame(relation, people, said) {
  const stored = await until(60_000, async () => {
    const texts = await stage.stored(people[0].who.name.split(' ')[0].toLowerCase(), relation);
    return said.every((text) => texts.includes(text)) && texts.filter((text) => said.includes(text));
  }, 'all messages in the database');
  assert.deepEqual(stored.toSorted(), said.toSorted());
  for (const person of people) {
    await until(30_000, async () => {
      const texts = (await person.texts()).filter((text) => said.includes(text));
      return JSON.stringify(texts) === JSON.stringify(stored);
    }, `${person.who.name} to see what is stored`);
    assert.equal(await person.messages.locator('[data-delivery=pending]').count(), 0);
  }
}

/** Both write one message after the other, a pause between, while `trouble` goes on. */
async function bothWrite(people, count, label, trouble) {
  const said = [];
  const running = trouble();
  for (let n = 0; n < count; n++) {
    for (const person of people) {
      const text = `${label} ${n} of ${person.who.name}`;
      said.push(text);
      await person.say(text);
    }
    await pause(150);
  }
  await running;
  return said;
}

test('a cut of 3 seconds while both write is not even mentioned', async () => {
  const { relation, people } = await pair('asha', 'meera');
  let banner = false;
  const said = await bothWrite(people, 8, 'short', async () => {
    await pause(300);
    stage.line.close();
    await pause(3000);
    banner = (await people[0].page.getByText(/Connection lost|No network/).count()) > 0;
    stage.line.heal();
  });
  await assertSame(relation, people, said);
  assert.equal(banner, false);
});

test('a minute without network: a banner, pending messages, and everything arrives once', async () => {
  const { relation, people } = await pair('asha', 'jonas');
  const said = await bothWrite(people, 6, 'long', async () => {
    await pause(200);
    stage.line.close();
    await Promise.all(people.map((person) => person.context.setOffline(true)));
    await people[0].page.getByText('No network.', { exact: false }).first().waitFor();
    await pause(60_000);
    stage.line.heal();
    await Promise.all(people.map((person) => person.context.setOffline(false)));
  });
  await assertSame(relation, people, said);
  assert.equal(await people[0].page.getByText('No network.', { exact: false }).count(), 0);
});

test('the server killed and started again in the middle', async () => {
  const { relation, people } = await pair('lukas', 'claire');
  const said = await bothWrite(people, 8, 'restart', async () => {
    await pause(400);
    await stage.server.stop('SIGKILL');
    await people[0].page.getByText('Connection lost', { exact: false }).first().waitFor();
    await stage.startServer();
    const again = people[0].page.getByRole('button', { name: 'Try now' });
    await again.click({ timeout: 5000 }).catch(() => {});
  });
  await assertSame(relation, people, said);
});

test('what could not be sent outlives a reload, and goes out in order', async () => {
  const { relation, people } = await pair('asha', 'meera');
  const [doctor] = people;
  // The page itself must still come, so only the live connection and the API are blocked.
  await doctor.context.route(/\/(socket\.io|api\/doctorpatientrelations\/.*\/chats)/, (route) => route.abort());
  await doctor.context.routeWebSocket(/socket\.io/, (socket) => socket.close());
  await doctor.page.reload();
  await doctor.composer.waitFor();
  const said = ['first while offline', 'second while offline', 'third while offline'];
  for (const text of said) await doctor.say(text);
  await doctor.page.reload();
  for (const text of said) await doctor.sees(text);
  await doctor.context.unrouteAll();
  await doctor.page.reload();
  await assertSame(relation, people, said);
  const order = (await stage.stored(doctor.who.name.split(' ')[0].toLowerCase(), relation)).filter((text) => said.includes(text));
  assert.deepEqual(order, said);
});
