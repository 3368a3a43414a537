'use client';
import { ArrowLeft, MessageCircle } from 'lucide-react';
import { usePathname, useRouter } from 'next/navigation';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { AppLink, openPath } from '@/components/app_link';
import { Logo } from '@/components/logo';
import { buttonClass } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import { Skeleton } from '@/components/ui/skeleton';
import { useGeneration } from '@/components/use_generation';
import { watchIdle, type IdleTimer } from '@/features/auth/idle';
import { loginPath } from '@/features/auth/return_path';
import type { User } from '@/features/auth/store';
import { ConversationList } from '@/features/conversations/conversation_list';
import { ChatBar } from '@/features/messages/chat_bar';
import { useIntl } from '@/i18n/intl';
import { auth, homeOf, type Side } from './auth';
import { late } from './late';
import { SessionPending } from './session_pending';
import { SettingsPopup } from './settings_popup';
import { useConversations } from './use_conversations';
import { useOffline } from './use_offline';
import { useSession } from './use_session';

/**
 * All pages of one who is logged in; of anybody else, the way to the login and back to the same place. While it is not known who
 * it is they stand there empty: that is what was exported, so that it is on the screen before any script.
 */
export function Workspace({ side }: { side: Side }) {
  const session = useSession();
  const router = useRouter();
  const pathname = usePathname();
  const home = session.kind === 'in' ? homeOf(session.user.role) : undefined;
  const user = session.kind === 'in' && home === `/${side}` ? session.user : undefined;
  const elsewhere = user ? undefined : home;
  const generation = useGeneration(user?.id);
  const out = session.kind === 'out' ? session.reason : undefined;

  useEffect(() => {
    if (elsewhere) router.replace(elsewhere);
    // Whoever leaves does not come back to the same place: the next person is somebody else.
    if (out) router.replace(out === 'left' ? '/login' : loginPath(location.pathname));
  }, [router, elsewhere, out]);

  if (session.kind === 'unreachable') return <SessionPending session={session} />;
  return <Panes key={generation} user={user} side={side} relationId={relationOf(pathname)} />;
}

const IdleDialog = late(() => import('@/features/auth/idle_dialog').then((module) => module.IdleDialog));

/** The conversation that an address names. */
function relationOf(pathname: string): string | undefined {
  const id = /^\/(?:doctor|patient)\/chat\/([^/]+)$/.exec(pathname)?.[1];
  return id === undefined ? undefined : decodeURIComponent(id);
}

const skipTarget = { id: 'content', tabIndex: -1 } as const;

// The list, and the open conversation beside it; on a phone one of the two.
function Panes({ user, side, relationId }: { user: User | undefined; side: Side; relationId: string | undefined }) {
  const { t, locale } = useIntl();
  const offline = useOffline();
  const { conversations, failed, unread, retry } = useConversations(user?.id, side);
  const idle = useIdle(user !== undefined);
  const open = conversations?.find(({ id }) => id === relationId);
  const sessionEnded = useCallback(() => {
    auth.sessionEnded();
  }, []);
  const leading = useMemo(
    () => (
      <AppLink href={`/${side}`} aria-label={t('chat.back')} title={t('chat.back')} className={`${buttonClass({ variant: 'quiet', size: 'icon' })} -ms-2 md:hidden!`}>
        <ArrowLeft aria-hidden="true" className="size-5" />
      </AppLink>
    ),
    [side, t],
  );

  return (
    <main className="fill-window flex overflow-hidden">
      <title>{`${unread > 0 ? `(${unread}) ` : ''}${t('list.title')} · ${t('app.name')}`}</title>
      <nav
        aria-label={t('list.title')}
        {...(relationId === undefined && skipTarget)}
        className={`min-h-0 w-full flex-col border-e border-line bg-surface md:flex md:w-80 lg:w-96 ${relationId === undefined ? 'flex' : 'hidden'}`}
      >
        <header className="flex min-h-16 shrink-0 items-center gap-3 border-b border-line px-4 py-2">
          <Logo />
          <div className="min-w-0 flex-1">
            <ListHeading main={relationId === undefined} />
            <p className="truncate text-[0.8125rem] leading-5 text-ink-soft">
              {user ? <bdi>{user.name}</bdi> : <Skeleton className="my-1 h-3 w-24" />}
            </p>
          </div>
          <SettingsPopup onSignOut={() => void auth.logout()} />
        </header>
        <div className="min-h-0 flex-1 overflow-y-auto">
          <ConversationList role={side} conversations={conversations} failed={failed} offline={offline} onRetry={retry} />
        </div>
      </nav>
      <div
        {...(relationId !== undefined && skipTarget)}
        className={`min-h-0 min-w-0 flex-1 md:block ${relationId === undefined ? 'hidden' : 'block'}`}
      >
        {relationId === undefined ? (
          <Notice icon={<MessageCircle className="size-6" />} title={t('list.choose.title')} text={t('list.choose.text')} />
        ) : (
          <ChatBar
            doctorPatientRelationId={relationId}
            userId={user?.id}
            locale={locale}
            name={open?.name}
            leading={leading}
            onSessionEnd={sessionEnded}
            onNavigate={openPath}
          />
        )}
      </div>
      <IdleDialog wanted={idle.until !== undefined} until={idle.until} onStay={idle.stay} onLeave={() => void auth.logout()} />
    </main>
  );
}

// The heading of the page where the list is the page, of a part of it where a conversation is.
function ListHeading({ main }: { main: boolean }) {
  const { t } = useIntl();
  const look = 'truncate text-base leading-tight font-semibold';
  return main ? <h1 className={look}>{t('list.title')}</h1> : <h2 className={look}>{t('list.title')}</h2>;
}

// Logs off who does not move; `until` is when, from a minute before.
function useIdle(loggedIn: boolean): { until: number | undefined; stay: () => void } {
  const [until, setUntil] = useState<number>();
  const timer = useRef<IdleTimer>(undefined);
  useEffect(() => {
    if (!loggedIn) return;
    const watch = watchIdle({ onWarning: setUntil, onLogoff: () => void auth.logout('idle') });
    timer.current = watch;
    return () => {
      watch.stop();
      setUntil(undefined);
    };
  }, [loggedIn]);
  return { until, stay: () => timer.current?.stay() };
}
