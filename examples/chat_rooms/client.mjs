import { once } from 'node:events';
import { io } from 'socket.io-client';

const url = `http://127.0.0.1:${process.argv[2] ?? 3000}`;
const nobody = io(url);
console.log('refused:', (await once(nobody, 'connect_error'))[0].message);

const ada = io(url, { auth: { name: 'Ada' } });
const bob = io(url, { auth: { name: 'Bob' } });
console.log(await ada.emitWithAck('say', 'ward 7', 'Anybody here?'));
console.log(await ada.emitWithAck('join', 'ward 7'));

const joined = once(ada, 'joined');
await bob.emitWithAck('join', 'ward 7');
console.log('joined:', ...(await joined));

const heard = [once(ada, 'said'), once(bob, 'said')];
await bob.emitWithAck('say', 'ward 7', 'Good morning.');
for (const message of await Promise.all(heard)) console.log('said:', ...message);

const left = once(ada, 'left');
bob.close();
console.log('left:', ...(await left));
ada.close();
