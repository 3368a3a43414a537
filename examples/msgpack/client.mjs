import { io } from 'socket.io-client';
import parser from 'socket.io-msgpack-parser';

const socket = io(`http://127.0.0.1:${process.argv[2] ?? 3000}`, { parser });

const raw = Buffer.from([1, 2, 3]);
console.log(await socket.emitWithAck('reading', { sensor: 'pulse', values: [61.5, 62.5], raw }));
console.log(await socket.emitWithAck('reading', { sensor: 'pulse', values: [], raw }));
console.log(await socket.emitWithAck('reading', { sensor: 'pulse' }));
socket.close();
