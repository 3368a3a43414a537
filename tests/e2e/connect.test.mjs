import assert from 'node:assert/strict';
import { it } from 'node:test';
import { overMatrix } from './support/stage.mjs';

overMatrix('connecting', (stage) => {
  it('tells a member who they are in the conversation', async (t) => {
    const pair = stage.clinic.pair();
    for (const user of [pair.doctor, pair.patient]) {
      const member = await stage.enter(t, user, pair);
      assert.deepEqual(member.all('connected'), [{
        message: 'Connected successfully',
        userId: user.id, userName: user.name, userRole: user.role, relationId: pair.id,
      }]);
    }
  });

  it('tells who connects without a relation that notifications will come', async (t) => {
    const { doctor } = stage.clinic.pair();
    const member = await stage.listen(t, doctor);
    assert.deepEqual(member.all('notification_connected'), [{
      message: 'Connected to notifications',
      userId: doctor.id, userName: doctor.name, userRole: doctor.role,
    }]);
    assert.deepEqual(member.all('connected'), []);
  });

  it('takes the relation from the query when the handshake names none', async (t) => {
    const pair = stage.clinic.pair();
    const auth = { token: stage.clinic.token(pair.doctor) };
    const member = await stage.member(t, { auth, query: { relationId: pair.id } }).ready();
    assert.equal(member.all('connected')[0].relationId, pair.id);
  });

  it('prefers the relation of the handshake to that of the query', async (t) => {
    const pair = stage.clinic.pair();
    const auth = { token: stage.clinic.token(pair.doctor), relationId: pair.id };
    const member = await stage.member(t, { auth, query: { relationId: stage.clinic.pair().id } }).ready();
    assert.equal(member.all('connected')[0].relationId, pair.id);
  });

  it('never believes identity fields of the handshake', async (t) => {
    const pair = stage.clinic.pair();
    const forged = {
      userId: pair.doctor.id, id: pair.doctor.id, userRole: 'ADMIN', role: 'ADMIN', userName: 'Nobody', name: 'Nobody',
    };
    const auth = { ...forged, token: stage.clinic.token(pair.patient), relationId: pair.id };
    const member = await stage.member(t, { auth, query: forged }).ready();
    const [connected] = member.all('connected');
    assert.equal(connected.userId, pair.patient.id);
    assert.equal(connected.userName, pair.patient.name);
    assert.equal(connected.userRole, 'PATIENT');
  });

  it('ends on the transport that the client wanted', async (t) => {
    const pair = stage.clinic.pair();
    const member = await stage.enter(t, pair.doctor, pair);
    const expected = stage.transport === 'polling' ? 'polling' : 'websocket';
    assert.equal(member.socket.io.engine.transport.name, expected);
  });

  it('loses nothing that is said while the transport changes', async (t) => {
    const pair = stage.clinic.pair();
    const patient = await stage.enter(t, pair.patient, pair);
    const doctor = stage.member(t, { auth: { token: stage.clinic.token(pair.doctor), relationId: pair.id } });
    await doctor.next('connected');
    const said = Array.from({ length: 10 }, (_, index) => `during the upgrade ${index}`);

    const acks = await Promise.all(said.map((text) => doctor.ask('send_message', { text })));

    assert.ok(acks.every((ack) => ack.ok), JSON.stringify(acks));
    const heard = await patient.count('new_message', said.length);
    assert.deepEqual(heard.map(({ message }) => message.text), said);
    const own = await doctor.count('new_message', said.length);
    assert.deepEqual(own.map(({ message }) => message.text), said);
  });

  it('lets a member leave and come back', async (t) => {
    const pair = stage.clinic.pair();
    const member = await stage.enter(t, pair.doctor, pair);
    const first = member.socket.id;
    member.close();
    member.socket.connect();
    await member.next('connected');
    assert.notEqual(member.socket.id, first);
    assert.equal((await member.ask('get_messages', { limit: 1 })).ok, true);
  });
});
