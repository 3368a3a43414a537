'use client';
import { useEffect } from 'react';
import { useWatched } from '@/components/use_watched';
import type { AuthState } from '@/features/auth/store';
import { auth } from './auth';

/** Who is logged in; asks the server once, and follows the other tabs. */
export function useSession(): AuthState {
  useEffect(() => {
    if (auth.store.getState().kind === 'unknown') void auth.check();
    return auth.start();
  }, []);
  return useWatched(auth.store.subscribe, auth.store.getState);
}
