'use client';
import { useMemo } from 'react';
import { useGeneration } from '@/components/use_generation';
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
      lazyConversation(userId, (known) =>
        openConversation({
          relationId,
          userId: known,
          ...(serverUrl !== undefined && { serverUrl }),
          ...(token !== undefined && { token }),
        }),
      ),
    [relationId, userId, serverUrl, token],
  );

  const generation = useGeneration(userId === undefined ? undefined : `${relationId} ${userId}`);

  return (
    <IntlProvider locale={locale}>
      <div lang={locale} className={`qc-chat h-full min-h-0 ${className}`}>
        <ConversationView key={generation} relationId={relationId} conversation={conversation} {...view} />
      </div>
    </IntlProvider>
  );
}
