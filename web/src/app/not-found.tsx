'use client';
import { Logo } from '@/components/logo';
import { buttonClass } from '@/components/ui/button';
import { useIntl } from '@/i18n/intl';

export default function NotFoundPage() {
  const { t } = useIntl();
  return (
    <main id="content" className="fill-window flex flex-col items-center justify-center gap-3 p-8 text-center">
      <title>{`${t('app.notFound.title')} · ${t('app.name')}`}</title>
      <Logo className="size-12" />
      <h1 className="text-xl font-semibold">{t('app.notFound.title')}</h1>
      <p className="max-w-sm text-[0.9375rem] text-ink-soft">{t('app.notFound.text')}</p>
      <a href="/" className={`${buttonClass()} mt-3`}>
        {t('app.notFound.home')}
      </a>
    </main>
  );
}
