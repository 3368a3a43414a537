// The state of a connection in words for people, and when to try again.

export type Line =
  /** Not connected yet, for the first time. */
  | { readonly kind: 'connecting' }
  | { readonly kind: 'online' }
  /** Cut off a moment ago; shown only when it lasts longer than 5 s. */
  | { readonly kind: 'quiet' }
  /** The device itself has no network. */
  | { readonly kind: 'offline' }
  /** Tries again at this instant (milliseconds since 1970), or is trying when it has passed. */
  | { readonly kind: 'reconnecting'; readonly retryAt: number }
  /** Sockets are blocked: messages go and come over HTTP requests. */
  | { readonly kind: 'fallback' }
  /** The server will not have us: the session ended, or the conversation is not ours. */
  | { readonly kind: 'refused'; readonly reason: Refusal };

export type Refusal = 'session' | 'forbidden' | 'not_found';

/** Shorter drops are nobody's business. */
export const quietFor = 5000;

export interface LineFacts {
  readonly connected: boolean;
  readonly refused?: Refusal | undefined;
  /** It was connected before. */
  readonly known: boolean;
  /** Since when it is not connected. */
  readonly since: number;
  /** The next try, or the one under way; absent during the first. */
  readonly retryAt?: number | undefined;
  /** What the device says of its network. */
  readonly network: boolean;
}

export function lineOf({ connected, refused, known, since, retryAt, network }: LineFacts, now: number): Line {
  if (refused) return { kind: 'refused', reason: refused };
  if (connected) return { kind: 'online' };
  if (now - since < quietFor && known) return { kind: 'quiet' };
  if (!network) return { kind: 'offline' };
  if (retryAt === undefined || (now - since < quietFor && !known)) return { kind: 'connecting' };
  return { kind: 'reconnecting', retryAt };
}

const refusals: Readonly<Record<string, Refusal>> = {
  'Missing token': 'session',
  'Invalid token format': 'session',
  'Invalid token signature': 'session',
  'Token expired': 'session',
  'Token not yet valid': 'session',
  'User not found': 'session',
  'Account is disabled': 'session',
  Unauthorized: 'forbidden',
  'Relation not found': 'not_found',
};

/** What a refused connection means, by the server's words; nothing when trying again may help. */
export function refusalOf(message: string): Refusal | undefined {
  return Object.hasOwn(refusals, message) ? refusals[message] : undefined;
}

const first = 1000;
const longest = 30_000;

/** Milliseconds until the next try after `failures` in a row: doubling, and spread so that not everybody comes at once. */
export function backoff(failures: number, random: () => number = Math.random): number {
  const middle = Math.min(longest, first * 2 ** Math.min(failures, 16));
  return Math.min(longest, middle * (0.5 + random()));
}
