// What must hold whatever happens to the database: people who talk all along, and the questions asked afterwards.
import assert from 'node:assert/strict';
import { assertRefused } from './answers.mjs';
import { fetchPlain } from './http.mjs';
import { Talker, assertKept } from './load.mjs';
import { Member } from './member.mjs';
import { patience } from './program.mjs';
import { until } from './wait.mjs';

/** How long the server may need to be well again after its database is. */
export const recovery = 5000 * patience;

/** Longer than a send is thought about before it is refused. */
export const sendTime = 15_000 * patience;

/** Sends, and answers the acknowledgement however long the server takes for it. */
export const trySend = (member, text, more = {}) =>
  member.socket.timeout(sendTime).emitWithAck('send_message', { text, ...more });

/** The ending that is allowed besides success: a clear refusal. */
export function assertStoredOrRefused(ack) {
  if (!ack.ok) assertRefused(ack, 'Failed to send message');
}

/** Sends until it succeeds, within the time of a recovery; answers the message. */
export async function sendWhenWell(member, text, more = {}) {
  const ack = await until(recovery, async () => {
    const answer = await trySend(member, text, more);
    assertStoredOrRefused(answer);
    return answer.ok && answer;
  }, `${text} to be stored`);
  return ack.message;
}

/** The status of an endpoint. */
export const status = async (stage, path) => (await fetchPlain(stage.server, path)).status;

export const whenReady = (stage, wanted = 200) =>
  until(recovery, async () => (await status(stage, '/ready')) === wanted, `/ready to answer ${wanted}`);

/** Two people who talk, and one who only listens, in a conversation of their own. */
export class Commotion {
  constructor(t, stage, { talkersEach = 1, serverOf = () => stage.server } = {}) {
    t.after(() => this.talkers.forEach((talker) => talker.quit()));
    this.stage = stage;
    this.pair = stage.clinic.pair();
    this.talkers = [this.pair.doctor, this.pair.patient].flatMap((user) =>
      Array.from({ length: talkersEach }, (_, device) => new Talker(`${user.role}${device}`, async () => {
        await until(30_000 * patience, () => serverOf(user)?.running && serverOf(user).url, 'a running server');
        return { url: serverOf(user).url, options: this.#options(user) };
      })));
  }

  #options(user) {
    return { auth: { token: this.stage.clinic.token(user), relationId: this.pair.id } };
  }

  /** Resolves when everybody had `count` more messages acknowledged than now. */
  async progress(count = 3) {
    const sofar = this.talkers.map(({ acknowledged }) => acknowledged.size);
    const talking = () => this.talkers.every(({ acknowledged }, index) => acknowledged.size >= sofar[index] + count);
    await until(20_000 * patience, talking, 'people to talk on');
  }

  get losses() {
    return this.talkers.reduce((sum, { losses }) => sum + losses, 0);
  }

  /** Ends the talk and looks what came of it: nothing acknowledged lost, nothing doubled. */
  async settle() {
    await Promise.all(this.talkers.map((talker) => talker.stop()));
    const reader = await until(recovery, async () => {
      const member = new Member(this.stage.server.url, this.#options(this.pair.doctor));
      return member.ready().catch(() => member.close());
    }, 'a connection');
    const history = await reader.history();
    reader.close();
    assertKept(history, this.talkers);
    const [[rows]] = this.stage.clinic.database.run('SELECT count(*) FROM "ChatMessages" WHERE "doctorPatientRelationId" = ?', this.pair.id);
    assert.equal(Number(rows), history.length);
    // The record of it all is unbroken, whatever was cut off in its middle.
    this.stage.clinic.mustRun(['audit', 'verify']);
    return history;
  }
}
