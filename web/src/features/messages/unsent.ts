// Where unsent messages wait: in the browser's storage, each under a name of its own, which all tabs share. It is written before
// `put` returns: a page that is left in the next moment has kept what was written. Where there is no storage, or no room in it,
// they wait in memory and live as long as the page.
import { readTexts, removeTexts, writeText } from '@/lib/storage';

export interface Unsent {
  readonly clientId: string;
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly writtenAt: number;
  /** The server's error code; with one it is not sent until it is retried. */
  readonly failure?: string;
}

export interface UnsentStore {
  /** In the order in which they were first put. */
  list(): readonly Unsent[];
  /** Adds a message, or changes it where it stands. */
  put(message: Unsent): void;
  remove(clientId: string): void;
}

/** As it is stored, under its client id. */
interface Entry extends Omit<Unsent, 'clientId'> {
  /** Where it stands among the others: grows, from whatever tab. */
  readonly place: number;
}

const prefix = 'quickclinic:unsent:';
const memory = new Map<string, string>();

export function openUnsent(userId: string, relationId: string): UnsentStore {
  const mine = `${prefix}${userId}:${relationId}:`;

  function entries(): (readonly [clientId: string, entry: Entry])[] {
    const texts = readTexts(mine);
    for (const [name, text] of memory) if (name.startsWith(mine)) texts.set(name.slice(mine.length), text);
    return [...texts]
      .flatMap(([clientId, text]) => {
        const entry = entryOf(text);
        return entry ? [[clientId, entry] as const] : [];
      })
      .sort(([, one], [, other]) => one.place - other.place);
  }

  return {
    list: () => entries().map(([clientId, { text, writtenAt, failure }]) =>
      ({ clientId, text, writtenAt, ...(failure === undefined ? {} : { failure }) })),
    put({ clientId, ...rest }) {
      const before = entries();
      const place = before.find(([id]) => id === clientId)?.[1].place ?? Math.max(Date.now(), (before.at(-1)?.[1].place ?? 0) + 1);
      const entry: Entry = { ...rest, place };
      const text = JSON.stringify(entry);
      if (writeText(mine + clientId, text)) memory.delete(mine + clientId);
      else memory.set(mine + clientId, text);
    },
    remove(clientId) {
      memory.delete(mine + clientId);
      writeText(mine + clientId, undefined);
    },
  };
}

/** Of everybody, in every conversation: at the logout. */
export function clearUnsent(): void {
  memory.clear();
  removeTexts(prefix);
}

/** @returns undefined for what this application has not written. */
function entryOf(text: string): Entry | undefined {
  try {
    const entry = JSON.parse(text) as Partial<Entry> | null;
    const known = typeof entry?.text === 'string' && typeof entry.writtenAt === 'number' && typeof entry.place === 'number';
    return known ? (entry as Entry) : undefined;
  } catch {
    return undefined;
  }
}
