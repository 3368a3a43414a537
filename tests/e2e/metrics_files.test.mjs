// What is written about the metrics, and the files that rest on them: each name in them is one that the program exports.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { families, familyOf } from './support/metrics.mjs';
import { run } from './support/program.mjs';

const file = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

function yaml(path) {
  const program = 'import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin)))';
  const { stdout, stderr } = spawnSync('/usr/bin/python3', ['-c', program], { input: file(path), encoding: 'utf8' });
  return stdout ? JSON.parse(stdout) : assert.fail(stderr);
}

/** Holds an expression to the names and the labels that there are. */
function assertKnown(expression, where) {
  for (const [, series, selector = ''] of expression.matchAll(/\b((?:quickclinic|process)_\w+)(?:\{([^}]*)\})?/g)) {
    const family = families[familyOf(series)];
    assert.ok(family, `${where} names ${series}, which is not exported`);
    assert.equal(family.kind === 'histogram', series !== familyOf(series), `${where}: ${series}`);
    for (const [, label] of selector.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)) {
      assert.ok([...family.labels, 'job', 'instance'].includes(label), `${where}: ${series} has no label ${label}`);
    }
  }
  assert.ok(/\b(quickclinic|process)_|^up\b/.test(expression), `${where} names no metric: ${expression}`);
}

describe('what is written about the metrics', () => {
  it('is in the documents what the program says', () => {
    for (const [what, path] of [['metrics', 'docs/metrics.md'], ['settings', 'docs/settings.md']]) {
      const { code, out } = run(['describe', what]);
      assert.equal(code, 0);
      assert.ok(file(path).includes(out), `${path} has another table than quickclinic describe ${what} prints:\n${out}`);
    }
  });

  it('is exported, if the dashboard shows it', () => {
    const dashboard = JSON.parse(file('deploy/grafana/quickclinic.json'));
    const targets = dashboard.panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr]));
    assert.ok(targets.length > 30);
    for (const [title, expr] of targets) assertKnown(expr, `the panel "${title}"`);
  });

  const { groups } = yaml('deploy/prometheus/quickclinic.rules.yml');
  const rules = groups.flatMap((group) => group.rules);

  it('is exported, if an alert rests on it', () => {
    assert.ok(rules.length > 10);
    assert.equal(new Set(rules.map(({ alert }) => alert)).size, rules.length);
    for (const { alert, expr, labels, annotations, for: duration = '0s', ...more } of rules) {
      assertKnown(expr, alert);
      assert.deepEqual(Object.keys(more), [], alert);
      assert.match(alert, /^QuickClinic[A-Z][A-Za-z]+$/);
      assert.match(duration, /^\d+[smh]$/, alert);
      assert.ok(['page', 'ticket'].includes(labels.severity), alert);
      assert.ok(annotations.summary && annotations.description, alert);
    }
  });

  it('is scraped where it is', () => {
    const { rule_files: files, scrape_configs: [{ job_name: job, static_configs: [{ targets }] }] } = yaml('deploy/prometheus/prometheus.yml');
    assert.deepEqual([files, job, targets], [['quickclinic.rules.yml'], 'quickclinic', ['127.0.0.1:9400']]);
    assert.equal(yaml('deploy/kubernetes/settings.yaml').data.METRICS_PORT, '9400');
  });

  it('leads to a chapter that exists', () => {
    const chaptersOf = (path) => [...file(path).matchAll(/^#+ (.+)$/gm)]
      .map(([, title]) => title.toLowerCase().replaceAll(/[^\w\s-]/g, '').replaceAll(' ', '-'));
    for (const { alert, annotations } of rules) {
      const [path, chapter] = annotations.runbook.split('#');
      assert.ok(chaptersOf(path).includes(chapter), `${alert}: ${annotations.runbook}`);
    }
  });
});
