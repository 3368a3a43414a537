'use client';
import { createContext, use, useMemo, type ReactNode } from 'react';
import { translator, type Locale, type Translate } from './translate';

export interface Intl {
  readonly locale: Locale;
  readonly t: Translate;
}

const IntlContext = createContext<Intl>({ locale: 'en', t: translator('en') });

/** Gives everything below it its language. */
export function IntlProvider({ locale, children }: { locale: Locale; children: ReactNode }) {
  const intl = useMemo(() => ({ locale, t: translator(locale) }), [locale]);
  return <IntlContext value={intl}>{children}</IntlContext>;
}

/** The language of this place and its texts; English outside any provider. */
export function useIntl(): Intl {
  return use(IntlContext);
}
