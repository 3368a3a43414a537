import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  assertErrorEvent, assertMessage, assertOwnMessage, assertRefused, texts,
} from './support/answers.mjs';
import { keys } from './support/member.mjs';
import { overMatrix } from './support/stage.mjs';

overMatrix('send_message', (stage) => {
  it('reaches the whole room, the sender included, and is acknowledged', async (t) => {
    const { pair, doctor, patient } = await stage.conversation(t);

    const ack = await doctor.ask('send_message', { text: 'How is the knee today?' });

    assert.deepEqual(keys(ack), ['message', 'ok']);
    assert.equal(ack.ok, true);
    const expected = { text: 'How is the knee today?', sender: pair.doctor };
    assertMessage(ack.message, expected);
    for (const member of [doctor, patient]) {
      const event = await member.next('new_message');
      assert.deepEqual(keys(event), ['message']);
      assert.deepEqual(event.message, ack.message);
    }
  });

  it('works without an acknowledgement', async (t) => {
    const { pair, doctor, patient } = await stage.conversation(t);
    patient.tell('send_message', { text: 'No ack asked for' });
    const { message } = await doctor.next('new_message');
    assertMessage(message, { text: 'No ack asked for', sender: pair.patient });
    assert.deepEqual(patient.all('error'), []);
  });

  it('keeps the client\'s own id among the sender\'s sockets', async (t) => {
    const { pair, doctor, patient } = await stage.conversation(t);
    const secondDevice = await stage.enter(t, pair.doctor, pair);
    const expected = { text: 'With an id', sender: pair.doctor, clientMessageId: 'c-1' };

    const ack = await doctor.ask('send_message', { text: 'With an id', clientMessageId: 'c-1' });

    assertOwnMessage(ack.message, expected);
    assertOwnMessage((await doctor.next('new_message')).message, expected);
    assertOwnMessage((await secondDevice.next('new_message')).message, expected);
    assertMessage((await patient.next('new_message')).message, expected);
  });

  it('trims the text and nothing else of it', async (t) => {
    const { doctor, patient } = await stage.conversation(t);
    await doctor.send(' \n\t  two  words \r\n ');
    assert.equal((await patient.next('new_message')).message.text, 'two  words');
  });

  it('carries every script, emoji and markup as it was typed', async (t) => {
    const { doctor, patient } = await stage.conversation(t);
    const said = ['नमस्ते डॉक्टर', 'שלום', '👩‍⚕️🩺', '<img src=x onerror=alert(1)>', `'; DROP TABLE "User"; --`, '{"a":[1]}', 'a\u2028b', '\\u0041"\\'];
    for (const text of said) await doctor.send(text);
    const heard = await patient.count('new_message', said.length);
    assert.deepEqual(heard.map(({ message }) => message.text), said);
    assert.deepEqual(texts(await patient.history()), said);
  });

  it('counts code points, not bytes or UTF-16 units, up to 4000', async (t) => {
    const { doctor, patient } = await stage.conversation(t);
    for (const text of ['x'.repeat(4000), '🩺'.repeat(4000), `  ${'é'.repeat(4000)}  `]) {
      await doctor.send(text);
      assert.equal((await patient.next('new_message')).message.text, text.trim());
    }
  });

  it('refuses one code point more', async (t) => {
    const { doctor, patient } = await stage.conversation(t);
    for (const text of ['x'.repeat(4001), '🩺'.repeat(4001)]) {
      assertRefused(await doctor.ask('send_message', { text }), 'Message is too long');
    }
    await patient.settle();
    assert.deepEqual(patient.all('new_message'), []);
    assert.deepEqual(await doctor.history(), []);
  });

  it('refuses a text of nothing', async (t) => {
    const { doctor } = await stage.conversation(t);
    for (const text of ['', ' ', '\n\t \r\n']) {
      assertRefused(await doctor.ask('send_message', { text }), 'Message cannot be empty');
    }
    assert.deepEqual(doctor.all('error'), [], 'a refusal by acknowledgement is not sent again as an event');
    assert.deepEqual(await doctor.history(), []);
  });

  it('sends the refusal as an error event where no acknowledgement was asked for', async (t) => {
    const { doctor, patient } = await stage.conversation(t);
    doctor.tell('send_message', { text: '   ' });
    assertErrorEvent(await doctor.next('error'), { message: 'Message cannot be empty', event: 'send_message' });
    doctor.tell('send_message', { text: 'x'.repeat(4001) });
    assertErrorEvent(await doctor.next('error'), { message: 'Message is too long', event: 'send_message' });
    await patient.settle();
    assert.deepEqual(patient.all('error'), [], 'the other side hears nothing of it');
  });

  it('takes sender, room and time from the server, whatever the payload says', async (t) => {
    const { pair, doctor, patient } = await stage.conversation(t);
    const elsewhere = await stage.conversation(t);
    const forged = {
      text: 'Believe me', id: 'mine', senderId: pair.doctor.id, userId: pair.doctor.id, senderName: 'Somebody',
      senderRole: 'DOCTOR', relationId: elsewhere.pair.id, room: `relation_${elsewhere.pair.id}`,
      createdAt: '1999-01-01T00:00:00.000Z',
    };

    const { message } = await patient.ask('send_message', forged);

    assertMessage(message, { text: 'Believe me', sender: pair.patient });
    assert.notEqual(message.id, 'mine');
    assert.ok(Math.abs(Date.parse(message.createdAt) - Date.now()) < 60_000);
    await doctor.next('new_message');
    await elsewhere.doctor.settle();
    assert.deepEqual(elsewhere.doctor.all('new_message'), []);
  });

  it('reaches every device of both people', async (t) => {
    const { pair, doctor, patient } = await stage.conversation(t);
    const others = await Promise.all([
      stage.enter(t, pair.doctor, pair), stage.enter(t, pair.patient, pair), stage.enter(t, pair.patient, pair),
    ]);
    await doctor.send('To all devices');
    for (const member of [doctor, patient, ...others]) {
      assert.equal((await member.next('new_message')).message.text, 'To all devices');
    }
  });

  it('is refused to a connection without a relation', async (t) => {
    const pair = stage.clinic.pair();
    const listener = await stage.listen(t, pair.doctor);
    const ack = await listener.ask('send_message', { text: 'To whom?', relationId: pair.id });
    assert.equal(ack.ok, false);
    const member = await stage.enter(t, pair.doctor, pair);
    assert.deepEqual(await member.history(), []);
  });
});
