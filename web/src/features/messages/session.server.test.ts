// Two people and the real program, with the official client in between.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { binary, DemoServer, type Account } from '@/testing/server';
import { until } from '@/testing/until';
import { openConversation } from './session';
import type { Conversation, ConversationState, ShownMessage } from './types';

if (binary === undefined) console.warn('QUICKCLINIC_BIN is not set: conversations are not tested against the real program.');

const server = new DemoServer();
let open: Conversation[] = [];

const texts = (conversation: Conversation) => conversation.getState().messages.map(({ text }) => text);
const storedIds = (state: ConversationState) => state.messages.map(({ id }) => id);
const own = (conversation: Conversation): ShownMessage[] => {
  const { messages, userId } = conversation.getState();
  return messages.filter(({ senderId }) => senderId === userId);
};

function enter(account: Account, relationId: string): Conversation {
  const conversation = openConversation({ relationId, userId: account.id, serverUrl: server.url, token: account.token });
  open.push(conversation);
  return conversation;
}

async function enterBoth(): Promise<[Conversation, Conversation]> {
  const { relationId, doctor, patient } = server.pair();
  const both: [Conversation, Conversation] = [enter(doctor, relationId), enter(patient, relationId)];
  for (const conversation of both) {
    await until(() => conversation.getState().line.kind === 'online' && conversation.getState().history !== 'loading', 'the conversation is open');
  }
  return both;
}

