// JSON Web Tokens of our own making, good and bad. Independent of the server's code on purpose.
import { createHmac, sign } from 'node:crypto';

const encode = (value) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

export const seconds = () => Math.floor(Date.now() / 1000);

/** Claims as the web application makes them, alive for an hour. */
export const claimsOf = (user, more = {}) => ({ id: user.id, iat: seconds(), exp: seconds() + 3600, ...more });

export function hs256(secret, claims, header = { alg: 'HS256', typ: 'JWT' }) {
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

const signers = {
  RS256: (bytes, key) => sign('sha256', bytes, key),
  // JSON Web Signature wants r and s side by side (RFC 7518, 3.4), not OpenSSL's DER.
  ES256: (bytes, key) => sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' }),
  EdDSA: (bytes, key) => sign(null, bytes, key),
};

export function signedBy(algorithm, privateKey, claims) {
  const signed = `${encode({ alg: algorithm, typ: 'JWT' })}.${encode(claims)}`;
  return `${signed}.${signers[algorithm](Buffer.from(signed), privateKey).toString('base64url')}`;
}

/** Three parts put together as they are given; objects become JSON first. */
export const assemble = (header, claims, signature = '') => `${encode(header)}.${encode(claims)}.${signature}`;
