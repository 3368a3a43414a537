'use client';
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore, type ReactNode } from 'react';
import { Avatar } from '@/components/ui/avatar';
import { useIntl } from '@/i18n/intl';
import { Announcer } from './announcer';
import { Composer, type ComposerHandle } from './composer';
import { readDraft } from './drafts';
import { LineBanner } from './line_banner';
import { MessageList } from './message_list';
import { NoMessages, Refused } from './no_messages';
import { PresenceText } from './presence_text';
import { harmless } from './rich_text';
import { rowMaker } from './rows';
import { nobody, type Conversation } from './types';
import { useDraft } from './use_draft';

interface ConversationViewProps {
  readonly relationId: string;
  readonly conversation: Conversation;
  readonly name?: string | undefined;
  readonly leading?: ReactNode;
  readonly onSessionEnd?: (() => void) | undefined;
  readonly onNavigate?: ((path: string) => void) | undefined;
}

/** A conversation and everything that can be done in it. */
export function ConversationView({ relationId, conversation, name, leading, onSessionEnd, onNavigate }: ConversationViewProps) {
  const { t } = useIntl();
  const { subscribe, getState, retry, loadOlder, see, reconnect } = useMemo(() => verbsOf(conversation), [conversation]);
  const state = useSyncExternalStore(subscribe, getState, getState);
  const [draft, setDraft] = useDraft(state.userId, relationId);
  const composer = useRef<ComposerHandle>(null);

  const [rowsOf] = useState(rowMaker);
  const rows = useMemo(
    () =>
      rowsOf({
        userId: state.userId,
        messages: state.messages,
        complete: state.history === 'complete',
        firstUnread: state.firstUnread,
      }),
    [rowsOf, state.userId, state.messages, state.history, state.firstUnread],
  );

  const refusal = state.line.kind === 'refused' ? state.line.reason : undefined;
  useEffect(() => {
    if (refusal === 'session') onSessionEnd?.();
  }, [refusal, onSessionEnd]);

  const edit = useCallback(
    (key: string) => {
      const text = conversation.discard(key);
      if (text === undefined) return;
      const begun = readDraft(state.userId, relationId);
      setDraft(begun.trim() === '' ? text : `${begun}\n${text}`);
      composer.current?.focus();
    },
    [conversation, state.userId, relationId, setDraft],
  );
  const actions = useMemo(() => ({ retry, edit, navigate: onNavigate }), [retry, edit, onNavigate]);

  const other = name ?? state.messages.find(({ senderId }) => senderId !== state.userId)?.senderName;
  const shownName = other === undefined ? t('chat.label') : harmless(other);

  return (
    <section aria-label={other === undefined ? t('chat.label') : t('chat.with', { name: shownName })} className="flex h-full min-h-0 flex-col bg-canvas text-ink">
      <header className="flex min-h-16 shrink-0 items-center gap-3 border-b border-line bg-surface px-4 py-2">
        {leading}
        <Avatar name={shownName} online={state.presence?.online} />
        <div className="min-w-0 flex-1">
          <h1 className="truncate text-base leading-tight font-semibold">
            <bdi>{shownName}</bdi>
          </h1>
          <p className="truncate text-[0.8125rem] leading-5 text-ink-soft empty:hidden">
            <PresenceText presence={state.presence} typing={state.typing} />
          </p>
        </div>
      </header>
      {refusal ? (
        <Refused reason={refusal} onSessionEnd={onSessionEnd} />
      ) : (
        <>
          <LineBanner line={state.line} onReconnect={reconnect} />
          {rows.length === 0 ? (
            <NoMessages state={state} onRetry={loadOlder} />
          ) : (
            <MessageList
              rows={rows}
              history={state.history}
              unread={state.unread}
              actions={actions}
              onOlder={loadOlder}
              onSeen={see}
            />
          )}
          <Announcer state={state} />
          <p role="status" className="sr-only">
            {state.typing && t('chat.typing.name', { name: shownName })}
          </p>
          <Composer
            ref={composer}
            text={draft}
            disabled={state.userId === nobody}
            onChange={(text) => {
              setDraft(text);
              if (text !== '') conversation.writing();
            }}
            onSend={() => {
              conversation.send(draft);
              setDraft('');
            }}
          />
        </>
      )}
    </section>
  );
}

// Functions that stay the same as long as the conversation does.
function verbsOf(conversation: Conversation) {
  return {
    subscribe: (listener: () => void) => conversation.subscribe(listener),
    getState: () => conversation.getState(),
    retry: (key: string) => {
      conversation.retry(key);
    },
    loadOlder: () => {
      conversation.loadOlder();
    },
    see: (key: string) => {
      conversation.see(key);
    },
    reconnect: () => {
      conversation.reconnect();
    },
  };
}
