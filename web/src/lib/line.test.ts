import { describe, expect, it, test } from 'vitest';
import { backoff, lineOf, refusalOf, type LineFacts } from './line';

const facts = (more: Partial<LineFacts> = {}): LineFacts => ({ connected: false, known: true, since: 0, network: true, retryAt: 9000, ...more });

describe('the line', () => {
  test.each<[string, Partial<LineFacts>, number, unknown]>([
    ['is online', { connected: true }, 1, { kind: 'online' }],
    ['is quiet at first', {}, 4999, { kind: 'quiet' }],
    ['is quiet at first also without a network', { network: false }, 4999, { kind: 'quiet' }],
    ['says when it tries again', {}, 5000, { kind: 'reconnecting', retryAt: 9000 }],
    ['says that there is no network', { network: false }, 5000, { kind: 'offline' }],
    ['connects for the first time', { known: false, retryAt: undefined }, 60_000, { kind: 'connecting' }],
    ['does not cry at the first failure', { known: false }, 100, { kind: 'connecting' }],
    ['says when it tries again though it never was online', { known: false }, 5000, { kind: 'reconnecting', retryAt: 9000 }],
    ['says at once that there is no network when it never was online', { known: false, network: false }, 0, { kind: 'offline' }],
    ['is refused', { refused: 'session' }, 0, { kind: 'refused', reason: 'session' }],
  ])('%s', (_name, more, now, line) => {
    expect(lineOf(facts(more), now)).toEqual(line);
  });

  test.each([
    ['Missing token', 'session'], ['Invalid token format', 'session'], ['Invalid token signature', 'session'], ['Token expired', 'session'],
    ['Token not yet valid', 'session'], ['User not found', 'session'], ['Account is disabled', 'session'],
    ['Unauthorized', 'forbidden'], ['Relation not found', 'not_found'],
    ['Service unavailable', undefined], ['Too many connections', undefined], ['xhr poll error', undefined], ['constructor', undefined],
  ])('reads the refusal %j as %s', (message, refusal) => {
    expect(refusalOf(message)).toBe(refusal);
  });
});

describe('waiting', () => {
  it('doubles up to half a minute', () => {
    expect([0, 1, 2, 3, 4, 5, 50].map((failures) => backoff(failures, () => 0.5))).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  });

  it('is spread', () => {
    expect([backoff(1, () => 0), backoff(1, () => 0.999)]).toEqual([1000, 2998]);
    expect(backoff(9, () => 1)).toBe(30_000);
  });
});
