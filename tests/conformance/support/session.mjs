// Engine.IO by hand: what no official client would do or tell.
import assert from 'node:assert/strict';
import WebSocket from 'ws';
import { fetchPlain } from '../../e2e/support/http.mjs';
import { patience } from '../../e2e/support/program.mjs';
import { within } from '../../e2e/support/wait.mjs';

/** A session over long-polling; `path` is the server's, as in `/engine.io/`. */
export class PollingSession {
  static async open(fixture, path = '/engine.io/', query = 'EIO=4') {
    const session = new PollingSession();
    session.fixture = fixture;
    session.base = `${path}?${query}&transport=polling`;
    session.opening = await fetchPlain(fixture, session.base);
    assert.equal(session.opening.status, 200, session.opening.text);
    session.handshake = JSON.parse(session.opening.text.slice(1));
    session.sid = session.handshake.sid;
    return session;
  }

  get path() {
    return `${this.base}&sid=${this.sid}`;
  }

  request(method, body) {
    return fetchPlain(this.fixture, this.path, { method, body });
  }

  /** The packets that one GET brings; any answer but 200 fails the test. */
  async get() {
    const { status, text } = await this.request('GET');
    assert.equal(status, 200, text);
    return text.split('\x1e');
  }

  async post(...packets) {
    const { status, text } = await this.request('POST', packets.join('\x1e'));
    assert.deepEqual([status, text], [200, 'ok']);
  }

  async assertGone() {
    const { status, text } = await this.request('GET');
    assert.deepEqual([status, text], [400, '{"code":1,"message":"Session ID unknown"}']);
  }
}

/** A WebSocket that keeps what arrives until the test asks for it; text is a string, binary a Buffer. */
export class WebSocketSession {
  arrived = [];
  #waiting = [];

  constructor(t, fixture, path = '/engine.io/', query = 'EIO=4&transport=websocket') {
    this.socket = new WebSocket(`ws://127.0.0.1:${fixture.port}${path}?${query}`);
    t.after(() => this.socket.terminate());
    this.socket.on('error', () => {});
    this.socket.on('message', (data, binary) => this.#take(binary ? data : data.toString()));
    this.ended = new Promise((resolve) => this.socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() })));
    this.refused = new Promise((resolve) => {
      this.socket.once('unexpected-response', (_, response) => {
        resolve(response.statusCode);
        this.socket.terminate();
      });
    });
  }

  /** A WebSocket whose handshake packet has come. */
  static async open(t, fixture, path, query) {
    const session = new WebSocketSession(t, fixture, path, query);
    session.handshake = JSON.parse((await session.next()).slice(1));
    return session;
  }

  #take(message) {
    const waiting = this.#waiting.shift();
    if (waiting) waiting(message);
    else this.arrived.push(message);
  }

  next() {
    if (this.arrived.length > 0) return Promise.resolve(this.arrived.shift());
    const came = new Promise((resolve) => this.#waiting.push(resolve));
    return within(5000 * patience, came, 'a WebSocket message');
  }

  /** The next message that is no heartbeat; those are answered. */
  async nextMessage() {
    for (;;) {
      const message = await this.next();
      if (message !== '2') return message;
      this.send('3');
    }
  }

  opened() {
    return this.socket.readyState === WebSocket.OPEN ? undefined
      : within(5000 * patience, new Promise((resolve) => this.socket.once('open', resolve)), 'the WebSocket to open');
  }

  send(...messages) {
    for (const message of messages) this.socket.send(message);
  }

  /** Resolves when the server has ended the connection: `{ code, reason }`. */
  close() {
    return within(5000 * patience, this.ended, 'the WebSocket to be closed');
  }

  /** Resolves with the HTTP status that came in place of the 101. */
  refusal() {
    return within(5000 * patience, this.refused, 'the WebSocket to be refused');
  }
}
