// What one open conversation shows, and what can be done in it. `model.ts` makes the state, `session.ts` keeps it in touch
// with the server, components read it; none of the three knows more of the others than this file.

import type { Line } from '@/lib/line';

/** How far an own message has come. */
export type Delivery = 'pending' | 'sent' | 'delivered' | 'read' | 'failed';

export interface ShownMessage {
  /** The same before and after the message is stored: its client id when it was written here, else its id. */
  readonly key: string;
  /** Absent until it is stored. */
  readonly id?: string;
  readonly text: string;
  readonly senderId: string;
  readonly senderName: string;
  /** Milliseconds since 1970; the reader's clock until it is stored, the server's afterwards. */
  readonly createdAt: number;
  /** Of own messages only. */
  readonly delivery?: Delivery;
  /** Why it failed, as the server's error code (`too_large`, `rate_limited`, …). */
  readonly failure?: string;
}

/** Whether more can be loaded above the oldest message shown. */
export type History = 'loading' | 'failed' | 'more' | 'complete';

export type { Line };

export interface Presence {
  readonly online: boolean;
  /** Milliseconds since 1970, when the server knows. */
  readonly lastSeenAt?: number;
}

/** Stands for the user while it is not known who it is. */
export const nobody = '';

export interface ConversationState {
  /** Or `nobody`. */
  readonly userId: string;
  /** Stored ones in the server's order, then the unsent in the order in which they were written. */
  readonly messages: readonly ShownMessage[];
  readonly history: History;
  /** Key of the first message that was unread when the conversation was opened. Stays until `leave`. */
  readonly firstUnread?: string;
  /** Messages of the other person beyond the own read mark. */
  readonly unread: number;
  readonly line: Line;
  readonly presence?: Presence;
  /** The other person is writing right now. */
  readonly typing: boolean;
}

/** One open conversation. Everything returns at once; what comes of it shows in the state. */
export interface Conversation {
  getState(): ConversationState;
  /** @returns what ends the subscription. */
  subscribe(listener: () => void): () => void;
  /** Shows the message at once and sends it as soon as there is a line; it outlives a reload. Empty text is ignored. */
  send(text: string): void;
  /** Sends a failed message again, under the same client id. */
  retry(key: string): void;
  /** Takes a failed message out of the list and gives its text back for the composer. */
  discard(key: string): string | undefined;
  loadOlder(): void;
  /** This message of the other person, and everything before it, has been seen. */
  see(key: string): void;
  /** The composer's text changed: tells the other side, at most every few seconds. */
  writing(): void;
  /** Tries to connect now instead of at `retryAt`. */
  reconnect(): void;
  close(): void;
}

/** Where and as whom to connect. */
export interface ConversationOptions {
  readonly relationId: string;
  readonly userId: string;
  /** Origin of the server, such as `http://localhost:4000`; the page's own when absent. */
  readonly serverUrl?: string;
  /** JSON Web Token; without one the cookie identifies. */
  readonly token?: string;
}
