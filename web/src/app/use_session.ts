'use client';
import { useEffect } from 'react';
import { useStore } from 'zustand';
import type { AuthState } from '@/features/auth/store';
import { auth } from './auth';

/** Who is logged in; asks the server once, and follows the other tabs. */
export function useSession(): AuthState {
  useEffect(() => {
    if (auth.store.getState().kind === 'unknown') void auth.check();
    return auth.start();
  }, []);
  return useStore(auth.store);
}
