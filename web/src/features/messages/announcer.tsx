'use client';
import { useState } from 'react';
import { useIntl } from '@/i18n/intl';
import { harmless } from './rich_text';
import type { ConversationState } from './types';

/** So much of a message is read out by itself; the message itself has the rest. */
const announcedCharacters = 300;

/** Reads out what the other person writes while the conversation is open, when the screen reader has a moment. */
export function Announcer({ state }: { state: ConversationState }) {
  const { t } = useIntl();
  const last = state.messages.findLast((message) => message.id !== undefined);
  const opened = last !== undefined || state.history !== 'loading';
  const [heard, setHeard] = useState({ key: last?.key, opened, said: '' });

  if (opened && (!heard.opened || last?.key !== heard.key)) {
    const said =
      last && heard.opened && last.senderId !== state.userId
        ? t('chat.announce', {
            name: harmless(last.senderName),
            text: harmless(last.text.slice(0, announcedCharacters)),
          })
        : heard.said;
    setHeard({ key: last?.key, opened, said });
  }
  return (
    <p role="status" className="sr-only">
      {heard.said}
    </p>
  );
}
