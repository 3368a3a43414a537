// Where unsent messages wait: in IndexedDB, one list per person and conversation, shared by all tabs. Where there is none, or
// it fails or does not answer, they wait in memory and live as long as the page.
import { clear, createStore, get, update, type UseStore } from 'idb-keyval';
import { readText, removeTexts, writeText } from '@/lib/storage';

export interface Unsent {
  readonly clientId: string;
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly writtenAt: number;
  /** The server's error code; with one it is not sent until it is retried. */
  readonly failure?: string;
}

export interface UnsentStore {
  read(): Promise<readonly Unsent[]>;
  /** Reads, changes and writes in one piece, in the order of the calls. */
  change(changes: (list: readonly Unsent[]) => readonly Unsent[]): Promise<void>;
}

/** A database that takes longer is as good as none. */
const patience = 2000;

let database: UseStore | undefined;
const memory = new Map<string, readonly Unsent[]>();

function openDatabase(): UseStore {
  database ??= createStore('quickclinic', 'unsent');
  return database;
}

async function answered<Value>(work: () => Promise<Value>): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => { reject(new Error('IndexedDB does not answer')); }, patience);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

// A database takes a while to open. Whether its list is empty stands in a place that answers at once.
const hintPrefix = 'quickclinic:unsent:';

function hint(name: string, list: readonly Unsent[]): readonly Unsent[] {
  writeText(hintPrefix + name, list.length === 0 ? undefined : 'yes');
  return list;
}

/** Whether anything may be waiting; known without the database. */
export function mayHaveUnsent(userId: string, relationId: string): boolean {
  return readText(`${hintPrefix}${userId}:${relationId}`) !== undefined;
}

export function openUnsent(userId: string, relationId: string): UnsentStore {
  const name = `${userId}:${relationId}`;
  let failed = false;

  async function attempt<Value>(stored: () => Promise<Value>, remembered: () => Value): Promise<Value> {
    if (!failed) {
      try {
        return await answered(stored);
      } catch {
        failed = true;
      }
    }
    return remembered();
  }

  return {
    read: () => attempt(async () => (await get<readonly Unsent[]>(name, openDatabase())) ?? [], () => memory.get(name) ?? []),
    change(changes) {
      // Memory keeps step, so that nothing is missing when the database fails later.
      memory.set(name, changes(memory.get(name) ?? []));
      return attempt(
        () => update<readonly Unsent[]>(name, (list) => hint(name, changes(list ?? [])), openDatabase()),
        () => undefined,
      );
    },
  };
}

/** Of everybody, in every conversation: at the logout. */
export async function clearUnsent(): Promise<void> {
  memory.clear();
  removeTexts(hintPrefix);
  try {
    await answered(() => clear(openDatabase()));
  } catch {
    // There is none.
  }
}
