import { once } from 'node:events';
import { io } from 'socket.io-client';

const socket = io(`http://127.0.0.1:${process.argv[2] ?? 3000}`);
const ask = (...event) => new Promise((answer) => socket.emit(...event, (...values) => answer(values)));

socket.on('who', (answer) => answer('Ada'));
console.log('welcome', ...(await once(socket, 'welcome')));

console.log('stored', await ask('store', 'scan', Buffer.from([1, 2, 3, 255])));
console.log('fetched', await ask('fetch', 'scan'));
console.log('fetched', await ask('fetch', 'letter'));

const silent = io(`http://127.0.0.1:${process.argv[2] ?? 3000}`, { forceNew: true });
console.log('welcome', ...(await once(silent, 'welcome')));
socket.close();
silent.close();
