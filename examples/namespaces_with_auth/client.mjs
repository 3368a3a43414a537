import { once } from 'node:events';
import { io } from 'socket.io-client';

const url = `http://127.0.0.1:${process.argv[2] ?? 3000}`;
const reader = io(url);
console.log('notes:', ...(await once(reader, 'notes')));

const stranger = io(`${url}/admin`, { auth: { token: 'guess' } });
const [{ message, data }] = await once(stranger, 'connect_error');
console.log('refused:', message, data);

const writer = io(`${url}/admin`, { auth: { token: 'open sesame' } });
const note = once(reader, 'note');
console.log(await writer.emitWithAck('write', 'The lift is being repaired.'));
console.log('note:', ...(await note));
reader.close();
writer.close();
