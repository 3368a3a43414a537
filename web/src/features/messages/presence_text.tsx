'use client';
import { useIntl } from '@/i18n/intl';
import { ago, exactTime } from '@/i18n/times';
import { useNow } from '@/i18n/use_now';
import type { Presence } from './types';

/** One line on where the other person is; nothing when nobody knows. */
export function PresenceText({ presence, typing }: { presence: Presence | undefined; typing: boolean }) {
  const { t, locale } = useIntl();
  const now = useNow(30_000);
  if (typing) return <span className="text-accent">{t('chat.typing')}</span>;
  if (!presence) return null;
  if (presence.online) return <span className="text-online">{t('chat.online')}</span>;
  if (presence.lastSeenAt === undefined) return t('chat.away');
  return <span title={exactTime(locale, presence.lastSeenAt)}>{t('chat.seen', { when: ago(locale, t, presence.lastSeenAt, now) })}</span>;
}
