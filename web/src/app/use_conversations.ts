'use client';
import { useEffect, useMemo } from 'react';
import { openPath } from '@/components/app_link';
import { useWatched } from '@/components/use_watched';
import { createConversations, type Conversations, type ConversationsState } from '@/features/conversations/store';
import { useIntl } from '@/i18n/intl';
import { auth, type Side } from './auth';

/** The list of conversations, kept up to date as long as it is shown; unknown as long as nobody knows whose. Notifies of new messages while the page is hidden. */
export function useConversations(userId: string | undefined, side: Side): ConversationsState & { readonly retry: () => void } {
  const list = useMemo(() => openWhileWatched(userId), [userId]);
  const { subscribe, getState, retry } = list;
  const state = useWatched(subscribe, getState);
  const { t } = useIntl();

  useEffect(
    () =>
      list.onMessage((relationId, name) => {
        notify(t('notification.title', { name }), t('notification.text'), `/${side}/chat/${relationId}`);
      }),
    [list, side, t],
  );

  const refused = state.line.kind === 'refused' && state.line.reason === 'session';
  useEffect(() => {
    if (refused) auth.sessionEnded();
  }, [refused]);

  return { ...state, retry };
}

// Says who wrote, not what: the screen may be anybody's to look at.
function notify(title: string, body: string, path: string): void {
  if (document.visibilityState === 'visible' || !('Notification' in window) || Notification.permission !== 'granted') return;
  try {
    const notification = new Notification(title, { body, tag: path });
    notification.onclick = () => {
      window.focus();
      openPath(path);
      notification.close();
    };
  } catch {
    // Browsers of phones want another way, and have the title alone.
  }
}

const unknown: ConversationsState = { failed: false, line: { kind: 'connecting' }, unread: 0 };

// Opens with the first who subscribes, closes with the last: a component may make it while it renders.
function openWhileWatched(userId: string | undefined) {
  let inner: Conversations | undefined;
  let watchers = 0;
  const heard = new Set<(relationId: string, name: string) => void>();
  return {
    getState: () => inner?.store.getState() ?? unknown,
    subscribe: (listener: () => void) => {
      watchers++;
      if (!inner && userId !== undefined) {
        inner = createConversations({ userId });
        inner.onMessage((relationId, message) => {
          for (const each of heard) each(relationId, message.senderName);
        });
      }
      const end = inner?.store.subscribe(listener);
      return () => {
        end?.();
        if (--watchers > 0) return;
        inner?.close();
        inner = undefined;
      };
    },
    onMessage(listener: (relationId: string, name: string) => void) {
      heard.add(listener);
      return () => {
        heard.delete(listener);
      };
    },
    retry: () => void inner?.refresh(),
  };
}
