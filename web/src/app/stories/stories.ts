// Every state that components have, by name, as data. A story is a conversation in that state, a list, or a dialog.
import type { ConversationSummary } from '@/features/conversations/store';
import type { ConversationState, ShownMessage } from '@/features/messages/types';
import { doctor, shownMessage } from '@/testing/fake_conversation';

const day = 86_400_000;
const minute = 60_000;

/** Texts with what people write: lines, addresses, both scripts, and what nobody should. */
function dialogue(now: number): readonly ShownMessage[] {
  const own = { senderId: doctor };
  return [
    shownMessage('1', { createdAt: now - 3 * day, text: 'Good morning, doctor. The new tablets make me a little sleepy.' }),
    shownMessage('2', { createdAt: now - 3 * day + minute, text: 'Should I take them in the evening instead?' }),
    shownMessage('3', { ...own, createdAt: now - 3 * day + 40 * minute, delivery: 'read', text: 'Good morning, Meera. Yes, take them after dinner from today on.' }),
    shownMessage('4', { ...own, createdAt: now - 3 * day + 41 * minute, delivery: 'read', text: 'If it is no better in three days, tell me here. More about them: https://example.org/tablets?id=12#effects' }),
    shownMessage('5', { createdAt: now - day, text: 'धन्यवाद डॉक्टर। अब बहुत अच्छा लग रहा है।' }),
    shownMessage('6', { ...own, createdAt: now - day + 5 * minute, delivery: 'read', text: 'Very good. Your next appointment is confirmed:\n/patient/appointments' }),
    shownMessage('7', { createdAt: now - 8 * minute, text: 'Here is the report of the lab, sent from meera.nair@example.org' }),
    shownMessage('8', { createdAt: now - 7 * minute, text: 'Fasting glucose 96 mg/dL' }),
  ];
}

const hostile = [
  '<img src=x onerror="alert(1)"> <script>alert(1)</script>',
  '[x](javascript:alert(1)) javascript:alert(1) data:text/html,x',
  'The file is called \u202egpj.exe\u202c and the site \u202emoc.elpmaxe\u202c',
  'مرحبا دكتور، عندي سؤال عن الدواء https://example.org/a',
  'x'.repeat(100_000),
  Array.from({ length: 60 }, (_, line) => `Line ${line + 1}`).join('\n'),
  '\u0939\u0928'.repeat(400),
  'z\u0351\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u0309a\u030a\u030b\u030c\u030d\u030e',
];

const conversations: Readonly<Record<string, (now: number) => Partial<ConversationState>>> = {
  online: (now) => ({ messages: dialogue(now) }),
  connecting: () => ({ history: 'loading', line: { kind: 'connecting' }, presence: { online: false } }),
  quiet: (now) => ({ messages: dialogue(now), line: { kind: 'quiet' } }),
  offline: (now) => ({ messages: dialogue(now), line: { kind: 'offline' } }),
  'offline-empty': () => ({ history: 'loading', line: { kind: 'offline' } }),
  reconnecting: (now) => ({ messages: dialogue(now), line: { kind: 'reconnecting', retryAt: now + 30_000 } }),
  fallback: (now) => ({ messages: dialogue(now), line: { kind: 'fallback' } }),
  'refused-session': () => ({ line: { kind: 'refused', reason: 'session' } }),
  'refused-forbidden': () => ({ line: { kind: 'refused', reason: 'forbidden' } }),
  'refused-not-found': () => ({ line: { kind: 'refused', reason: 'not_found' } }),
  empty: () => ({}),
  failed: () => ({ history: 'failed' }),
  'older-loading': (now) => ({ messages: dialogue(now), history: 'loading' }),
  'older-failed': (now) => ({ messages: dialogue(now), history: 'failed' }),
  typing: (now) => ({ messages: dialogue(now), typing: true }),
  away: (now) => ({ messages: dialogue(now), presence: { online: false, lastSeenAt: now - 5 * minute } }),
  deliveries: (now) => ({
    messages: [
      ...dialogue(now),
      ...(['read', 'delivered', 'sent', 'pending', 'failed'] as const).map((delivery, index) =>
        shownMessage(`own-${delivery}`, {
          senderId: doctor,
          createdAt: now - 5 * minute + index * 1000,
          text: `This one is ${delivery}.`,
          delivery,
          ...(delivery === 'failed' && { failure: 'rate_limited' }),
        }),
      ),
    ],
  }),
  unread: (now) => ({
    messages: Array.from({ length: 60 }, (_, index) => shownMessage(`${index}`, { createdAt: now - (60 - index) * 2 * minute })),
    history: 'more',
    firstUnread: '40',
    unread: 20,
  }),
  hostile: (now) => ({
    messages: hostile.map((text, index) => shownMessage(`${index}`, { text, createdAt: now - (20 - index) * minute })),
  }),
  many: (now) => ({
    messages: Array.from({ length: 10_000 }, (_, index) =>
      shownMessage(`${index}`, {
        createdAt: now - (10_000 - index) * 4 * minute,
        text: `Message ${index}. ${'More of it. '.repeat(index % 17)}`,
        ...(index % 3 === 0 && { senderId: doctor, delivery: 'read' as const }),
      }),
    ),
  }),
};

const lists: Readonly<Record<string, (now: number) => ListProps>> = {
  list: (now) => ({
    conversations: [
      listed('1', 'Meera Nair', 'Fasting glucose 96 mg/dL', now - 7 * minute, 2),
      listed('2', 'अनिल कुमार शर्मा', 'धन्यवाद डॉक्टर। अब बहुत अच्छा लग रहा है।', now - 3 * 60 * minute, 120),
      listed('3', 'Wolfeschlegelsteinhausenbergerdorff Constantinopolitanides', 'A long name', now - day, 0),
      listed('4', 'Ravi Menon', 'See you on Monday.', now - 4 * day, 0),
      { id: '5', otherId: 'other-5', name: 'Lakshmi Iyer', unread: 0 },
    ],
  }),
  'list-empty': () => ({ conversations: [] }),
  'list-loading': () => ({ conversations: undefined }),
  'list-failed': () => ({ conversations: undefined, failed: true }),
  'list-offline': () => ({ conversations: undefined, offline: true }),
  'list-stale': (now) => ({ conversations: [listed('1', 'Meera Nair', 'Fasting glucose 96 mg/dL', now, 2)], offline: true }),
};

interface ListProps {
  readonly conversations: readonly ConversationSummary[] | undefined;
  readonly failed?: boolean;
  readonly offline?: boolean;
}

function listed(id: string, name: string, lastMessage: string, lastMessageAt: number, unread: number): ConversationSummary {
  return { id, otherId: `other-${id}`, name, lastMessage, lastMessageAt, unread };
}

export type StoryContent =
  | { readonly kind: 'conversation'; readonly state: Partial<ConversationState> }
  | { readonly kind: 'list'; readonly props: ListProps }
  | { readonly kind: 'idle'; readonly until: number };

export const storyNames: readonly string[] = [...Object.keys(conversations), ...Object.keys(lists), 'idle'];

/** What a story shows at this moment. */
export function storyContent(name: string, now: number): StoryContent {
  const conversation = conversations[name];
  if (conversation) return { kind: 'conversation', state: conversation(now) };
  const list = lists[name];
  if (list) return { kind: 'list', props: list(now) };
  return { kind: 'idle', until: now + 60_000 };
}
