// The same clientMessageId is the same message: acknowledged each time, stored once, broadcast once.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { assertRefused, ids, texts } from './support/answers.mjs';
import { overMatrix } from './support/stage.mjs';

overMatrix('a message sent again', (stage) => {
  it('is acknowledged again with the same message', async (t) => {
    const { doctor, patient } = await stage.conversation(t);
    const first = await doctor.send('Once', { clientMessageId: 'again' });
    const second = await doctor.send('Once', { clientMessageId: 'again' });
    const changed = await doctor.send('Not what was said first', { clientMessageId: 'again' });

    assert.deepEqual(second, first);
    assert.deepEqual(changed, first);
    await patient.settle();
    assert.deepEqual(texts(patient.all('new_message').map(({ message }) => message)), ['Once']);
    assert.deepEqual(texts(await patient.history()), ['Once']);
  });

  it('is stored once when both copies are in flight together', async (t) => {
    const { doctor, patient } = await stage.conversation(t);
    const message = { text: 'In flight', clientMessageId: 'twin' };
    const acks = await Promise.all(Array.from({ length: 5 }, () => doctor.ask('send_message', message)));
    assert.equal(new Set(acks.map((ack) => ack.message?.id)).size, 1);
    assert.ok(acks.every((ack) => ack.ok), JSON.stringify(acks));
    await patient.settle();
    assert.equal(patient.all('new_message').length, 1);
    assert.equal((await patient.history()).length, 1);
  });

  it('is stored once when it comes from two devices', async (t) => {
    const { pair, doctor, patient } = await stage.conversation(t);
    const secondDevice = await stage.enter(t, pair.doctor, pair);
    const message = { text: 'From two devices', clientMessageId: 'shared' };
    const acks = await Promise.all([
      doctor.ask('send_message', message), secondDevice.ask('send_message', message),
    ]);
    assert.deepEqual(acks[0], acks[1]);
    await Promise.all([doctor.settle(), secondDevice.settle(), patient.settle()]);
    for (const member of [doctor, secondDevice, patient]) assert.equal(member.all('new_message').length, 1);
    assert.equal((await patient.history()).length, 1);
  });

  it('is known again after a reconnect', async (t) => {
    const { pair, doctor, patient } = await stage.conversation(t);
    const first = await doctor.send('Before the cut', { clientMessageId: 'later' });
    doctor.socket.io.engine.close();
    const back = await stage.enter(t, pair.doctor, pair);
    assert.deepEqual(await back.send('Before the cut', { clientMessageId: 'later' }), first);
    await patient.settle();
    assert.equal(patient.all('new_message').length, 1);
  });

  it('is another message from another sender, in another relation or under another id', async (t) => {
    const { doctor, patient } = await stage.conversation(t);
    const elsewhere = await stage.conversation(t);
    const sent = [
      await doctor.send('same words', { clientMessageId: 'k' }),
      await patient.send('same words', { clientMessageId: 'k' }),
      await doctor.send('same words', { clientMessageId: 'K' }),
      await doctor.send('same words'),
      await doctor.send('same words'),
      await elsewhere.doctor.send('same words', { clientMessageId: 'k' }),
    ];
    assert.equal(new Set(ids(sent)).size, sent.length);
    assert.equal((await doctor.history()).length, 5);
    assert.equal((await elsewhere.doctor.history()).length, 1);
  });

  it('can be sent again under its key after a refusal', async (t) => {
    const { doctor } = await stage.conversation(t);
    assertRefused(await doctor.ask('send_message', { text: ' ', clientMessageId: 'fix' }), 'Message cannot be empty');
    await doctor.send('Now with words', { clientMessageId: 'fix' });
    assert.deepEqual(texts(await doctor.history()), ['Now with words']);
  });

  it('is refused when its key is not a text', async (t) => {
    const { doctor } = await stage.conversation(t);
    for (const clientMessageId of [7, {}, ['k'], true]) {
      assertRefused(await doctor.ask('send_message', { text: 'Hello', clientMessageId }), 'Invalid payload');
    }
    assert.deepEqual(await doctor.history(), []);
  });
});
