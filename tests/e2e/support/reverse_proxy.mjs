// nginx and HAProxy with the files of deploy/ as they stand there, but for ports and certificates: on free ports of the
// loopback device, in a folder of their own, gone with the test.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from './postgres.mjs';
import { patience } from './program.mjs';
import { until, within } from './wait.mjs';

const file = (name) => readFileSync(fileURLToPath(new URL(`../../../deploy/${name}`, import.meta.url)), 'utf8');

/** Every `[from, to]` has to be there: a file that says something else by now is not what was tested. */
function replaced(text, changes) {
  return changes.reduce((sofar, [from, to]) => {
    if (!sofar.includes(from)) throw new Error(`the configuration does not say "${from}"`);
    return sofar.replaceAll(from, to);
  }, text);
}

const kinds = {
  nginx: ({ folder, ports: [first, second], plain, secure }) => {
    const site = replaced(file('nginx.conf'), [
      ['listen [::]:80;', ''], ['listen [::]:443 ssl http2;', ''],
      ['listen 80;', `listen 127.0.0.1:${plain};`], ['listen 443 ssl http2;', `listen 127.0.0.1:${secure} ssl http2;`],
      ['127.0.0.1:4000', `127.0.0.1:${first}`], ['127.0.0.1:4001', `127.0.0.1:${second}`],
      ['/etc/letsencrypt/live/clinic.example/fullchain.pem', join(folder, 'chain.pem')],
      ['/etc/letsencrypt/live/clinic.example/privkey.pem', join(folder, 'key.pem')],
    ]);
    const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`);
    writeFileSync(join(folder, 'conf'), `pid ${folder}/pid; worker_processes 1; error_log stderr warn;
events { worker_connections 1024; }
http { access_log off; ${paths.join(' ')}
${site}
}`);
    return ['/usr/sbin/nginx', ['-p', folder, '-c', join(folder, 'conf'), '-g', `daemon off;${process.getuid() === 0 ? ' user root;' : ''}`]];
  },
  haproxy: ({ folder, ports: [first, second], plain, secure }) => {
    writeFileSync(join(folder, 'both.pem'), readFileSync(join(folder, 'chain.pem'), 'utf8') + readFileSync(join(folder, 'key.pem'), 'utf8'));
    writeFileSync(join(folder, 'conf'), replaced(file('haproxy.cfg'), [
      ['bind :80', `bind 127.0.0.1:${plain}`], ['bind :443', `bind 127.0.0.1:${secure}`],
      ['127.0.0.1:4000', `127.0.0.1:${first}`], ['127.0.0.1:4001', `127.0.0.1:${second}`],
      ['/etc/haproxy/clinic.example.pem', join(folder, 'both.pem')], ['maxconn 100000', 'maxconn 1000'],
    ]));
    return ['/usr/sbin/haproxy', ['-db', '-f', join(folder, 'conf')]];
  },
};

export class ReverseProxy {
  #process;
  #ended;
  log = '';

  /** `kind` is a name of `kinds`; `ports` are those of the two servers behind it. */
  static async start(kind, ports) {
    const proxy = new ReverseProxy();
    proxy.folder = mkdtempSync(join(tmpdir(), 'quickclinic-proxy-'));
    const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
      '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1',
      '-keyout', join(proxy.folder, 'key.pem'), '-out', join(proxy.folder, 'chain.pem')], { encoding: 'utf8' });
    if (made.status !== 0) throw new Error(`openssl: ${made.stderr}`);
    proxy.certificate = readFileSync(join(proxy.folder, 'chain.pem'), 'utf8');
    const [plain, secure] = [freePort(), freePort()];
    const [program, args] = kinds[kind]({ folder: proxy.folder, ports, plain, secure });
    proxy.#process = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    proxy.#ended = once(proxy.#process, 'exit');
    for (const stream of [proxy.#process.stdout, proxy.#process.stderr]) stream.setEncoding('utf8').on('data', (text) => (proxy.log += text));
    Object.assign(proxy, { port: secure, url: `https://localhost:${secure}`, plainUrl: `http://localhost:${plain}` });
    await until(10_000 * patience, () => answers(secure) || proxy.#process.exitCode !== null, `${kind} to start`);
    if (proxy.#process.exitCode !== null) throw new Error(`${kind} ended: ${proxy.log}`);
    return proxy;
  }

  async stop() {
    this.#process.kill('SIGTERM');
    await within(10_000 * patience, this.#ended, 'the proxy to end');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function answers(port) {
  const socket = connect(port, '127.0.0.1');
  const open = await Promise.race([once(socket, 'connect').then(() => true), once(socket, 'error').then(() => false)]).catch(() => false);
  socket.destroy();
  return open;
}
