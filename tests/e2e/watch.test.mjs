// The example that a newcomer runs first.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { patience } from './support/program.mjs';
import { withServer } from './support/stage.mjs';

const program = fileURLToPath(new URL('../../examples/watch/watch', import.meta.url));
const env = { PATH: process.env.PATH, QUICKCLINIC_DATA: '/nowhere' };
const watch = (...args) => spawnSync(program, args, { encoding: 'utf8', timeout: 40_000 * patience, env });

withServer('watching two people chat', {}, (stage) => {
  it('shows history, typing, messages and ticks, then ends', () => {
    const pair = stage.clinic.pair();
    stage.clinic.writeMessages(pair, ['An old message', 'An older answer']);

    const { status, stdout, stderr } = watch(stage.server.url, stage.clinic.token(pair.doctor), stage.clinic.token(pair.patient), pair.id);

    assert.deepEqual([status, stderr], [0, '']);
    for (const sign of ['An old message', 'is typing', '✓\n', '✓✓ read', pair.doctor.name, pair.patient.name]) {
      assert.ok(stdout.includes(sign), sign);
    }
    assert.doesNotMatch(stdout, /\u001b/, 'no colours where there is no terminal');
  });

  it('says in a sentence what it lacks', () => {
    const refused = watch(stage.server.url, 'broken', 'broken', 'none');
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /^.*Invalid token format\n$/);
    assert.match(watch().stderr, /\.\/run/);
    assert.match(watch('only-one').stderr, /RELATION_ID/);
  });
});
