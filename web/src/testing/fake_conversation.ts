// A Conversation with no server behind it: shows the state it is given, and does at once what it is asked.
import type { Conversation, ConversationState, ShownMessage } from '@/features/messages/types';

export const doctor = 'doctor';
export const patient = 'patient';

/** A message that the patient wrote, unless told otherwise. */
export function shownMessage(key: string, rest: Partial<ShownMessage> = {}): ShownMessage {
  const own = rest.senderId === doctor;
  return {
    key,
    id: key,
    text: `Message ${key}`,
    senderId: patient,
    senderName: own ? 'Dr. Asha Rao' : 'Meera Nair',
    createdAt: Date.UTC(2026, 0, 2, 9),
    ...rest,
  };
}

/** A conversation as the doctor sees it. */
export function fakeConversation(given: Partial<ConversationState> = {}): Conversation & { set(change: Partial<ConversationState>): void } {
  let state: ConversationState = {
    userId: doctor,
    messages: [],
    history: 'complete',
    unread: 0,
    line: { kind: 'online' },
    presence: { online: true },
    typing: false,
    ...given,
  };
  let count = 0;
  const listeners = new Set<() => void>();
  const set = (change: Partial<ConversationState>) => {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  };
  const change = (key: string, change: Partial<ShownMessage>) => {
    set({ messages: state.messages.map((message) => (message.key === key ? { ...message, ...change } : message)) });
  };
  return {
    set,
    getState: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    send(text) {
      const key = `sent-${++count}`;
      const message = shownMessage(key, { text: text.trim(), senderId: doctor, createdAt: Date.now(), delivery: 'sent' });
      set({ messages: [...state.messages, message] });
    },
    retry(key) {
      change(key, { delivery: 'sent' });
    },
    discard(key) {
      const text = state.messages.find((message) => message.key === key)?.text;
      set({ messages: state.messages.filter((message) => message.key !== key) });
      return text;
    },
    loadOlder() {
      if (state.history !== 'more' && state.history !== 'failed') return;
      const first = state.messages[0]?.createdAt ?? Date.now();
      const older = Array.from({ length: 50 }, (_, index) =>
        shownMessage(`older-${++count}`, { createdAt: first - (50 - index) * 60_000, text: `An earlier message, ${count}.` }),
      );
      set({ messages: [...older, ...state.messages], history: count >= 500 ? 'complete' : 'more' });
    },
    see() {
      if (state.unread > 0) set({ unread: 0 });
    },
    writing() {
      // Nobody is told.
    },
    reconnect() {
      set({ line: { kind: 'online' } });
    },
    close() {
      listeners.clear();
    },
  };
}
