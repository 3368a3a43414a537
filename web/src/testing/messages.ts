// Messages as the server tells them, for tests that care about little of them.
import type { Message } from '@/lib/events';

export const doctor = 'doctor-1';
export const patient = 'patient-1';

/** Message number `n` of a conversation: `id` and time follow from the number, so that order and identity can be read off. */
export function stored(n: number, more: Partial<Message> = {}): Message {
  return {
    id: `m${n}`,
    text: `text ${n}`,
    senderId: doctor,
    senderName: more.senderId === patient ? 'Paul Patient' : 'Dr. Ada Doctor',
    senderRole: more.senderId === patient ? 'PATIENT' : 'DOCTOR',
    createdAt: 1_000_000 + n,
    ...more,
  };
}

/** Messages number `from` to `to`, both included. */
export function storedRange(from: number, to: number, more: Partial<Message> = {}): Message[] {
  return Array.from({ length: to - from + 1 }, (_, index) => stored(from + index, more));
}
