'use client';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { useIntl } from '@/i18n/intl';
import { useNow } from '@/i18n/use_now';

interface IdleDialogProps {
  /** When the person is logged out (milliseconds since 1970); nothing is asked while that is far off. */
  readonly until: number | undefined;
  readonly onStay: () => void;
  readonly onLeave: () => void;
}

/** Asks, before somebody who does nothing is logged out, whether they are still there. */
export function IdleDialog({ until, onStay, onLeave }: IdleDialogProps) {
  const { t } = useIntl();
  return (
    <Dialog open={until !== undefined} title={t('idle.title')} onClose={onStay}>
      {until !== undefined && <SecondsLeft until={until} />}
      {/* The first of them gets the focus. */}
      <div className="mt-6 flex flex-row-reverse flex-wrap gap-3">
        <Button onClick={onStay}>
          {t('idle.stay')}
        </Button>
        <Button variant="secondary" onClick={onLeave}>
          {t('idle.leave')}
        </Button>
      </div>
    </Dialog>
  );
}

function SecondsLeft({ until }: { until: number }) {
  const { t } = useIntl();
  const seconds = Math.max(0, Math.ceil((until - useNow(500)) / 1000));
  return <p className="mt-2 text-[0.9375rem] text-ink-soft">{t('idle.text', { n: seconds })}</p>;
}
