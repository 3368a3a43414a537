// A load balancer that keeps nobody to anybody: each request goes to the next server, whatever connection it came over.
import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';

export class RoundRobin {
  #server = createServer((asked, answer) => this.#pass(asked, answer));
  #agent = new Agent({ keepAlive: true });
  #sockets = new Set();
  #next = 0;

  /** `targets` are servers; the list may be changed at any time. */
  static async start(targets) {
    const balancer = new RoundRobin();
    balancer.targets = targets;
    balancer.#server.on('upgrade', (asked, socket, head) => balancer.#tunnel(asked, socket, head));
    balancer.#server.on('connection', (socket) => {
      balancer.#sockets.add(socket);
      socket.on('close', () => balancer.#sockets.delete(socket));
    });
    balancer.#server.listen(0, '127.0.0.1');
    await once(balancer.#server, 'listening');
    balancer.url = `http://127.0.0.1:${balancer.#server.address().port}`;
    return balancer;
  }

  #ask({ method, url, headers }) {
    const { port } = this.targets[(this.#next += 1) % this.targets.length];
    return request({ host: '127.0.0.1', port, method, path: url, headers, agent: headers.upgrade ? false : this.#agent });
  }

  #pass(asked, answer) {
    const passed = this.#ask(asked);
    passed.on('response', (response) => {
      answer.writeHead(response.statusCode, response.headers);
      response.on('error', () => answer.destroy()).pipe(answer);
    });
    passed.on('error', () => (answer.headersSent ? answer.destroy() : answer.writeHead(502).end()));
    answer.on('close', () => passed.destroy());
    asked.pipe(passed);
  }

  #tunnel(asked, near, head) {
    const passed = this.#ask(asked);
    near.on('error', () => passed.destroy());
    passed.on('error', () => near.destroy());
    passed.on('response', () => near.destroy());
    passed.on('upgrade', (response, far, rest) => {
      const lines = response.rawHeaders.reduce((text, word, index) => text + word + (index % 2 ? '\r\n' : ': '), '');
      near.write(`HTTP/1.1 101 Switching Protocols\r\n${lines}\r\n`);
      near.write(rest);
      far.write(head);
      for (const [one, other] of [[near, far], [far, near]]) {
        one.on('error', () => {}).on('close', () => other.destroy()).pipe(other);
      }
    });
    passed.end();
  }

  async stop() {
    this.#server.close();
    this.#agent.destroy();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server, 'close');
  }
}
