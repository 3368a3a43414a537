// Traces as a collector gets them: OTLP over HTTP, in JSON.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { fetchPlain } from './support/http.mjs';
import { patience } from './support/program.mjs';
import { Stage } from './support/stage.mjs';
import { until } from './support/wait.mjs';

/** Takes spans as they come; `status` is what it answers. */
class Collector {
  spans = [];
  bodies = [];
  status = 200;

  async open() {
    this.server = createServer(async (request, response) => {
      let body = '';
      for await (const piece of request.setEncoding('utf8')) body += piece;
      assert.deepEqual([request.method, request.url, request.headers['content-type']], ['POST', '/v1/traces', 'application/json']);
      this.bodies.push(body);
      for (const { resource, scopeSpans } of JSON.parse(body).resourceSpans) {
        const values = (attributes) => Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue)]));
        for (const { spans } of scopeSpans) {
          for (const span of spans) this.spans.push({ ...span, service: values(resource.attributes)['service.name'], values: values(span.attributes) });
        }
      }
      response.writeHead(this.status).end('{}');
    }).listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    this.url = `http://127.0.0.1:${this.server.address().port}`;
  }

  async close() {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  /** The first span that fits; waits for it. */
  find(what, fits) {
    return until(10_000 * patience, () => this.spans.find(fits), `a span ${what}`);
  }

  named = (name) => this.find(name, (span) => span.name === name);
  childrenOf = (parent) => this.spans.filter(({ parentSpanId }) => parentSpanId === parent.spanId);
}

function withCollector(name, env, tests) {
  describe(name, () => {
    const stage = new Stage();
    const collector = new Collector();
    before(async () => {
      await collector.open();
      await stage.open({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`, QUICKCLINIC_SHARDS: '2', ...env } });
    });
    after(() => stage.shut().finally(() => collector.close()));
    tests(stage, collector);
  });
}

const traceId = '0af7651916cd43dd8448eb211c80319c';
const traceparent = (sampled) => `00-${traceId}-b7ad6b7169203331-0${sampled ? 1 : 0}`;

withCollector('traces', { OTEL_SERVICE_NAME: 'ward-7' }, (stage, collector) => {
  it('follow a message into the database and to its receivers', async (t) => {
    const { pair, doctor } = await stage.conversation(t);
    await doctor.send('Privately', { clientMessageId: 'secret-id' });
    const connect = await collector.named('connect');
    assert.deepEqual([connect.kind, connect.values, connect.service], [2, { 'quickclinic.outcome': 'admitted' }, 'ward-7']);
    const sent = await collector.named('send_message');
    const children = await until(10_000 * patience, () => collector.childrenOf(sent).length === 2 && collector.childrenOf(sent), 'its children');
    assert.deepEqual(children.map(({ name, kind, traceId }) => [name, kind, traceId]), [['store', 1, sent.traceId], ['deliver', 1, sent.traceId]]);
    const [store, deliver] = children;
    const times = [sent.startTimeUnixNano, store.startTimeUnixNano, store.endTimeUnixNano, deliver.startTimeUnixNano, deliver.endTimeUnixNano, sent.endTimeUnixNano].map(BigInt);
    assert.deepEqual(times, times.toSorted((a, b) => (a < b ? -1 : Number(a > b))));
    assert.ok(Math.abs(Number(times[0] / 1_000_000n) - Date.now()) < 60_000 * patience);
    for (const { traceId, spanId } of collector.spans) assert.match(`${traceId} ${spanId}`, /^[0-9a-f]{32} [0-9a-f]{16}$/);
    for (const word of ['Privately', 'secret-id', pair.id, pair.doctor.id, pair.doctor.name, stage.clinic.token(pair.doctor).split('.')[0]]) {
      assert.ok(!collector.bodies.some((body) => body.includes(word)), word);
    }
  });

  it('go on where a request comes from', async () => {
    const { id, doctor } = stage.clinic.pair();
    const headers = { traceparent: traceparent(true), Authorization: `Bearer ${stage.clinic.token(doctor)}`, 'Content-Type': 'application/json' };
    const path = `/api/doctorpatientrelations/${id}/chats`;
    assert.equal((await fetchPlain(stage.server, path, { method: 'POST', headers, body: '{"text":"Hello"}' })).status, 201);
    const request = await collector.find('of the request', (span) => span.traceId === traceId && span.kind === 2 && span.name.startsWith('POST'));
    assert.equal(request.name, 'POST /api/doctorpatientrelations/{}/chats');
    assert.equal(request.parentSpanId, 'b7ad6b7169203331');
    assert.deepEqual(request.values, { 'http.request.method': 'POST', 'http.route': '/api/doctorpatientrelations/{}/chats', 'http.response.status_code': 201 });
    const sent = await collector.find('of the message', (span) => span.parentSpanId === request.spanId);
    assert.equal(sent.name, 'send_message');
  });

  it('leave out what its origin does not trace', async () => {
    const before = collector.spans.length;
    await fetchPlain(stage.server, '/openapi.json', { headers: { traceparent: traceparent(false) } });
    await fetchPlain(stage.server, '/ready');
    await collector.named('GET /ready');
    assert.deepEqual(collector.spans.slice(before).filter(({ name }) => name === 'GET /openapi.json'), []);
  });

  it('are counted when nobody takes them, and cost nobody an answer', async () => {
    collector.status = 500;
    await fetchPlain(stage.server, '/health');
    const failed = () => fetchPlain(stage.server, '/metrics').then(({ text }) => /^quickclinic_trace_spans_total\{outcome="failed"\} [1-9]/m.test(text));
    await until(10_000 * patience, failed, 'a failure to be counted');
    assert.match(stage.server.log, /traces are not taken/);
    collector.status = 200;
    await until(10_000 * patience, () => fetchPlain(stage.server, '/health').then(() => /traces are taken again/.test(stage.server.log)), 'all to be well');
  });
});

withCollector('traces of a ratio of 0', { OTEL_TRACES_SAMPLER_ARG: '0' }, (stage, collector) => {
  it('are those alone that began elsewhere', async () => {
    await fetchPlain(stage.server, '/health');
    await fetchPlain(stage.server, '/ready', { headers: { traceparent: traceparent(true) } });
    await collector.named('GET /ready');
    assert.deepEqual(collector.spans.map(({ name }) => name), ['GET /ready']);
  });

  it('come all when the server ends', async () => {
    await fetchPlain(stage.server, '/openapi.json', { headers: { traceparent: traceparent(true) } });
    await stage.server.stop();
    assert.ok(collector.spans.some(({ name }) => name === 'GET /openapi.json'));
  });
});
