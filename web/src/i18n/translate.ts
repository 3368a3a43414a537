// The texts of the interface, one file a language. A text is a sentence with `{names}` to fill in; one that counts has a form
// for each plural category of its language, chosen by the value `n`.
import en from './en.json';

type Entry = string | Readonly<Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }>;

export type Locale = 'en' | 'hi';
export type TextKey = keyof typeof en;
export type Values = Readonly<Record<string, string | number>>;
export type Translate = (key: TextKey, values?: Values) => string;

export const locales: Readonly<Record<Locale, string>> = { en: 'English', hi: 'हिन्दी' };

export type Texts = Readonly<Record<TextKey, Entry>>;

/** The texts of a language. English is always here, others come when somebody reads them. */
export async function textsOf(locale: Locale): Promise<Texts> {
  return locale === 'hi' ? (await import('./hi.json')).default : en;
}

/** The language to show to someone who prefers these, best first. English when we speak none of them. */
export function localeFor(preferred: readonly string[]): Locale {
  for (const tag of preferred) {
    const language = tag.toLowerCase().split('-')[0];
    if (language === 'en' || language === 'hi') return language;
  }
  return 'en';
}

/** What looks up `texts`, which are in this language. A name without a value stays as it is, braces included. */
export function translator(locale: Locale, texts: Texts = en): Translate {
  // Made when a text first counts: most never do.
  let plurals: Intl.PluralRules | undefined;
  let numbers: Intl.NumberFormat | undefined;
  return (key, values = {}) => {
    const entry: Entry = texts[key];
    const text =
      typeof entry === 'string' ? entry : (entry[(plurals ??= new Intl.PluralRules(locale)).select(Number(values.n))] ?? entry.other);
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = values[name];
      if (typeof value === 'number') return (numbers ??= new Intl.NumberFormat(locale)).format(value);
      return value ?? whole;
    });
  };
}
