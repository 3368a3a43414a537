'use client';
import { Ban, CloudOff, LogIn, MessageCircle, SearchX, WifiOff, type LucideIcon } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import { Skeleton } from '@/components/ui/skeleton';
import { useIntl } from '@/i18n/intl';
import type { ConversationState, Line } from './types';

type Reason = Extract<Line, { kind: 'refused' }>['reason'];

/** What stands in place of messages while there are none to show: on their way, failed, offline, or none written yet. */
export function NoMessages({ state, onRetry }: { state: ConversationState; onRetry: () => void }) {
  const { t } = useIntl();
  if (state.history === 'complete') {
    return <Pane icon={MessageCircle} title={t('chat.empty.title')} text={t('chat.empty.text')} />;
  }
  if (state.line.kind === 'offline') {
    return <Pane icon={WifiOff} title={t('chat.offline.title')} text={t('chat.offline.text')} />;
  }
  if (state.history === 'failed') {
    return (
      <Pane icon={CloudOff} title={t('chat.failed.title')} text={t('chat.failed.text')} action={<Button onClick={onRetry}>{t('app.retry')}</Button>} />
    );
  }
  return <MessagesSkeleton />;
}

const refusedIcons: Readonly<Record<Reason, LucideIcon>> = { session: LogIn, forbidden: Ban, not_found: SearchX };

/** What stands in place of the conversation when the server does not show it to us. */
export function Refused({ reason, onSessionEnd }: { reason: Reason; onSessionEnd?: (() => void) | undefined }) {
  const { t } = useIntl();
  return (
    <div role="alert" className="min-h-0 flex-1">
      <Notice
        icon={icon(refusedIcons[reason])}
        title={t(`chat.refused.${reason}.title`)}
        text={t(`chat.refused.${reason}.text`)}
        action={reason === 'session' && onSessionEnd && <Button onClick={onSessionEnd}>{t('chat.refused.session.action')}</Button>}
      />
    </div>
  );
}

/** The shape of a conversation that is being loaded. */
export function MessagesSkeleton() {
  const { t } = useIntl();
  return (
    <div role="status" className="flex min-h-0 flex-1 flex-col justify-end gap-3 overflow-hidden p-4">
      <span className="sr-only">{t('chat.loading')}</span>
      <Skeleton className="h-11 w-3/5 max-w-72 rounded-2xl" />
      <Skeleton className="h-16 w-4/5 max-w-96 rounded-2xl" />
      <Skeleton className="h-11 w-2/5 max-w-56 self-end rounded-2xl" />
      <Skeleton className="h-11 w-1/2 max-w-64 rounded-2xl" />
      <Skeleton className="h-16 w-3/5 max-w-80 self-end rounded-2xl" />
    </div>
  );
}

function Pane({ icon: shown, ...notice }: { icon: LucideIcon; title: string; text: string; action?: React.ReactNode }) {
  return (
    <div className="min-h-0 flex-1 overflow-auto">
      <Notice icon={icon(shown)} {...notice} />
    </div>
  );
}

function icon(Icon: LucideIcon) {
  return <Icon className="size-6" />;
}
