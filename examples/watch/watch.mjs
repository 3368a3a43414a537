// Two people chat through the official client, and one watches both their screens.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { io } from 'socket.io-client';
import { bold, dim, show, showMessage, showRead, showTyping } from './screen.mjs';
import { talk } from './talk.mjs';

// Whoever pipes this into `head` has seen enough.
process.stdout.on('error', () => process.exit(0));

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const answerTime = 10_000;

/** The first relation of the demo clinic whose two members have tokens. */
function fromDemo() {
  const folder = process.env.QUICKCLINIC_DATA ?? fileURLToPath(new URL('../../data', import.meta.url));
  const file = join(folder, 'demo.json');
  let demo;
  try {
    demo = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new Error('Start the demo clinic with ./run first, or give: URL DOCTOR_TOKEN PATIENT_TOKEN RELATION_ID');
  }
  const tokenOf = (email) => demo.accounts.find((account) => account.email === email)?.token;
  const relation = demo.relations.find(({ doctor, patient }) => tokenOf(doctor) && tokenOf(patient));
  if (!relation) throw new Error('The demo clinic has no relation with two accounts.');
  return { url: demo.url, tokens: { doctor: tokenOf(relation.doctor), patient: tokenOf(relation.patient) }, relationId: relation.id };
}

function connect(url, token, relationId) {
  return new Promise((resolve, reject) => {
    const socket = io(url, { auth: { token, relationId } });
    socket.on('connected', (self) => resolve({ socket, self }));
    socket.on('connect_error', (error) => {
      socket.disconnect();
      reject(new Error(`${url} refuses the connection: ${error.message}`));
    });
  });
}

async function ask(socket, event, payload) {
  const ack = await socket.timeout(answerTime).emitWithAck(event, payload);
  if (!ack.ok) throw new Error(`${event} is refused: ${ack.error.message}`);
  return ack;
}

/** Shows what arrives on one person's screen, and reads every message that the other one sends. */
function follow(viewer, { socket, self }) {
  const own = new Map();
  socket.on('user_typing', ({ userName }) => showTyping(viewer, userName));
  socket.on('new_message', ({ message }) => {
    if (message.senderId === self.userId) {
      own.set(message.id, message.text);
      return;
    }
    showMessage(viewer, message);
    setTimeout(() => socket.emit('mark_as_read', { messageId: message.id }), 400);
  });
  socket.on('message_read', ({ messageId }) => own.has(messageId) && showRead(viewer, own.get(messageId)));
  socket.on('disconnect', (reason) => reason !== 'io client disconnect' && show(viewer, dim(`(connection lost: ${reason})`)));
}

async function showHistory(viewer, { socket }) {
  const { messages, hasMore } = await ask(socket, 'get_messages', { limit: 5 });
  if (hasMore) show(viewer, dim('…'));
  for (const message of messages) showMessage(viewer, message);
}

async function say(viewer, { socket }, { think, type, text }) {
  await pause(think);
  socket.emit('user_typing');
  await pause(type);
  const { message } = await ask(socket, 'send_message', { text, clientMessageId: randomUUID() });
  showMessage(viewer, message, '✓');
}

async function main() {
  const words = process.argv.slice(2).filter((word) => word !== '--forever');
  const forever = process.argv.includes('--forever');
  if (words.length !== 0 && words.length !== 4) throw new Error('Give all of URL DOCTOR_TOKEN PATIENT_TOKEN RELATION_ID, or nothing.');
  const [url, doctorToken, patientToken, relationId] = words;
  const place = words.length === 4 ? { url, tokens: { doctor: doctorToken, patient: patientToken }, relationId } : fromDemo();

  const people = {
    doctor: await connect(place.url, place.tokens.doctor, place.relationId),
    patient: await connect(place.url, place.tokens.patient, place.relationId),
  };
  console.log(bold(`${people.doctor.self.userName} and ${people.patient.self.userName} at ${place.url}`));
  await showHistory('patient', people.patient);
  for (const viewer of ['doctor', 'patient']) follow(viewer, people[viewer]);
  do {
    for (const line of talk) await say(line.who, people[line.who], line);
    await pause(1000);
  } while (forever);
  for (const { socket } of Object.values(people)) socket.disconnect();
}

main().catch((error) => {
  console.error(error.message);
  process.exit(1);
});
