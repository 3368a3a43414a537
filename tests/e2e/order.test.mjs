import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ids } from './support/answers.mjs';
import { overMatrix } from './support/stage.mjs';

overMatrix('the order of messages', (stage) => {
  it('is one for everybody, live and in history, however many talk at once', async (t) => {
    const { pair, doctor, patient } = await stage.conversation(t);
    const members = [
      doctor, patient, await stage.enter(t, pair.doctor, pair), await stage.enter(t, pair.patient, pair),
    ];
    const each = 12;
    const total = each * members.length;

    const acks = await Promise.all(members.flatMap((member, who) =>
      Array.from({ length: each }, (_, index) => member.ask('send_message', { text: `${who}:${index}` }))));

    assert.ok(acks.every((ack) => ack.ok), JSON.stringify(acks.filter((ack) => !ack.ok)));
    const streams = [];
    for (const member of members) {
      streams.push((await member.count('new_message', total)).map(({ message }) => message));
    }
    const history = await doctor.history();
    for (const stream of streams) assert.deepEqual(ids(stream), ids(history));
    const after = (await doctor.ask('get_messages', { after: history[0].id, limit: 100 })).messages;
    assert.deepEqual(ids(after), ids(history).slice(1));

    const times = history.map((message) => Date.parse(message.createdAt));
    assert.deepEqual(times, times.toSorted((a, b) => a - b), 'createdAt never decreases');
    members.forEach((_, who) => {
      const own = history.filter(({ text }) => text.startsWith(`${who}:`)).map(({ text }) => text);
      assert.deepEqual(own, Array.from({ length: each }, (_, index) => `${who}:${index}`), 'a sender\'s own order holds');
    });
  });

  it('never mixes conversations', async (t) => {
    const rooms = await Promise.all([stage.conversation(t), stage.conversation(t), stage.conversation(t)]);

    await Promise.all(rooms.flatMap(({ doctor, patient }, room) =>
      Array.from({ length: 8 }, async (_, index) => {
        await doctor.send(`${room} d${index}`);
        await patient.ask('user_typing');
        const { id } = await patient.send(`${room} p${index}`);
        await doctor.ask('mark_as_read', { messageId: id });
      })));

    for (const [room, { pair, doctor, patient }] of rooms.entries()) {
      for (const member of [doctor, patient]) {
        const heard = await member.count('new_message', 16);
        assert.equal(heard.length, 16);
        assert.ok(heard.every(({ message }) => message.text.startsWith(`${room} `)));
        assert.ok(member.all('user_typing').every(({ userId }) => userId === pair.patient.id));
        assert.ok(member.all('message_read').every(({ readBy }) => readBy === pair.doctor.id));
      }
      assert.equal((await doctor.history()).length, 16);
    }
  });
});
