'use client';
import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { homeOf } from './auth';
import { SessionPending } from './session_pending';
import { useSession } from './use_session';

/** The way in: to the login, or to the own conversations. */
export default function HomePage() {
  const session = useSession();
  const router = useRouter();
  const target = session.kind === 'in' ? homeOf(session.user.role) : session.kind === 'out' ? '/login' : undefined;

  useEffect(() => {
    if (target) router.replace(target);
  }, [router, target]);

  return <SessionPending session={session} />;
}
