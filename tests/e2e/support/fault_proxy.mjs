// A TCP proxy that misbehaves as networks do: between the server and its database, on the loopback device.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

export class FaultProxy {
  #server;
  #pairs = new Set();
  #delay = 0;
  #open = true;
  #swallowing = false;

  /** Carries connections on to `port` of 127.0.0.1. */
  static async start(port) {
    const proxy = new FaultProxy();
    proxy.target = port;
    proxy.#server = createServer((near) => proxy.#carry(near));
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    proxy.port = proxy.#server.address().port;
    return proxy;
  }

  #carry(near) {
    near.on('error', () => {});
    if (!this.#open) {
      near.resetAndDestroy();
      return;
    }
    const far = connect(this.target, '127.0.0.1');
    const pair = { near, far };
    this.#pairs.add(pair);
    far.on('error', () => {});
    near.on('data', (bytes) => this.#later(far, bytes));
    far.on('data', (bytes) => this.#swallowing || this.#later(near, bytes));
    for (const [one, other] of [[near, far], [far, near]]) {
      one.on('close', () => {
        this.#pairs.delete(pair);
        other.destroy();
      });
    }
  }

  /** In the order in which the bytes came, whichever timer is the first. */
  #later(socket, bytes) {
    const waiting = (socket.waiting ??= []);
    if (this.#delay === 0 && waiting.length === 0) {
      socket.write(bytes);
      return;
    }
    waiting.push(bytes);
    const timer = setTimeout(() => {
      const next = waiting.shift();
      if (!socket.destroyed) socket.write(next);
    }, this.#delay);
    socket.once('close', () => clearTimeout(timer));
  }

  get connections() {
    return this.#pairs.size;
  }

  /** Each way takes so much longer from now on. */
  delay(ms) {
    this.#delay = ms;
  }

  /** What the database answers from now on is lost; what it is asked still reaches it. */
  swallow() {
    this.#swallowing = true;
  }

  /** Ends every connection, orderly. */
  cut() {
    for (const { near, far } of this.#pairs) {
      near.end();
      far.end();
    }
  }

  /** Ends every connection with a reset. */
  reset() {
    for (const { near, far } of this.#pairs) {
      for (const socket of [near, far]) {
        // One that is being ended cannot be reset any more, and Node 20 would never let go of it.
        if (socket.writableEnded) socket.destroy();
        else socket.resetAndDestroy();
      }
    }
  }

  /** Resets what there is and everybody who comes. */
  close() {
    this.#open = false;
    this.reset();
  }

  /** All is well again for those who come from now on. */
  heal() {
    this.#open = true;
    this.#swallowing = false;
    this.#delay = 0;
  }

  async stop() {
    this.#open = false;
    for (const { near, far } of this.#pairs) {
      near.destroy();
      far.destroy();
    }
    this.#server.close();
    await once(this.#server, 'close');
  }
}
