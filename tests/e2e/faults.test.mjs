// The database under trouble: what could not be stored is said so and shown to nobody, and all is well afterwards.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { assertErrorEvent, assertRefused, texts } from './support/answers.mjs';
import { fetchPlain } from './support/http.mjs';
import { patience } from './support/program.mjs';
import { withServer } from './support/stage.mjs';

for (const QUICKCLINIC_SHARDS of ['1', '4']) {
  withServer(`a database in trouble, shards ${QUICKCLINIC_SHARDS}`, { env: { QUICKCLINIC_SHARDS } }, (stage) => {
    const rename = (from, to) => stage.clinic.database.run(`ALTER TABLE "${from}" RENAME TO "${to}"`);

    /** Runs `work` while the server cannot find `table`. */
    async function without(table, work) {
      rename(table, `${table}_away`);
      try {
        await work();
      } finally {
        rename(`${table}_away`, table);
      }
    }

    it('refuses a message that cannot be stored, shows it to nobody and takes it later', async (t) => {
      const { doctor, patient } = await stage.conversation(t);
      const message = { text: 'Kept for later', clientMessageId: 'later' };
      const unlock = await stage.clinic.database.lockWrites();
      t.after(unlock);

      const ack = await doctor.socket.timeout(20_000 * patience).emitWithAck('send_message', message);
      assertRefused(ack, 'Failed to send message');
      await unlock();

      await patient.settle();
      assert.deepEqual(patient.all('new_message'), []);
      assert.deepEqual(await patient.history(), []);
      await doctor.send(message.text, { clientMessageId: message.clientMessageId });
      assert.equal((await patient.next('new_message')).message.text, 'Kept for later');
      assert.deepEqual(texts(await patient.history()), ['Kept for later']);
    });

    it('keeps reading, pinging and answering while it cannot write', async (t) => {
      const { doctor, patient } = await stage.conversation(t);
      await doctor.send('Before');
      const unlock = await stage.clinic.database.lockWrites();
      t.after(unlock);
      const waiting = doctor.socket.timeout(20_000 * patience).emitWithAck('send_message', { text: 'Waiting' });

      assert.deepEqual(texts(await patient.history()), ['Before']);
      await patient.ask('user_typing');
      await doctor.next('user_typing');
      assert.equal((await fetchPlain(stage.server, '/health')).status, 200);

      await unlock();
      const ack = await waiting;
      await patient.settle();
      const expected = ack.ok ? ['Before', 'Waiting'] : ['Before'];
      assert.deepEqual(texts(await patient.history()), expected);
    });

    it('says that messages cannot be loaded', async (t) => {
      const { doctor } = await stage.conversation(t);
      await doctor.send('Here');
      await without('ChatMessages', async () => {
        assertRefused(await doctor.ask('get_initial_messages', {}), 'Failed to load messages');
        assertRefused(await doctor.ask('get_messages', { limit: 5 }), 'Failed to load messages');
        assertRefused(await doctor.ask('send_message', { text: 'Lost?' }), 'Failed to send message');
        doctor.tell('get_initial_messages', {});
        assertErrorEvent(await doctor.next('error'), { message: 'Failed to load messages', event: 'get_initial_messages' });
      });
      assert.deepEqual(texts(await doctor.history()), ['Here']);
    });

    it('lets nobody in unasked, and keeps those who are in', async (t) => {
      const { pair, doctor, patient } = await stage.conversation(t);
      const auth = { token: stage.clinic.token(pair.doctor), relationId: pair.id };
      await without('User', async () => {
        assert.deepEqual(await stage.member(t, { auth }).refusal(), {
          message: 'Service unavailable', code: 'service_unavailable',
        });
      });
      await stage.member(t, { auth }).ready();
      await doctor.send('Still in');
      await patient.next('new_message');
    });
  });
}
