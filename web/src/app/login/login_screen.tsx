'use client';
import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { Logo } from '@/components/logo';
import { LoginForm, type LoginFailure } from '@/features/auth/login_form';
import { safeReturnPath } from '@/features/auth/return_path';
import { useIntl } from '@/i18n/intl';
import { auth, homeOf } from '../auth';
import { SettingsPopup } from '../settings_popup';
import { useSession } from '../use_session';

/** The login. Whoever is in already, or comes in, goes to where they were on their way to, else to their conversations. */
export function LoginScreen() {
  const { t } = useIntl();
  const session = useSession();
  const router = useRouter();
  const home = session.kind === 'in' ? homeOf(session.user.role) : undefined;

  useEffect(() => {
    if (home) router.replace(safeReturnPath(new URLSearchParams(location.search).get('next')) ?? home);
  }, [router, home]);

  const reason = session.kind === 'out' && (session.reason === 'ended' || session.reason === 'idle') ? session.reason : undefined;
  return (
    <div className="flex min-h-dvh flex-col">
      <title>{`${t('login.title')} · ${t('app.name')}`}</title>
      <div className="flex justify-end p-3">
        <SettingsPopup />
      </div>
      <main id="content" className="flex flex-1 flex-col items-center justify-center px-4 pb-20">
        <div className="w-full max-w-sm">
          <div className="mb-8 text-center">
            <Logo className="mx-auto mb-4 size-12" />
            <p className="text-sm font-semibold text-ink-soft">{t('app.name')}</p>
            <h1 className="mt-1 text-2xl font-semibold tracking-tight">{t('login.title')}</h1>
            <p className="mt-2 text-[0.9375rem] text-balance text-ink-soft">{t('login.lead')}</p>
          </div>
          <div className="rounded-2xl border border-line bg-surface p-6 shadow-sm">
            <LoginForm reason={reason} onSubmit={logIn} />
          </div>
        </div>
      </main>
    </div>
  );
}

async function logIn(email: string, password: string): Promise<LoginFailure | undefined> {
  const result = await auth.login(email, password);
  if (result.ok) return undefined;
  switch (result.failure) {
    case 'wrong':
      return 'refused';
    case 'limited':
    case 'offline':
      return result.failure;
    default:
      return 'failed';
  }
}
