import { useCallback, useState } from 'react';
import { readDraft, writeDraft } from './drafts';
import { nobody } from './types';

/** The text that is being written in a conversation: what was left there, and kept at every change. Nobody writes nothing. */
export function useDraft(userId: string, relationId: string) {
  const [draft, setDraft] = useState(() => draftOf(userId, relationId));
  const of = draft.userId === userId ? draft : draftOf(userId, relationId);
  if (of !== draft) setDraft(of);

  const change = useCallback(
    (text: string) => {
      setDraft({ userId, text });
      writeDraft(userId, relationId, text);
    },
    [userId, relationId],
  );
  return [of.text, change] as const;
}

function draftOf(userId: string, relationId: string) {
  return { userId, text: userId === nobody ? '' : readDraft(userId, relationId) };
}
