// What the program tells of itself: /metrics, and what is in it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { it } from 'node:test';
import { fetchPlain } from './support/http.mjs';
import { families, familyOf, scrape } from './support/metrics.mjs';
import { freePort } from './support/postgres.mjs';
import { patience } from './support/program.mjs';
import { withServer } from './support/stage.mjs';
import { until } from './support/wait.mjs';

/** What Prometheus' own library for Python makes of a text: `[name, kind]` of each family. */
function parsedByPrometheus(text) {
  const program = `
import json, sys
from prometheus_client.parser import text_string_to_metric_families
families = list(text_string_to_metric_families(sys.stdin.read()))
print(json.dumps([[each.name + ("_total" if each.type == "counter" else ""), each.type] for each in families]))`;
  // Debian's, which has Debian's packages.
  const { status, stdout, stderr } = spawnSync('/usr/bin/python3', ['-c', program], { input: text, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

/** The rules of the text format that a forgiving reader does not hold anybody to. */
function assertWellFormed(text) {
  assert.ok(text.endsWith('\n'), 'the last line ends');
  const seen = new Set();
  const heads = [];
  const buckets = new Map();
  for (const line of text.slice(0, -1).split('\n')) {
    const head = /^# (HELP|TYPE) ([a-z_]+) (.+)$/.exec(line);
    if (head) {
      heads.push(head.slice(1, 3).join(' '));
      if (head[1] === 'TYPE') assert.equal(heads.at(-2), `HELP ${head[2]}`, line);
      continue;
    }
    const [, series, name, labels = '', value] = /^(([a-z_]+)(?:\{((?:[a-z]+="(?:[^"\\]|\\["\\n])*",?)+)\})?) (\S+)$/.exec(line) ?? assert.fail(line);
    assert.ok(/^(-?\d+(\.\d+)?(e[+-]\d+)?|NaN|[+-]Inf)$/.test(value), line);
    assert.ok(!seen.has(series), `twice: ${line}`);
    seen.add(series);
    const family = familyOf(name);
    assert.equal(heads.at(-1), `TYPE ${family}`, `${line} stands under another head`);
    if (families[family].kind === 'counter') assert.ok(Number(value) >= 0, line);
    if (families[family].kind !== 'histogram') continue;
    const others = labels.replace(/,?le="[^"]*"/, '');
    if (name.endsWith('_bucket')) {
      assert.ok(Number(value) >= (buckets.get(family + others) ?? 0), `${line}: buckets add up`);
      buckets.set(family + others, Number(value));
    } else if (name.endsWith('_count')) {
      assert.equal(Number(value), buckets.get(family + others), line);
      assert.ok(seen.has(`${family}_bucket{${others}${others && ','}le="+Inf"}`), `${line} has no last bucket`);
    }
  }
  assert.equal(new Set(heads).size, heads.length, 'each head stands once');
}

withServer('the metrics', { env: { QUICKCLINIC_SHARDS: '2' } }, (stage) => {
  it('count messages, clients, commits and refusals', async (t) => {
    const before = await scrape(stage.server);
    const { pair, doctor, patient } = await stage.conversation(t);
    for (let i = 0; i < 5; ++i) await doctor.send(`message ${i}`);
    await doctor.ask('send_message', { text: '' });
    await patient.settle();
    await stage.member(t, { auth: { token: 'nonsense', relationId: pair.id } }).refusal();
    const after = await scrape(stage.server);

    const more = (series) => after.value(series) - before.value(series);
    assert.equal(more('quickclinic_messages_total{outcome="stored"}'), 5);
    assert.equal(more('quickclinic_events_received_total{event="send_message"}'), 6);
    assert.ok(more('quickclinic_events_sent_total') >= 2 + 5);
    assert.equal(more('quickclinic_event_refusals_total{event="send_message",code="bad_request"}'), 1);
    assert.equal(more('quickclinic_connect_refusals_total{reason="invalid_token_format"}'), 1);
    assert.equal(more('quickclinic_clients{kind="conversation"}'), 2);
    assert.equal(more('quickclinic_message_delivery_seconds_count'), 5);
    assert.ok(more('quickclinic_store_batch_size_sum') >= 5);
    assert.ok(more('quickclinic_message_delivery_seconds_sum') > 0);
    assert.ok(after.sum('quickclinic_deliveries_total') - before.sum('quickclinic_deliveries_total') >= 10);
    assert.ok(after.value('quickclinic_database_connections') >= 1);
    for (const up of ['quickclinic_database_up', 'quickclinic_shard_up{shard="0"}', 'quickclinic_shard_up{shard="1"}']) {
      assert.equal(after.value(up), 1, up);
    }
    assert.ok(after.value('process_resident_memory_bytes') > 1e6);
    assert.ok(after.value('process_open_fds') > 5);
  });

  it('know the transports, and who went from one to the other', async (t) => {
    const gained = async (series, act) => {
      const before = (await scrape(stage.server)).sum(series);
      await act();
      await until(5000 * patience, async () => (await scrape(stage.server)).sum(series) > before, series);
    };
    const enter = (transport) => () => {
      const pair = stage.clinic.pair();
      return stage.enter(t, pair.doctor, pair, { transport });
    };
    await gained('quickclinic_upgrades_total', enter('upgrade'));
    const polling = (scraped) => scraped.value('quickclinic_handshakes_total{transport="polling"}');
    const before = polling(await scrape(stage.server));
    const member = await enter('polling')();
    assert.equal(polling(await scrape(stage.server)), before + 1);
    await gained('quickclinic_sessions_closed_total', () => member.close());
    const { text } = await scrape(stage.server);
    assert.ok(!/quickclinic_sessions\{.*\} -?(\d{10,}|-)/.test(text), text);
  });

  it('are what Prometheus reads, name for name what is described', async () => {
    const { text } = await scrape(stage.server);
    assertWellFormed(text);
    assert.deepEqual(parsedByPrometheus(text), Object.entries(families).map(([name, { kind }]) => [name, kind]));
    for (const [, series, labels = ''] of text.matchAll(/^([a-z]\w+)(?:\{(.*)\})? /gm)) {
      const names = [...labels.matchAll(/(\w+)="(?:[^"\\]|\\.)*"/g)].map(([, name]) => name).filter((name) => name !== 'le');
      assert.deepEqual(names, families[familyOf(series)].labels, series);
    }
  });

  it('say nothing to other methods', async () => {
    assert.equal((await fetchPlain(stage.server, '/metrics', { method: 'POST' })).status, 405);
    const { status, text } = await fetchPlain(stage.server, '/metrics', { method: 'HEAD' });
    assert.deepEqual([status, text], [200, '']);
  });
});

withServer('metrics of limits', {
  env: { LIMIT_HANDSHAKES_PER_ADDRESS: '2/1h', LIMIT_REQUESTS_PER_ADDRESS: '2/1h', LIMIT_LOGINS_PER_ADDRESS: '1/1h', LIMIT_MESSAGES_PER_USER: '1/1h' },
}, (stage) => {
  it('say which of them refused how much', async (t) => {
    const { doctor } = await stage.conversation(t);
    for (const text of ['one', 'two']) await doctor.ask('send_message', { text });
    await fetchPlain(stage.server, '/socket.io/?EIO=4&transport=polling');
    for (let i = 0; i < 3; i += 1) await fetchPlain(stage.server, '/api/user/me', { from: '127.2.0.1' });
    const login = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"email":"a@b.c","password":"x"}' };
    for (let i = 0; i < 2; i += 1) await fetchPlain(stage.server, '/api/user/login', login);
    const { value } = await scrape(stage.server);
    const refused = ['connections', 'handshakes', 'clients', 'events', 'logins', 'requests'].map((limit) => value(`quickclinic_limit_refusals_total{limit="${limit}"}`));
    assert.deepEqual(refused, [0, 1, 0, 1, 1, 1]);
  });
});

withServer('metrics on a port of their own', { env: { METRICS_PORT: '0', LOG_FORMAT: 'json' } }, (stage) => {
  const port = () => Number(/"event":"metrics","port":(\d+)/.exec(stage.server.log)[1]);

  it('are there, and only they', async () => {
    const own = { url: `http://127.0.0.1:${port()}` };
    const { status, headers, text } = await fetchPlain(own, '/metrics');
    assert.equal(status, 200);
    assert.equal(headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
    assert.match(text, /^quickclinic_shard_up\{shard="0"\} 1$/m);
    assert.equal((await fetchPlain(stage.server, '/metrics')).status, 404);
    for (const path of ['/', '/health', '/socket.io/?EIO=4&transport=polling', '/api/user/me']) {
      assert.equal((await fetchPlain(own, path)).status, 404, path);
    }
    assert.equal((await fetchPlain(own, '/metrics', { method: 'POST' })).status, 405);
  });

  it('let no second server start on that port', async () => {
    const { code, err } = await stage.clinic.runBeside(['serve', '--host', '127.0.0.1', '--port', '0'], { env: { METRICS_PORT: String(port()) } });
    assert.deepEqual([code, err], [1, `quickclinic: port ${port()} is in use.\n`]);
  });
});

withServer('metrics of a server that is replaced', {}, (stage) => {
  it('are those of the new process', async (t) => {
    const port = freePort();
    const server = await stage.clinic.serve({ env: { METRICS_PORT: String(port), HANDOVER_WINDOW: '1' } });
    const own = { url: `http://127.0.0.1:${port}` };
    const began = async () => (await scrape(own)).value('process_start_time_seconds');
    const before = await began();
    const heir = await server.handOver();
    t.after(() => heir.stop());
    await server.ended;
    await until(10_000 * patience, () => began().then((after) => after > before, () => false), 'the metrics of the new process');
  });
});
