// Bytes from peers that do not play by any protocol. Each gets its answer or its close; the others are served.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { fetchPlain, frame, openWebSocket, Wire } from './support/http.mjs';
import { withServer } from './support/stage.mjs';
import { until } from './support/wait.mjs';

const text = 1;
const binary = 2;

for (const QUICKCLINIC_SHARDS of ['1', '4']) {
  const env = { QUICKCLINIC_SHARDS, PING_INTERVAL: '1000', PING_TIMEOUT: '1000' };
  withServer(`abuse, shards ${QUICKCLINIC_SHARDS}`, { env }, (stage) => {
    const open = (t) => {
      const wire = new Wire(stage.server);
      t.after(() => wire.close());
      return wire;
    };
    const openSocket = async (t, headers) => {
      const wire = await openWebSocket(stage.server, headers);
      t.after(() => wire.close());
      return wire;
    };
    const assertServing = async (t) => {
      const { doctor, patient } = await stage.conversation(t);
      await doctor.send('Served as if nothing had been');
      await patient.next('new_message');
      assert.equal((await fetchPlain(stage.server, '/health')).status, 200);
    };
    const host = () => `Host: 127.0.0.1:${stage.server.port}\r\n`;

    it('answers bytes that are no HTTP with 400 or a close', async (t) => {
      const inputs = [
        'garbage\r\n\r\n',
        '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
        'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
        'GET /health\r\n\r\n',
        'GET /health HTTP/9.9\r\n\r\n',
        `GET /health HTTP/1.1\r\n${host()}Bad Header\r\n\r\n`,
        `GET /health HTTP/1.1\r\n${host()}X: a\x00b\r\n\r\n`,
        `GET /health\x00 HTTP/1.1\r\n${host()}\r\n`,
        `POST /socket.io/?EIO=4&transport=polling HTTP/1.1\r\n${host()}Content-Length: -1\r\n\r\n`,
        `POST /socket.io/?EIO=4&transport=polling HTTP/1.1\r\n${host()}Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde`,
        `POST /socket.io/?EIO=4&transport=polling HTTP/1.1\r\n${host()}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
        `POST /socket.io/?EIO=4&transport=polling HTTP/1.1\r\n${host()}Transfer-Encoding: chunked\r\n\r\nzz\r\n`,
      ];
      for (const input of inputs) {
        const wire = open(t).write(Buffer.from(input, 'latin1'));
        wire.socket.end();
        await wire.end(5000);
        assert.match(wire.text, /^$|^HTTP\/1\.[01] (400|404|501|505) /, JSON.stringify(input));
      }
      await assertServing(t);
    });

    it('bounds the request line, the headers and their number', async (t) => {
      const inputs = [
        `GET /${'a'.repeat(100_000)} HTTP/1.1\r\n${host()}\r\n`,
        `GET /health HTTP/1.1\r\n${host()}X: ${'a'.repeat(100_000)}\r\n\r\n`,
        `GET /health HTTP/1.1\r\n${host()}${'X: y\r\n'.repeat(5000)}\r\n`,
      ];
      for (const input of inputs) {
        const wire = open(t).write(input);
        await wire.end(5000);
        assert.match(wire.text, /^$|^HTTP\/1\.1 (400|413|414|431) /, input.slice(0, 40));
      }
      await assertServing(t);
    });

    it('gives one answer to each of several requests on one connection', async (t) => {
      const request = `GET /health HTTP/1.1\r\n${host()}\r\n`;
      const wire = open(t).write(request + request + request);
      await wire.gets(/(200 OK[^]*){3}/);
      assert.equal(wire.text.match(/HTTP\/1\.1 200/g).length, 3);
    });

    it('takes a request that comes byte by byte', async (t) => {
      const wire = open(t);
      wire.socket.setNoDelay(true);
      for (const byte of `GET /health HTTP/1.1\r\n${host()}\r\n`) {
        wire.write(byte);
        await new Promise(setImmediate);
      }
      await wire.gets(/200 OK[^]*"status":"ok"/);
    });

    it('survives peers that open, say half a word and vanish', async (t) => {
      for (let index = 0; index < 100; index += 1) {
        const wire = open(t).write(index % 2 ? 'GET /socket.io/?EIO=4' : '');
        if (index % 3 === 0) wire.socket.resetAndDestroy();
        else wire.close();
      }
      await assertServing(t);
    });

    it('closes a session that never answers a ping', async (t) => {
      const wire = await openSocket(t);
      wire.write(frame(text, '40{}'));
      await wire.end(10_000);
    });

    it('forgets a polling session that never answers a ping', async () => {
      const path = '/socket.io/?EIO=4&transport=polling';
      const { sid } = JSON.parse((await fetchPlain(stage.server, path)).text.slice(1));
      const gone = async () => (await fetchPlain(stage.server, `${path}&sid=${sid}`)).status === 400;
      await until(6000, gone, 'the session to be unknown');
    });

    it('closes a WebSocket with the right code when its frames are wrong', async (t) => {
      const attacks = [
        ['no mask', 1002, frame(text, '40', { mask: false })],
        ['a reserved bit', 1002, frame(text, '40', { reserved: 4 })],
        ['an unknown opcode', 1002, frame(3, '40')],
        ['a control frame in pieces', 1002, frame(9, '', { fin: false })],
        ['a long control frame', 1002, frame(9, 'x'.repeat(126))],
        ['a continuation of nothing', 1002, frame(0, '40')],
        ['a new message within another', 1002, Buffer.concat([frame(text, '4', { fin: false }), frame(text, '0')])],
        ['text that is not UTF-8', 1007, frame(text, Buffer.from([0x34, 0x32, 0xff, 0xfe]))],
        ['a message of an exabyte', 1009, frame(text, '40', { length: 2 ** 60 })],
        ['a message of 100 MB', 1009, frame(text, '40', { length: 100_000_000 })],
        ['a length with the highest bit', 1002, Buffer.from([0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4])],
      ];
      for (const [what, code, bytes] of attacks) {
        const wire = await openSocket(t);
        const said = await wire.write(bytes).closeCode();
        // RFC 6455, 5.2: a length with the highest bit set is a protocol error; that it is too long is also true.
        const right = what.startsWith('a length') ? [1002, 1009] : [code];
        assert.ok(right.includes(said), `${what}: ${said}`);
      }
      await assertServing(t);
    });

    it('closes a session that breaks Engine.IO or Socket.IO', async (t) => {
      const { doctor } = stage.clinic.pair();
      const join = frame(text, `40${JSON.stringify({ token: stage.clinic.token(doctor) })}`);
      const beforeJoining = ['9', 'x', '4abc', '49', '42["early"]', '42{}', '43[]'];
      const afterJoining = [
        ['42{}'], ['42[]'], ['42[{"toString":"x"}]'], ['42["x"'], ['43{}'], ['44{}'],
        [`42${'1'.repeat(100_000)}["x"]`], [`45${'9'.repeat(1000)}-["x"]`], ['450-["x"]'],
        ['451-["x",{"_placeholder":true,"num":"splice"}]', Buffer.from('a')],
        ['451-["x",{"_placeholder":true,"num":7}]', Buffer.from('a')],
        ['451-["x",{"_placeholder":true,"num":0}]', '42["y"]'],
        [Buffer.from('bytes that nobody announced')],
        [`42["send_message",${'['.repeat(50_000)}`],
      ];
      const assertClosed = (wire, what) => wire.closeCode().catch((error) => assert.fail(`${what}: ${error.message}`));

      for (const packet of beforeJoining) {
        const wire = await openSocket(t);
        await assertClosed(wire.write(frame(text, packet)), packet);
      }
      for (const packets of afterJoining) {
        const wire = await openSocket(t);
        await wire.write(join).gets(/notification_connected/);
        for (const packet of packets) wire.write(frame(typeof packet === 'string' ? text : binary, packet));
        await assertClosed(wire, String(packets[0]).slice(0, 60));
      }
      await assertServing(t);
    });

    it('serves others while one floods', async (t) => {
      const wire = await openSocket(t);
      wire.write(frame(text, '40{}'));
      wire.socket.pause();
      const flood = Buffer.concat(Array.from({ length: 2000 }, () => frame(9, 'ping ping ping')));
      for (let round = 0; round < 20; round += 1) wire.write(flood);
      await assertServing(t);
    });

    it('never joins twice, and offers no extension', async (t) => {
      const { doctor } = stage.clinic.pair();
      const wire = await openSocket(t, 'Sec-WebSocket-Extensions: constructor, __proto__; x\r\nOrigin: http://localhost:3000\r\n');
      const join = frame(text, `40${JSON.stringify({ token: stage.clinic.token(doctor) })}`);
      wire.write(Buffer.concat([join, join, join]));
      await Promise.race([wire.gets(/notification_connected/), wire.closeCode()]);
      assert.doesNotMatch(wire.text, /Sec-WebSocket-Extensions/i);
      await assertServing(t);
      assert.ok((wire.text.match(/notification_connected/g) ?? []).length <= 1, 'never joined twice');
    });
  });
}
