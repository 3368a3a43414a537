'use client';
import { useEffect, type ReactNode } from 'react';
import { buttonClass } from '@/components/ui/button';
import { IntlProvider, useIntl } from '@/i18n/intl';
import { useLocaleChoice } from '@/i18n/locale_choice';
import { loadFont } from './font';

/** What every page stands in: its language, and the way past what is the same on all. */
export function Providers({ children }: { children: ReactNode }) {
  const locale = useLocaleChoice();

  useEffect(() => {
    document.documentElement.lang = locale;
  }, [locale]);

  useEffect(loadFont, []);

  return (
    <IntlProvider locale={locale}>
      <SkipLink />
      {children}
    </IntlProvider>
  );
}

function SkipLink() {
  const { t } = useIntl();
  return (
    <a
      href="#content"
      className={`${buttonClass()} fixed start-2 top-2 z-50 -translate-y-20 focus:translate-y-0`}
    >
      {t('app.skip')}
    </a>
  );
}
