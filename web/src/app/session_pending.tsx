'use client';
import { CloudOff, WifiOff } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import { Skeleton } from '@/components/ui/skeleton';
import type { AuthState } from '@/features/auth/store';
import { useIntl } from '@/i18n/intl';
import { auth } from './auth';
import { useOffline } from './use_offline';

/** The page while it is not known who looks at it: on its way, or the server cannot be asked. */
export function SessionPending({ session }: { session: AuthState }) {
  const { t } = useIntl();
  const offline = useOffline();
  const state = offline ? 'offline' : 'failed';
  return (
    <main id="content" className="fill-window grid place-items-center">
      <title>{t('app.name')}</title>
      <h1 className="sr-only">{t('app.name')}</h1>
      {session.kind === 'unreachable' ? (
        <Notice
          icon={offline ? <WifiOff className="size-6" /> : <CloudOff className="size-6" />}
          title={t(`list.${state}.title`)}
          text={t(`list.${state}.text`)}
          action={<Button onClick={() => void auth.check()}>{t('app.retry')}</Button>}
        />
      ) : (
        <div role="status">
          <span className="sr-only">{t('app.loading')}</span>
          <Skeleton className="size-12 rounded-2xl" />
        </div>
      )}
    </main>
  );
}
