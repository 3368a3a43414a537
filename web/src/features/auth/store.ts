// Who is logged in, in this tab and, through the browser's storage, in all tabs of this application: a login or logout in one
// is one in all. Components read it with zustand's `useStore`.
import * as s from '@/lib/schema';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { dropEarly } from '@/lib/early';
import { request, type HttpFailure, type Origin } from '@/lib/http';
import { readText, writeText } from '@/lib/storage';

const userSchema = s.object({
  id: s.filled(),
  name: s.string(),
  email: s.string(),
  role: s.oneOf('PATIENT', 'DOCTOR', 'ADMIN'),
});
export type User = s.Infer<typeof userSchema>;

const answerSchema = s.object({ user: userSchema });
const sessionSchema = s.object({ user: s.nullable(userSchema) });

export type AuthState =
  /** Not asked yet. */
  | { readonly kind: 'unknown' }
  /** The server cannot be asked now; `check` tries again. */
  | { readonly kind: 'unreachable' }
  /** Why nobody is in: nobody was, the session ended by itself, somebody left, or nobody moved for too long. */
  | { readonly kind: 'out'; readonly reason: 'none' | 'ended' | 'left' | 'idle' }
  | { readonly kind: 'in'; readonly user: User };

export type LoginResult =
  | { readonly ok: true; readonly user: User }
  | { readonly ok: false; readonly failure: 'wrong' | Exclude<HttpFailure, 'session'>; readonly retryAfter?: number };

export interface Auth {
  readonly store: StoreApi<AuthState>;
  /** Asks the server who is logged in. */
  check(): Promise<void>;
  login(email: string, password: string): Promise<LoginResult>;
  /** Forgets everything of this person in this browser, also when the server cannot be told. */
  logout(reason?: 'left' | 'idle'): Promise<void>;
  /** Somebody was told by the server that the session is over. */
  sessionEnded(): void;
  /** Follows logins and logouts in other tabs. @returns what ends it. */
  start(): () => void;
}

export interface AuthOptions extends Origin {
  /** Clears what features keep of the person: drafts, unsent messages. */
  readonly forget?: () => void;
}

/** Changes with every login and logout; its changes reach the other tabs. */
const signal = 'quickclinic:session';
/** Stands while the server has not heard of a logout: only it can take the cookie away. */
const unheardLogout = 'quickclinic:logout';

export function createAuth({ forget, ...origin }: AuthOptions = {}): Auth {
  const store = createStore<AuthState>(() => ({ kind: 'unknown' }));
  const set = (state: AuthState) => { store.setState(state, true); };
  const tellOthers = (event: 'in' | 'out') => { writeText(signal, `${event} ${Date.now()}`); };

  // Answers to questions asked before a login or logout are about somebody else.
  let epoch = 0;

  async function check(): Promise<void> {
    const asked = epoch;
    if (readText(unheardLogout) !== undefined) {
      dropEarly();
      if (!(await tellServer())) {
        if (asked === epoch) set({ kind: 'unreachable' });
        return;
      }
    }
    const result = await request('/api/user/session', { ...origin, schema: sessionSchema });
    if (asked !== epoch) return;
    const before = store.getState();
    if (result.ok && result.value.user) set({ kind: 'in', user: result.value.user });
    else if (result.ok || result.failure === 'session' || result.failure === 'forbidden') {
      dropEarly();
      set({ kind: 'out', reason: before.kind === 'in' ? 'ended' : 'none' });
    } else if (before.kind !== 'in') set({ kind: 'unreachable' });
  }

  async function login(email: string, password: string): Promise<LoginResult> {
    const result = await request('/api/user/login', { ...origin, method: 'POST', body: { email, password }, schema: answerSchema });
    if (!result.ok) {
      const { failure, retryAfter } = result;
      return { ok: false, failure: failure === 'session' ? 'wrong' : failure, ...(retryAfter === undefined ? {} : { retryAfter }) };
    }
    ++epoch;
    dropEarly();
    writeText(unheardLogout, undefined);
    set({ kind: 'in', user: result.value.user });
    tellOthers('in');
    return { ok: true, user: result.value.user };
  }

  async function logout(reason: 'left' | 'idle' = 'left'): Promise<void> {
    ++epoch;
    set({ kind: 'out', reason });
    writeText(unheardLogout, 'yes');
    tellOthers('out');
    forget?.();
    await tellServer();
  }

  /** @returns whether the session is over there too. */
  async function tellServer(): Promise<boolean> {
    const result = await request('/api/user/logout', { ...origin, method: 'POST', body: {}, schema: s.unknown() });
    const over = result.ok || result.failure === 'session';
    if (over) writeText(unheardLogout, undefined);
    return over;
  }

  function sessionEnded(): void {
    if (store.getState().kind !== 'in') return;
    ++epoch;
    set({ kind: 'out', reason: 'ended' });
  }

  function start(): () => void {
    const follow = (event: StorageEvent) => {
      if (event.key !== signal) return;
      if (event.newValue?.startsWith('out') === true && store.getState().kind === 'in') set({ kind: 'out', reason: 'left' });
      else void check();
    };
    window.addEventListener('storage', follow);
    return () => { window.removeEventListener('storage', follow); };
  }

  return { store, check, login, logout, sessionEnded, start };
}
