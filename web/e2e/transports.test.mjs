// The same chat over WebSocket alone, over polling alone, and with sockets blocked altogether.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Stage } from './support/stage.mjs';

let stage, relation;

after(() => stage?.close());

before(async () => {
  stage = await Stage.open();
  relation = await stage.relation('asha', 'meera');
});

/** Each says something, and the other sees it. */
async function exchange(people, label) {
  for (const [one, other] of [people, people.toReversed()]) {
    const text = `${label}, from ${one.who.name}`;
    await one.say(text);
    await other.sees(text);
    await one.seesDelivery(text, 'sent', 'delivered', 'read');
  }
  const stored = await stage.stored('asha', relation);
  assert.equal(stored.filter((text) => text.startsWith(label)).length, 2);
}

async function pair(prepare) {
  const people = [];
  for (const name of ['asha', 'meera']) {
    const person = await stage.person(name);
    person.requests = [];
    person.context.on('request', (request) => person.requests.push(request.url()));
    await prepare(person);
    await person.openChat(relation);
    people.push(person);
  }
  return people;
}

test('over WebSocket', async () => {
  const people = await pair(() => {});
  let frames = 0;
  people[0].page.on('websocket', (socket) => socket.on('framereceived', () => frames++));
  await people[0].page.reload();
  await people[0].composer.waitFor();
  await exchange(people, 'by WebSocket');
  assert.ok(frames > 0);
});

test('over polling, where a proxy lets no WebSocket through', async () => {
  const people = await pair((person) => person.context.routeWebSocket(/socket\.io/, (socket) => socket.close()));
  await exchange(people, 'by polling');
  assert.ok(people[0].requests.some((url) => url.includes('transport=polling')));
});

test('over plain requests, where a proxy lets no socket through', async () => {
  const people = await pair(async (person) => {
    await person.context.routeWebSocket(/socket\.io/, (socket) => socket.close());
    await person.context.route(/\/socket\.io\//, (route) => route.abort());
  });
  await people[0].page.getByText('Live connection is blocked.', { exact: false }).first().waitFor({ timeout: 60_000 });
  await exchange(people, 'by requests');
});
