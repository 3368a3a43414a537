import { expect, it } from 'vitest';
import { scoped } from './chat_bar.mjs';

it.each([
  ['.flex', '.qc-chat.flex, .qc-chat .flex'],
  ['.hover\\:bg:hover', '.qc-chat.hover\\:bg:hover, .qc-chat .hover\\:bg:hover'],
  [':root', '.qc-chat'],
  [':host', '.qc-chat'],
  ['html', '.qc-chat'],
  ['button', '.qc-chat button'],
  ['::backdrop', '.qc-chat ::backdrop'],
  ['.space > :not(:last-child)', '.qc-chat .space > :not(:last-child)'],
  ['.dark .qc-chat', '.dark .qc-chat'],
])('puts %j below the component', (selector, expected) => {
  expect(scoped(selector)).toBe(expected);
});
