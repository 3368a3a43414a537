// What every answer of the chat looks like, whatever the event.
import assert from 'node:assert/strict';
import { keys } from './member.mjs';

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** A failed acknowledgement: exactly `{ ok, error: { code, message } }`, with the contract's text. */
export function assertRefused(ack, message) {
  assert.deepEqual(keys(ack), ['error', 'ok'], JSON.stringify(ack));
  assert.equal(ack.ok, false);
  assert.deepEqual(keys(ack.error), ['code', 'message']);
  assert.equal(ack.error.message, message);
  assert.match(ack.error.code, /^[a-z]+(_[a-z]+)*$/);
}

/** An `error` event: exactly `{ message, code, event }`. */
export function assertErrorEvent(payload, { message, event }) {
  assert.deepEqual(keys(payload), ['code', 'event', 'message']);
  assert.equal(payload.message, message);
  assert.equal(payload.event, event);
  assert.match(payload.code, /^[a-z]+(_[a-z]+)*$/);
}

/** A message as somebody who is not its sender sees it: no field more, none less. */
export function assertMessage(message, { text, sender }) {
  assert.deepEqual(keys(message), ['createdAt', 'id', 'senderId', 'senderName', 'senderRole', 'text']);
  assertSaid(message, { text, sender });
}

/** The same for the sender's own sockets, where `clientMessageId` comes along. */
export function assertOwnMessage(message, { text, sender, clientMessageId }) {
  assert.deepEqual(keys(message), ['clientMessageId', 'createdAt', 'id', 'senderId', 'senderName', 'senderRole', 'text']);
  assert.equal(message.clientMessageId, clientMessageId);
  assertSaid(message, { text, sender });
}

function assertSaid(message, { text, sender }) {
  assert.equal(typeof message.id, 'string');
  assert.notEqual(message.id, '');
  assert.equal(message.text, text);
  assert.equal(message.senderId, sender.id);
  assert.equal(message.senderName, sender.name);
  assert.equal(message.senderRole, sender.role);
  assert.match(message.createdAt, instant);
}

export const texts = (messages) => messages.map((message) => message.text);
export const ids = (messages) => messages.map((message) => message.id);
