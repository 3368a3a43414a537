'use client';
import { Button } from '@/components/ui/button';
import { useIntl } from '@/i18n/intl';

/** What stands in place of a page that could not be drawn. */
export default function ErrorPage({ reset }: { reset: () => void }) {
  const { t } = useIntl();
  return (
    <main id="content" role="alert" className="fill-window flex flex-col items-center justify-center gap-3 p-8 text-center">
      <title>{`${t('app.failed.title')} · ${t('app.name')}`}</title>
      <h1 className="text-xl font-semibold">{t('app.failed.title')}</h1>
      <p className="max-w-sm text-[0.9375rem] text-ink-soft">{t('app.failed.text')}</p>
      <Button onClick={reset} className="mt-3">
        {t('app.retry')}
      </Button>
    </main>
  );
}
