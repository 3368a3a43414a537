'use client';
import { SearchX } from 'lucide-react';
import { buttonClass } from '@/components/ui/button';
import { useIntl } from '@/i18n/intl';

export default function NotFoundPage() {
  const { t } = useIntl();
  return (
    <main id="content" className="fill-window flex flex-col items-center justify-center gap-3 p-8 text-center">
      <title>{`${t('app.notFound.title')} · ${t('app.name')}`}</title>
      <span aria-hidden="true" className="grid size-12 place-items-center rounded-full bg-sunken text-ink-soft">
        <SearchX className="size-6" />
      </span>
      <h1 className="text-xl font-semibold">{t('app.notFound.title')}</h1>
      <p className="max-w-sm text-[0.9375rem] text-ink-soft">{t('app.notFound.text')}</p>
      <a href="/" className={`${buttonClass()} mt-3`}>
        {t('app.notFound.home')}
      </a>
    </main>
  );
}
