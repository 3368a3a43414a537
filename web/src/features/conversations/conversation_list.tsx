'use client';
import { CloudOff, MessageCircle, WifiOff } from 'lucide-react';
import { AppLink } from '@/components/app_link';
import { Avatar } from '@/components/ui/avatar';
import { CountBadge } from '@/components/ui/badge';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import { Skeleton } from '@/components/ui/skeleton';
import { useIntl } from '@/i18n/intl';
import { exactTime, shortTime } from '@/i18n/times';
import { useNow } from '@/i18n/use_now';
import type { ConversationSummary } from './store';

interface ConversationListProps {
  readonly role: 'doctor' | 'patient';
  /** Latest first; absent until they are known. */
  readonly conversations: readonly ConversationSummary[] | undefined;
  /** The last attempt to read the list failed. */
  readonly failed: boolean;
  readonly offline: boolean;
  readonly onRetry: () => void;
}

/** Everybody one writes to, with the last message and how many are unread. */
export function ConversationList({ role, conversations, failed, offline, onRetry }: ConversationListProps) {
  const { t } = useIntl();

  if (conversations === undefined && offline) {
    return <Notice icon={<WifiOff className="size-6" />} title={t('list.offline.title')} text={t('list.offline.text')} />;
  }
  if (conversations === undefined && failed) {
    return (
      <Notice
        icon={<CloudOff className="size-6" />}
        title={t('list.failed.title')}
        text={t('list.failed.text')}
        action={<Button onClick={onRetry}>{t('app.retry')}</Button>}
      />
    );
  }
  if (conversations === undefined) return <ListSkeleton />;
  if (conversations.length === 0) {
    return <Notice icon={<MessageCircle className="size-6" />} title={t('list.empty.title')} text={t(`list.empty.${role}`)} />;
  }
  return (
    <>
      {offline && <Banner icon={<WifiOff className="size-4" />}>{t('list.stale')}</Banner>}
      <ul className="grid grid-cols-[minmax(0,1fr)] gap-0.5 p-2">
        {conversations.map((conversation) => (
          <li key={conversation.id}>
            <Item conversation={conversation} href={`/${role}/chat/${conversation.id}`} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Item({ conversation, href }: { conversation: ConversationSummary; href: string }) {
  const { t, locale } = useIntl();
  const now = useNow(60_000);
  const { name, lastMessage, lastMessageAt, unread } = conversation;
  return (
    <AppLink
      href={href}
      className="flex min-h-16 items-center gap-3 rounded-xl px-3 py-2.5 -outline-offset-2 hover:bg-canvas aria-[current=page]:bg-sunken"
    >
      <Avatar name={name} />
      <span className="min-w-0 flex-1">
        <span className="flex items-baseline gap-2">
          <bdi className={`min-w-0 flex-1 truncate ${unread > 0 ? 'font-semibold' : 'font-medium'}`}>{name}</bdi>
          {lastMessageAt !== undefined && (
            <time
              dateTime={new Date(lastMessageAt).toISOString()}
              title={exactTime(locale, lastMessageAt)}
              className={`shrink-0 text-xs ${unread > 0 ? 'font-medium text-accent' : 'text-ink-soft'}`}
            >
              {shortTime(locale, t, lastMessageAt, now)}
            </time>
          )}
        </span>
        <span className="mt-0.5 flex items-center gap-2">
          <bdi className={`min-w-0 flex-1 truncate text-sm ${unread > 0 ? 'text-ink' : 'text-ink-soft'}`}>
            {lastMessage ?? t('list.noMessage')}
          </bdi>
          {unread > 0 && <CountBadge count={unread} label={t('list.unread', { n: unread })} />}
        </span>
      </span>
    </AppLink>
  );
}

function ListSkeleton() {
  const { t } = useIntl();
  return (
    <div role="status" className="grid gap-1 p-2">
      <span className="sr-only">{t('app.loading')}</span>
      {['w-2/5', 'w-1/2', 'w-1/3', 'w-2/5', 'w-1/2'].map((width, index) => (
        <span key={index} className="flex min-h-16 items-center gap-3 px-3">
          <Skeleton className="size-10 rounded-full" />
          <span className="grid flex-1 gap-2">
            <Skeleton className={`h-3.5 ${width}`} />
            <Skeleton className="h-3 w-4/5" />
          </span>
        </span>
      ))}
    </div>
  );
}
