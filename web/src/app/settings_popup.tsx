'use client';
import { LogOut, Settings } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Popup } from '@/components/ui/popup';
import { Skeleton } from '@/components/ui/skeleton';
import { useIntl } from '@/i18n/intl';
import { late } from './late';

const Choices = late(
  () => import('./settings').then((module) => module.Settings),
  <>
    <Skeleton className="h-16" />
    <Skeleton className="h-16" />
  </>,
);

/**
 * Appearance, language, and, for somebody who is logged in, notifications and the way out. The way out is always there; what
 * there is to set comes once the page is shown.
 */
export function SettingsPopup({ onSignOut }: { onSignOut?: () => void }) {
  const { t } = useIntl();
  const [open, setOpen] = useState(false);
  return (
    <Popup label={t('settings.open')} icon={<Settings aria-hidden="true" className="size-5" />} onToggle={setOpen}>
      <div className="grid gap-4">
        <Choices wanted={open} notifications={onSignOut !== undefined} />
        {onSignOut && (
          <>
            <hr className="border-line" />
            <Button variant="quiet" onClick={onSignOut} className="justify-start! px-3!">
              <LogOut aria-hidden="true" className="size-4.5" />
              {t('settings.signOut')}
            </Button>
          </>
        )}
      </div>
    </Popup>
  );
}
