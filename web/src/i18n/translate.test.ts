import { describe, expect, it } from 'vitest';
import en from './en.json';
import hi from './hi.json';
import { localeFor, translator } from './translate';

const names = (entry: unknown) => [...new Set(JSON.stringify(entry).match(/\{\w+\}/g) ?? [])].sort();

describe('the files of texts', () => {
  it('have the same keys in every language', () => {
    expect(Object.keys(hi)).toEqual(Object.keys(en));
  });

  it('have the same names to fill in in every language', () => {
    for (const [key, entry] of Object.entries(en)) {
      expect([key, names(hi[key as keyof typeof hi])]).toEqual([key, names(entry)]);
    }
  });

  it('have every plural form their language asks for', () => {
    for (const [locale, file] of Object.entries({ en, hi })) {
      const categories = new Intl.PluralRules(locale).resolvedOptions().pluralCategories.sort();
      for (const entry of Object.values(file)) {
        if (typeof entry === 'object') expect(Object.keys(entry).sort()).toEqual(categories);
      }
    }
  });
});

describe('translator', () => {
  it('fills in values', () => {
    expect(translator('en')('chat.with', { name: 'Asha Rao' })).toBe('Conversation with Asha Rao');
  });

  it('does not take a value for a pattern', () => {
    expect(translator('en')('chat.announce', { name: '{text}', text: '$&' })).toBe('{text}: $&');
  });

  it('chooses the plural form and writes numbers the language\'s way', () => {
    expect(translator('en')('list.unread', { n: 1 })).toBe('1 unread message');
    expect(translator('en')('list.unread', { n: 1200 })).toBe('1,200 unread messages');
  });
});

describe('localeFor', () => {
  it('takes the first language that we speak', () => {
    expect(localeFor(['de-DE', 'hi-IN', 'en'])).toBe('hi');
  });

  it('is English for everybody else', () => {
    expect(localeFor(['fr', 'zh-Hant'])).toBe('en');
  });
});
