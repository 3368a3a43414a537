// The official Socket.IO client, as the tests want it.
import { io } from 'socket.io-client';

/** A socket in the namespace `nsp` that goes away with the test `t`. */
export function socketOf(t, fixture, nsp = '/', options = {}) {
  const socket = io(`${fixture.url}${nsp}`, { forceNew: true, reconnection: false, ...options });
  // A socket that was refused is not active any more, but its connection is.
  t.after(() => {
    socket.io.reconnection(false);
    socket.disconnect();
    socket.io.engine?.close();
  });
  return socket;
}
