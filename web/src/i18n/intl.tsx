'use client';
import { createContext, use, useEffect, useMemo, useState, type ReactNode } from 'react';
import { textsOf, translator, type Locale, type Texts, type Translate } from './translate';

export interface Intl {
  readonly locale: Locale;
  readonly t: Translate;
}

const IntlContext = createContext<Intl>({ locale: 'en', t: translator('en') });

const loaded = new Map<Locale, Texts>();

/** Gives everything below it its language; English until the texts of another one are here. */
export function IntlProvider({ locale, children }: { locale: Locale; children: ReactNode }) {
  const [, setCount] = useState(0);
  const texts = loaded.get(locale);

  useEffect(() => {
    if (locale === 'en' || loaded.has(locale)) return;
    let gone = false;
    void textsOf(locale).then((texts) => {
      loaded.set(locale, texts);
      if (!gone) setCount(loaded.size);
    }, ignore);
    return () => {
      gone = true;
    };
  }, [locale]);

  const intl = useMemo(() => ({ locale, t: texts ? translator(locale, texts) : translator('en') }), [locale, texts]);
  return <IntlContext value={intl}>{children}</IntlContext>;
}

/** The language of this place and its texts; English outside any provider. */
export function useIntl(): Intl {
  return use(IntlContext);
}

// Without a network the texts stay English.
function ignore(): void {
  // The next page tries again.
}
