'use client';
import { ThemeProvider } from 'next-themes';
import { useEffect, type ReactNode } from 'react';
import { IntlProvider, useIntl } from '@/i18n/intl';
import { useLocaleChoice } from '@/i18n/locale_choice';

/** What every page stands in: its language and its theme. */
export function Providers({ children }: { children: ReactNode }) {
  const locale = useLocaleChoice();

  useEffect(() => {
    document.documentElement.lang = locale;
  }, [locale]);

  return (
    <ThemeProvider attribute="class" enableColorScheme={false}>
      <IntlProvider locale={locale}>
        <SkipLink />
        {children}
      </IntlProvider>
    </ThemeProvider>
  );
}

function SkipLink() {
  const { t } = useIntl();
  return (
    <a
      href="#content"
      className="fixed start-2 top-2 z-50 -translate-y-20 rounded-lg bg-accent px-4 py-2 font-medium text-on-accent focus:translate-y-0"
    >
      {t('app.skip')}
    </a>
  );
}
