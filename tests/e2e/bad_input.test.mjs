// What no honest client sends: refused in the protocol's own words, nothing stored, and the connection lives on.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { assertErrorEvent, assertRefused, texts } from './support/answers.mjs';
import { overMatrix } from './support/stage.mjs';

const payloads = {
  'a number for the text': [{ text: 7 }],
  'an object for the text': [{ text: { toString: 'x' } }],
  'an array for the text': [{ text: ['a'] }],
  'null for the text': [{ text: null }],
  'no text at all': [{}],
  'no payload': [],
  'null': [null],
  'a string': ['Hello'],
  'a number': [42],
  'a boolean': [true],
  'an array': [[{ text: 'Hello' }]],
  'NUL in the text': [{ text: 'a\u0000b' }],
  'a lone high surrogate': [{ text: 'a\ud800b' }],
  'a lone low surrogate': [{ text: '\udc00' }],
  'surrogates the wrong way round': [{ text: '\udc00\ud800' }],
  'bytes for the text': [{ text: Buffer.from('Hello') }],
  'bytes for the payload': [Buffer.from('Hello')],
};

overMatrix('bad input', (stage) => {
  /** The connection that was just abused still does its work, and nothing but that work was stored. */
  async function assertUnharmed(doctor, patient) {
    await doctor.send('Still at work');
    assert.equal((await patient.next('new_message')).message.text, 'Still at work');
    assert.deepEqual(texts(await doctor.history()), ['Still at work']);
    assert.deepEqual(doctor.all('disconnect'), []);
    assert.equal(patient.all('new_message').length, 1);
  }

  it('is refused by acknowledgement, in every shape', async (t) => {
    const { doctor, patient } = await stage.conversation(t);
    for (const [what, payload] of Object.entries(payloads)) {
      const ack = await doctor.ask('send_message', ...payload).catch((error) => assert.fail(`${what}: ${error.message}`));
      assertRefused(ack, 'Invalid payload');
    }
    await assertUnharmed(doctor, patient);
    assert.deepEqual(doctor.all('error'), []);
  });

  it('is refused by an error event, in every shape', async (t) => {
    const { doctor, patient } = await stage.conversation(t);
    for (const payload of Object.values(payloads)) {
      doctor.tell('send_message', ...payload);
      assertErrorEvent(await doctor.next('error'), { message: 'Invalid payload', event: 'send_message' });
    }
    await assertUnharmed(doctor, patient);
  });

  it('may carry names that mean something to JavaScript', async (t) => {
    const { doctor, patient } = await stage.conversation(t);
    const trap = JSON.parse('{"__proto__":{"text":"polluted"},"constructor":{"prototype":{"text":"x"}}}');
    assertRefused(await doctor.ask('send_message', trap), 'Invalid payload');
    for (const event of ['__proto__', 'constructor', 'hasOwnProperty', 'toString', '', 'x'.repeat(500)]) {
      doctor.tell(event, trap);
    }
    await assertUnharmed(doctor, patient);
  });

  it('never stores text of hundreds of kilobytes', async (t) => {
    const { doctor, patient } = await stage.conversation(t);
    assertRefused(await doctor.ask('send_message', { text: 'x'.repeat(500_000) }), 'Message is too long');
    await assertUnharmed(doctor, patient);
  });

  it('refuses five megabytes in words, and the connection lives', async (t) => {
    const { doctor, patient } = await stage.conversation(t);
    const text = 'x'.repeat(5_000_000);
    assertRefused(await doctor.ask('send_message', { text }), 'Message is too long');
    assert.deepEqual(doctor.all('disconnect'), []);
    await assertUnharmed(doctor, patient);
  });
});
