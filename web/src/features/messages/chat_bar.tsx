'use client';
import { useMemo } from 'react';
import { IntlProvider } from '@/i18n/intl';
import type { ChatBarProps } from './chat_bar_props';
import { ConversationView } from './conversation_view';
import { lazyConversation } from './lazy_conversation';
import { openConversation } from './session';

/** One conversation between a doctor and a patient, complete: fills the element it stands in, connects by itself; to the page's own origin unless told another. */
export function ChatBar({
  doctorPatientRelationId: relationId,
  userId,
  serverUrl,
  token,
  locale = 'en',
  className = '',
  ...view
}: ChatBarProps) {
  const conversation = useMemo(
    () =>
      lazyConversation(userId, () =>
        openConversation({
          relationId,
          userId,
          ...(serverUrl !== undefined && { serverUrl }),
          ...(token !== undefined && { token }),
        }),
      ),
    [relationId, userId, serverUrl, token],
  );

  return (
    <IntlProvider locale={locale}>
      <div lang={locale} className={`qc-chat h-full min-h-0 ${className}`}>
        <ConversationView key={`${relationId} ${userId}`} relationId={relationId} conversation={conversation} {...view} />
      </div>
    </IntlProvider>
  );
}
