// The texts of the interface, one file a language. A text is a sentence with `{names}` to fill in; one that counts has a form
// for each plural category of its language, chosen by the value `n`.
import en from './en.json';
import hi from './hi.json';

type Entry = string | Readonly<Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }>;

export type Locale = 'en' | 'hi';
export type TextKey = keyof typeof en;
export type Values = Readonly<Record<string, string | number>>;
export type Translate = (key: TextKey, values?: Values) => string;

export const locales: Readonly<Record<Locale, string>> = { en: 'English', hi: 'हिन्दी' };

const texts: Readonly<Record<Locale, Readonly<Record<TextKey, Entry>>>> = { en, hi };

/** The language to show to someone who prefers these, best first. English when we speak none of them. */
export function localeFor(preferred: readonly string[]): Locale {
  for (const tag of preferred) {
    const language = tag.toLowerCase().split('-')[0];
    if (language === 'en' || language === 'hi') return language;
  }
  return 'en';
}

/** What looks texts up in one language. A name without a value stays as it is, braces included. */
export function translator(locale: Locale): Translate {
  const plurals = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  return (key, values = {}) => {
    const entry = texts[locale][key];
    const text =
      typeof entry === 'string' ? entry : (entry[plurals.select(Number(values.n))] ?? entry.other);
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values[name];
      return value === undefined ? whole : typeof value === 'number' ? numbers.format(value) : value;
    });
  };
}
