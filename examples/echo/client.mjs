import { once } from 'node:events';
import { io } from 'socket.io-client';

const socket = io(`http://127.0.0.1:${process.argv[2] ?? 3000}`);

socket.emit('echo', 'hello', 42, { nested: [true, null] });
console.log(...(await once(socket, 'echo')));

socket.emit('echo', Buffer.from('bytes'));
console.log(...(await once(socket, 'echo')));

console.log(await socket.emitWithAck('echo', 'with an answer'));
socket.close();