describe.skipIf(binary === undefined)('two conversations on the real program', () => {
  beforeAll(() => server.start());
  afterEach(() => {
    for (const conversation of open) conversation.close();
    open = [];
  });
  afterAll(() => server.remove());

  it('show each other\'s messages once and in one order', async () => {
    const [doctor, patient] = await enterBoth();
    const before = texts(doctor).length;

    for (let n = 0; n < 20; ++n) (n % 3 === 0 ? patient : doctor).send(`word ${n}`);

    await until(() => [doctor, patient].every((each) => each.getState().messages.filter(({ id }) => id !== undefined).length === before + 20), 'all have arrived');
    expect(storedIds(doctor.getState())).toEqual(storedIds(patient.getState()));
    expect(own(doctor).at(-1)?.delivery).not.toBe('pending');
    expect(texts(doctor).filter((text) => text.startsWith('word')).sort()).toEqual(Array.from({ length: 20 }, (_, n) => `word ${n}`).sort());
  });

  it('see that the other is writing, and has read', async () => {
    const [doctor, patient] = await enterBoth();
    doctor.writing();
    await until(() => patient.getState().typing, 'the patient sees the doctor write');

    doctor.send('Have you slept well?');
    await until(() => texts(patient).at(-1) === 'Have you slept well?', 'the question arrives');
    expect(patient.getState().typing).toBe(false);
    expect(patient.getState().unread).toBeGreaterThan(0);
    patient.see(patient.getState().messages.at(-1)?.key ?? '');

    expect(patient.getState().unread).toBe(0);
    await until(() => own(doctor).at(-1)?.delivery === 'read', 'the doctor sees that it was read');
  });

  it('see who is there, and what has reached the other', { timeout: 30_000 }, async () => {
    const { relationId, doctor: account, patient: other } = server.pair();
    const doctor = enter(account, relationId);
    await until(() => doctor.getState().presence?.online === false, 'nobody else is there');
    doctor.send('Please call back.');
    await until(() => own(doctor).at(-1)?.delivery === 'sent', 'it is stored');

    const patient = enter(other, relationId);
    await until(() => doctor.getState().presence?.online === true, 'the patient is there');
    await until(() => own(doctor).at(-1)?.delivery === 'delivered', 'it has arrived');
    expect(patient.getState().unread).toBeGreaterThan(0);
  });

  it('of one person in two tabs show the same', async () => {
    const { relationId, doctor, patient } = server.pair();
    const [one, two, other] = [enter(doctor, relationId), enter(doctor, relationId), enter(patient, relationId)];
    for (const each of [one, two, other]) await until(() => each.getState().line.kind === 'online' && each.getState().history !== 'loading', 'it is open');
    for (let n = 0; n < 6; ++n) (n % 2 ? one : two).send(`tab ${n}`);

    await until(() => [one, two, other].every((each) => texts(each).filter((text) => text.startsWith('tab')).length === 6), 'all have all');
    await until(() => [one, two].every((each) => own(each).every(({ id }) => id !== undefined)), 'nothing is pending');
    expect(storedIds(two.getState())).toEqual(storedIds(one.getState()));
    expect(storedIds(other.getState())).toEqual(storedIds(one.getState()));

    other.send('read this');
    await until(() => [one, two].every((each) => texts(each).at(-1) === 'read this'), 'both have it');
    one.see(one.getState().messages.at(-1)?.key ?? '');
    await until(() => two.getState().unread === 0, 'read in one tab is read in both');
  });

  it('say why a message cannot be sent, and let it be taken back', async () => {
    const [doctor] = await enterBoth();
    doctor.send('x'.repeat(4001));
    await until(() => own(doctor).at(-1)?.delivery === 'failed', 'the message fails');

    const failed = own(doctor).at(-1);
    expect(failed?.failure).toBe('too_large');
    expect(doctor.discard(failed?.key ?? '')).toHaveLength(4001);
    expect(own(doctor).some(({ delivery }) => delivery === 'failed')).toBe(false);
  });

  it('lose and double nothing when the server is killed in the middle', { timeout: 60_000 }, async () => {
    const [doctor, patient] = await enterBoth();
    const before = storedIds(doctor.getState()).length;
    const sent: string[] = [];
    const say = (who: Conversation, text: string) => {
      sent.push(text);
      who.send(text);
    };

    for (let n = 0; n < 10; ++n) say(n % 2 ? doctor : patient, `before ${n}`);
    await server.stop('SIGKILL');
    for (let n = 0; n < 10; ++n) say(n % 2 ? doctor : patient, `while away ${n}`);
    await until(() => doctor.getState().line.kind !== 'online', 'the doctor is cut off');
    await server.start();
    for (let n = 0; n < 10; ++n) say(n % 2 ? doctor : patient, `after ${n}`);

    const arrived = (each: Conversation) => each.getState().messages.filter(({ id }) => id !== undefined).length >= before + sent.length;
    await until(() => arrived(doctor) && arrived(patient), 'everything has arrived', 40_000);
    expect(storedIds(doctor.getState())).toEqual(storedIds(patient.getState()));
    expect(texts(doctor).slice(before).sort()).toEqual([...sent].sort());
    // What each of them wrote stands in the order in which it was written.
    for (const each of [doctor, patient]) {
      const mine = own(each).slice(-15).map(({ text }) => text);
      expect(mine).toEqual(sent.filter((text) => mine.includes(text)));
    }
  });

  it('send after a reload what an earlier page has left', { timeout: 60_000 }, async () => {
    const { relationId, doctor } = server.pair();
    const [first, patient] = await enterBoth();
    await server.stop('SIGKILL');
    await until(() => first.getState().line.kind !== 'online', 'the line is gone');
    first.send('written in the dark');
    const key = own(first).at(-1)?.key;
    first.close();

    const second = enter(doctor, relationId);
    await until(() => own(second).at(-1)?.delivery === 'pending', 'the unsent message is back');
    expect(own(second).at(-1)).toMatchObject({ key, text: 'written in the dark' });
    await server.start();

    await until(() => texts(patient).at(-1) === 'written in the dark', 'it has arrived', 40_000);
    await until(() => own(second).at(-1)?.id !== undefined, 'it is stored');
    expect(texts(second).filter((text) => text === 'written in the dark')).toHaveLength(1);
  });

  it('are told that the session is over', async () => {
    const { relationId, doctor } = server.pair();
    const conversation = enter({ ...doctor, token: `${doctor.token}x` }, relationId);

    await until(() => conversation.getState().line.kind === 'refused', 'it is refused');
    expect(conversation.getState().line).toEqual({ kind: 'refused', reason: 'session' });
  });

  it('are told that the conversation is somebody else\'s, or nobody\'s', async () => {
    const { doctor, relationId } = server.pair();
    const stranger = server.demo.accounts.find(({ id }) => !Object.values(server.pair()).some((each) => typeof each === 'object' && each.id === id));
    const nowhere = enter(doctor, 'no-such-conversation');

    await until(() => nowhere.getState().line.kind === 'refused', 'it is refused');
    expect(nowhere.getState().line).toEqual({ kind: 'refused', reason: 'not_found' });
    if (!stranger) throw new Error('the demo has nobody else');
    const foreign = enter(stranger, relationId);
    await until(() => foreign.getState().line.kind === 'refused', 'it is refused');
    expect(foreign.getState().line).toEqual({ kind: 'refused', reason: 'forbidden' });
  });
});
