'use client';
import { Bell } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { Button } from '@/components/ui/button';
import { useIntl } from '@/i18n/intl';

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Whether the browser may notify; asks only when the button is pressed. Nothing where the browser cannot. */
export function NotificationChoice() {
  const { t } = useIntl();
  const permission = useSyncExternalStore(
    subscribe,
    () => ('Notification' in window ? Notification.permission : undefined),
    () => undefined,
  );
  if (permission === undefined) return null;
  return (
    <div className="grid gap-1.5">
      <p className="text-[0.8125rem] font-medium text-ink-soft">{t('settings.notifications')}</p>
      {permission === 'default' ? (
        <Button
          variant="secondary"
          onClick={() => {
            void Notification.requestPermission().then(() => {
              for (const listener of listeners) listener();
            });
          }}
        >
          <Bell aria-hidden="true" className="size-4.5" />
          {t('settings.notifications.ask')}
        </Button>
      ) : (
        <p className="text-sm">{t(`settings.notifications.${permission}`)}</p>
      )}
    </div>
  );
}
