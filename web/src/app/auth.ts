// Who is logged in: one for the application, in every tab.
import { createAuth } from '@/features/auth/store';
import { clearDrafts } from '@/features/messages/drafts';
import { clearUnsent } from '@/features/messages/unsent';

export const auth = createAuth({
  forget() {
    clearDrafts();
    clearUnsent();
  },
});

export type Side = 'doctor' | 'patient';

/** Where somebody of this role has their conversations. */
export function homeOf(role: 'PATIENT' | 'DOCTOR' | 'ADMIN'): `/${Side}` {
  return role === 'DOCTOR' ? '/doctor' : '/patient';
}
