/** An id that nobody else makes. Pages that came over plain HTTP have no `crypto.randomUUID`, but they have the randomness. */
export function randomId(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
