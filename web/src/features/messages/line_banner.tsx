'use client';
import { CloudOff, RotateCw, WifiOff } from 'lucide-react';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { useIntl } from '@/i18n/intl';
import { useNow } from '@/i18n/use_now';
import type { Line } from './types';

/**
 * What the reader should know of the connection, if anything: nothing while it is up or was lost a moment ago. A screen reader
 * hears each state once, without the seconds that are counted.
 */
export function LineBanner({ line, onReconnect }: { line: Line; onReconnect: () => void }) {
  const { t } = useIntl();
  return (
    <>
      {line.kind === 'offline' && <Banner icon={<WifiOff className="size-4" />}>{t('line.offline')}</Banner>}
      {line.kind === 'fallback' && <Banner icon={<CloudOff className="size-4" />}>{t('line.fallback')}</Banner>}
      {line.kind === 'reconnecting' && (
        <Banner
          icon={<RotateCw className="size-4" />}
          action={
            <Button variant="secondary" size="small" onClick={onReconnect} className="text-inherit!">
              {t('line.tryNow')}
            </Button>
          }
        >
          <Countdown until={line.retryAt} />
        </Banner>
      )}
      <p role="status" className="sr-only">
        {line.kind === 'offline' && t('line.offline')}
        {line.kind === 'fallback' && t('line.fallback')}
        {line.kind === 'reconnecting' && t('line.reconnecting.now')}
      </p>
    </>
  );
}

function Countdown({ until }: { until: number }) {
  const { t } = useIntl();
  const seconds = Math.ceil((until - useNow(500)) / 1000);
  return seconds > 0 ? t('line.reconnecting', { n: seconds }) : t('line.reconnecting.now');
}
