import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { acknowledgements, parseAcknowledgement, parseEvent, toClient, toServer, type EventName, type RequestName } from './events';

type Samples = Record<string, unknown[][]>;

const vectors = JSON.parse(
  readFileSync(new URL('../../../tests/vectors/events.json', import.meta.url), 'utf8'),
) as { to_server: Samples; to_client: Samples; acknowledgements: Samples };

const samplesOf = (samples: Samples) =>
  Object.entries(samples).flatMap(([name, list]) => list.map((values) => [name, JSON.stringify(values), values] as const));

describe('events of the wire', () => {
  it('knows every name that the vectors have', () => {
    const known: string[] = Object.values(toServer);

    expect(Object.keys(vectors.to_server).filter((name) => !known.includes(name))).toEqual([]);
    expect(Object.keys(vectors.to_client).filter((name) => !(name in toClient))).toEqual([]);
    expect(Object.keys(vectors.acknowledgements).filter((name) => !(name in acknowledgements))).toEqual([]);
  });

  it('has an acknowledgement for all that it says', () => {
    expect(Object.keys(acknowledgements).sort()).toEqual(Object.values(toServer).sort());
  });

  test.each(samplesOf(vectors.to_client))('understands %s %s', (name, _text, [payload]) => {
    expect(parseEvent(name as EventName, payload)).toBeDefined();
  });

  test.each(samplesOf(vectors.acknowledgements))('understands the answer to %s: %s', (name, _text, [payload]) => {
    expect(parseAcknowledgement(name as RequestName, payload)).toBeDefined();
  });

  it('reads instants as milliseconds', () => {
    const event = parseEvent('message_read', { messageId: 'm', readBy: 'u', readAt: '2026-01-02T03:04:05.678Z' });

    expect(event?.readAt).toBe(Date.UTC(2026, 0, 2, 3, 4, 5, 678));
  });

  const message = { id: 'm', text: 't', senderId: 'u', senderName: 'n', senderRole: 'DOCTOR', createdAt: '2026-01-02T03:04:05.678Z' };
  test.each([
    ['nothing', undefined],
    ['a text', 'new_message'],
    ['no message', {}],
    ['a message without an id', { message: { ...message, id: undefined } }],
    ['an empty id', { message: { ...message, id: '' } }],
    ['a number for the text', { message: { ...message, text: 7 } }],
    ['no time', { message: { ...message, createdAt: 'yesterday' } }],
  ])('drops a new_message with %s', (_what, payload) => {
    expect(parseEvent('new_message', payload)).toBeUndefined();
  });

  it('drops an acknowledgement that says neither yes nor no', () => {
    expect(parseAcknowledgement('send_message', { message })).toBeUndefined();
    expect(parseAcknowledgement('send_message', { ok: true })).toBeUndefined();
    expect(parseAcknowledgement('send_message', { ok: true, message })).toBeDefined();
  });
});
