// PostgreSQL on a disk that is full: clear refusals, and everything as before once there is room again.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { texts } from './support/answers.mjs';
import { Postgres, serverFolder } from './support/postgres.mjs';
import { OrmDatabase } from './support/postgres_database.mjs';
import { Stage } from './support/stage.mjs';
import { assertStoredOrRefused, sendWhenWell, status, trySend } from './support/trouble.mjs';

/** A small disk of memory with a server's data, or the reason why there is none. */
function smallDisk() {
  const folder = serverFolder();
  const owner = spawnSync('stat', ['-c', 'uid=%u,gid=%g', folder], { encoding: 'utf8' }).stdout.trim();
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=160m,mode=0700,${owner}`, 'tmpfs', folder], { encoding: 'utf8' });
  if (mounted.status !== 0) {
    rmSync(folder, { recursive: true });
    return { reason: `cannot mount a small disk: ${mounted.stderr.trim()}` };
  }
  const unmount = () => {
    spawnSync('umount', ['--lazy', folder]);
    rmSync(folder, { recursive: true, force: true });
  };
  return { folder, unmount };
}

function fillUp(file) {
  const ballast = openSync(file, 'w');
  try {
    for (let size = 1 << 20; size >= 4096;) {
      try {
        writeSync(ballast, Buffer.alloc(size));
      } catch (full) {
        if (full.code !== 'ENOSPC') throw full;
        size /= 2;
      }
    }
  } finally {
    closeSync(ballast);
  }
}

describe('a full disk', () => {
  it('refuses messages, serves history, and takes messages again when there is room', async (t) => {
    const { folder, unmount, reason } = smallDisk();
    if (reason) {
      t.skip(reason);
      return;
    }
    const server = new Postgres({ folder, settings: ['max_wal_size = 32MB', 'min_wal_size = 32MB'] });
    const stage = new Stage();
    t.after(async () => {
      await stage.shut().finally(() => server.stop()).finally(unmount);
    });
    await stage.open({ database: () => new OrmDatabase({ server }) });
    const { doctor, patient } = await stage.conversation(t);
    await doctor.send('Before');
    const ballast = join(folder, 'ballast');
    fillUp(ballast);

    const stored = ['Before'];
    for (let refused = false; !refused;) {
      const text = randomBytes(1500).toString('hex');  // of which no compression makes anything small
      const ack = await trySend(doctor, text);
      assertStoredOrRefused(ack);
      if (ack.ok) stored.push(text);
      refused = !ack.ok;
      assert.ok(stored.length < 20_000, 'the disk never filled up');
    }
    assert.equal(await status(stage, '/health'), 200);
    assert.ok(doctor.socket.connected && patient.socket.connected);

    rmSync(ballast);
    if (!server.running) server.start();
    await sendWhenWell(doctor, 'After');
    assert.deepEqual(texts(await patient.history()), [...stored, 'After']);
    await patient.count('new_message', stored.length + 1);
    assert.deepEqual(texts(patient.all('new_message').map(({ message }) => message)), [...stored, 'After']);
  });
});
