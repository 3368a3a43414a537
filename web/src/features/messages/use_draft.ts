import { useCallback, useState } from 'react';
import { readDraft, writeDraft } from './drafts';

/** The text that is being written in a conversation: what was left there, and kept at every change. */
export function useDraft(userId: string, relationId: string) {
  const [draft, setDraft] = useState(() => readDraft(userId, relationId));
  const change = useCallback(
    (text: string) => {
      setDraft(text);
      writeDraft(userId, relationId, text);
    },
    [userId, relationId],
  );
  return [draft, change] as const;
}
