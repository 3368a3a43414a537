// Certificates that have signed themselves, made by openssl.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { renameSync } from 'node:fs';
import { join } from 'node:path';

function openssl(...args) {
  const made = spawnSync('openssl', args, { encoding: 'utf8' });
  assert.equal(made.status, 0, made.stderr);
}

/** A certificate for 127.0.0.1 with its key, as two files called `name` in `folder`; `days` may be below zero. */
export function makeCertificate(folder, name, { days = 2 } = {}) {
  const [certificate, key, request] = ['crt', 'key', 'csr'].map((end) => join(folder, `${name}.${end}`));
  openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', `/CN=${name}`,
    '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', request);
  openssl('x509', '-req', '-in', request, '-signkey', key, '-days', String(days), '-copy_extensions', 'copyall', '-out', certificate);
  return { certificate, key };
}

/** Puts `from` in the place of `to`, as a renewal does. */
export function replace(to, from) {
  renameSync(from.certificate, to.certificate);
  renameSync(from.key, to.key);
}
