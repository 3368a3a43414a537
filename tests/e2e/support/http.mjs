// Requests as they stand on the wire, headers untouched, one connection each.
import { request } from 'node:http';
import { request as requestSecurely } from 'node:https';
import { connect } from 'node:net';
import { once } from 'node:events';
import { patience } from './program.mjs';
import { within } from './wait.mjs';

/** Answers `{ status, headers, text }`. `from` is a local address to come from, `ca` what a TLS server is verified by. */
export async function fetchPlain(server, path, { method = 'GET', headers = {}, body, from, ca } = {}) {
  const send = server.url.startsWith('https:') ? requestSecurely : request;
  const asked = send(`${server.url}${path}`, { method, headers, ca, localAddress: from, agent: false });
  asked.end(body);
  const [response] = await within(5000 * patience, once(asked, 'response'), `${method} ${path}`);
  let text = '';
  for await (const piece of response.setEncoding('utf8')) text += piece;
  return { status: response.statusCode, headers: response.headers, text };
}

/** A TCP connection that notes what it gets; errors of it are part of its story, never of the test's. */
export class Wire {
  received = Buffer.alloc(0);

  constructor(server) {
    this.socket = connect(server.port, '127.0.0.1');
    this.socket.on('error', () => {});
    this.socket.on('data', (bytes) => (this.received = Buffer.concat([this.received, bytes])));
    this.closed = new Promise((resolve) => this.socket.once('close', resolve));
  }

  get text() {
    return this.received.toString('latin1');
  }

  write(bytes) {
    if (!this.socket.destroyed) this.socket.write(bytes);
    return this;
  }

  /** Resolves when the server has closed the connection. */
  end(time) {
    return within(time * patience, this.closed, 'the server to close the connection');
  }

  /** On a WebSocket: resolves with the code of the close frame, or with undefined when the connection ends without one. */
  async closeCode(time = 5000) {
    const closing = () => this.frames().find(({ opcode }) => opcode === 8);
    const came = new Promise((resolve) => {
      this.socket.on('data', () => closing() && resolve());
      this.closed.then(resolve);
      if (closing()) resolve();
    });
    await within(time * patience, came, `a close (came: ${this.frames().map(({ opcode, payload }) => `${opcode}:${payload.toString('latin1').slice(0, 80)}`)})`);
    const payload = closing()?.payload;
    return payload?.length >= 2 ? payload.readUInt16BE(0) : undefined;
  }

  /** The WebSocket frames that have come, behind the answer to the handshake. */
  frames() {
    const frames = [];
    let at = this.received.indexOf('\r\n\r\n') + 4;
    while (at + 2 <= this.received.length) {
      let size = this.received[at + 1] & 0x7f;
      let body = at + 2;
      if (size === 126) {
        size = body + 2 <= this.received.length ? this.received.readUInt16BE(body) : Infinity;
        body += 2;
      } else if (size === 127) {
        size = body + 8 <= this.received.length ? Number(this.received.readBigUInt64BE(body)) : Infinity;
        body += 8;
      }
      if (body + size > this.received.length) break;
      frames.push({ opcode: this.received[at] & 0x0f, payload: this.received.subarray(body, body + size) });
      at = body + size;
    }
    return frames;
  }

  /** Resolves when what came matches `pattern`. */
  async gets(pattern, time = 5000) {
    const match = () => pattern.exec(this.text);
    if (match()) return match();
    const came = new Promise((resolve, reject) => {
      this.socket.on('data', () => match() && resolve());
      this.closed.then(() => match() ? resolve() : reject(new Error(`closed after ${JSON.stringify(this.text.slice(0, 300))}`)));
    });
    await within(time * patience, came, `${pattern} (came: ${JSON.stringify(this.text.slice(0, 300))})`);
    return match();
  }

  close() {
    this.socket.destroy();
  }
}

/** A masked WebSocket frame, as wrong as the options want it. */
export function frame(opcode, payload = '', { fin = true, mask = true, reserved = 0, length } = {}) {
  const body = Buffer.from(payload);
  const size = length ?? body.length;
  const head = [(fin ? 0x80 : 0) | (reserved << 4) | opcode];
  const masked = mask ? 0x80 : 0;
  let extended = Buffer.alloc(0);
  if (size < 126) {
    head.push(masked | size);
  } else if (size < 65536) {
    head.push(masked | 126);
    extended = Buffer.alloc(2);
    extended.writeUInt16BE(size);
  } else {
    head.push(masked | 127);
    extended = Buffer.alloc(8);
    extended.writeBigUInt64BE(BigInt(size));
  }
  const key = mask ? Buffer.from([1, 2, 3, 4]) : Buffer.alloc(0);
  const data = mask ? body.map((byte, index) => byte ^ key[index % 4]) : body;
  return Buffer.concat([Buffer.from(head), extended, key, data]);
}

/** Opens a WebSocket by hand; resolves when the Engine.IO handshake has come. */
export async function openWebSocket(server, headers = '') {
  const wire = new Wire(server);
  wire.write(
    `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\n` +
    'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n' +
    `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${headers}\r\n`);
  await wire.gets(/101 Switching Protocols[^]*0\{"sid"[^]*\}/);
  return wire;
}
