import postcss from 'postcss';
import { expect, it } from 'vitest';
import { scoped, styles } from './chat_bar.mjs';

it.each([
  ['.flex', ['.qc-chat.flex', '.qc-chat .flex']],
  ['.hover\\:bg:hover', ['.qc-chat.hover\\:bg:hover', '.qc-chat .hover\\:bg:hover']],
  [':root', ['.qc-chat']],
  [':host', ['.qc-chat']],
  ['html', ['.qc-chat']],
  ['button', ['.qc-chat button']],
  ['::backdrop', ['.qc-chat ::backdrop']],
  ['.space > :not(:last-child)', ['.qc-chat .space > :not(:last-child)']],
  ['.dark .qc-chat', ['.dark .qc-chat']],
  [':where(html, .qc-chat) :focus-visible', [':where(.qc-chat, .qc-chat) :focus-visible']],
])('puts %j below the component', (selector, expected) => {
  expect(scoped(selector)).toEqual(expected);
});

it('has whole selectors in its stylesheet, and none for what is outside of the component', async () => {
  const strange = [];
  let rules = 0;
  postcss.parse(await styles()).walkRules((rule) => {
    if (rule.parent.type === 'rule' || rule.parent.name?.endsWith('keyframes')) return;
    for (const selector of rule.selectors) {
      ++rules;
      const depth = [...selector].reduce((at, letter) => at + (letter === '(') - (letter === ')'), 0);
      if (depth !== 0 || !selector.includes('.qc-chat') || /(^|[\s(,])(html|body|:root)/.test(selector)) strange.push(selector);
    }
  });
  expect(rules).toBeGreaterThan(100);
  expect(strange).toEqual([]);
});
