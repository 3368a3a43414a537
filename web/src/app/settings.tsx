'use client';
import { Choice } from '@/components/ui/choice';
import { useIntl } from '@/i18n/intl';
import { chooseLocale } from '@/i18n/locale_choice';
import { locales, type Locale } from '@/i18n/translate';
import { NotificationChoice } from './notification_choice';
import { chooseTheme, useThemeChoice } from './theme';

/** What somebody can set: appearance and language, and notifications where there are any to come. */
export function Settings({ notifications }: { notifications: boolean }) {
  const { t, locale } = useIntl();
  const theme = useThemeChoice();
  return (
    <>
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
      {notifications && <NotificationChoice />}
    </>
  );
}
