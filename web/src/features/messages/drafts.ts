// What somebody has begun to write, per person and conversation, until it is sent. Lives in this browser only, and goes with
// the logout: the next person at this screen is somebody else.
import { readText, removeTexts, writeText } from '@/lib/storage';

const prefix = 'quickclinic:draft:';
const nameOf = (userId: string, relationId: string) => `${prefix}${userId}:${relationId}`;

export const readDraft = (userId: string, relationId: string): string => readText(nameOf(userId, relationId)) ?? '';

/** An empty text is no draft. */
export function writeDraft(userId: string, relationId: string, text: string): void {
  writeText(nameOf(userId, relationId), text === '' ? undefined : text);
}

export function clearDrafts(): void {
  removeTexts(prefix);
}
