'use client';
import { LogOut, Settings } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Choice } from '@/components/ui/choice';
import { Popup } from '@/components/ui/popup';
import { useIntl } from '@/i18n/intl';
import { chooseLocale } from '@/i18n/locale_choice';
import { locales, type Locale } from '@/i18n/translate';
import { NotificationChoice } from './notification_choice';
import { chooseTheme, useThemeChoice } from './theme';

/** Appearance, language, and, for somebody who is logged in, notifications and the way out. */
export function SettingsPopup({ onSignOut }: { onSignOut?: () => void }) {
  const { t, locale } = useIntl();
  const theme = useThemeChoice();
  return (
    <Popup label={t('settings.open')} icon={<Settings aria-hidden="true" className="size-5" />}>
      <div className="grid gap-4">
        <Choice
          label={t('settings.theme')}
          value={theme}
          options={[
            { value: 'system', label: t('settings.theme.system') },
            { value: 'light', label: t('settings.theme.light') },
            { value: 'dark', label: t('settings.theme.dark') },
          ]}
          onChange={chooseTheme}
        />
        <Choice
          label={t('settings.language')}
          value={locale}
          options={Object.entries(locales).map(([value, label]) => ({ value: value as Locale, label, lang: value }))}
          onChange={chooseLocale}
        />
        {onSignOut && (
          <>
            <NotificationChoice />
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
