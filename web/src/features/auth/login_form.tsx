'use client';
import { Eye, EyeOff } from 'lucide-react';
import { useRef, useState } from 'react';
import { Banner } from '@/components/ui/banner';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { useIntl } from '@/i18n/intl';

/** Why a login did not come about. */
export type LoginFailure = 'refused' | 'limited' | 'offline' | 'failed';

interface LoginFormProps {
  /** Why the login is shown, when it is not the first thing seen. */
  readonly reason?: 'ended' | 'idle' | undefined;
  /** Yields nothing when the login came about. */
  readonly onSubmit: (email: string, password: string) => Promise<LoginFailure | undefined>;
}

/** Email and password. A refusal is read out and leaves what was typed. */
export function LoginForm({ reason, onSubmit }: LoginFormProps) {
  const { t } = useIntl();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [visible, setVisible] = useState(false);
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<LoginFailure>();
  const emailField = useRef<HTMLInputElement>(null);
  const passwordField = useRef<HTMLInputElement>(null);

  const submit = async () => {
    setAsked(true);
    if (email.trim() === '') return emailField.current?.focus();
    if (password === '') return passwordField.current?.focus();
    setBusy(true);
    setFailure(undefined);
    const failed = await onSubmit(email.trim(), password);
    setBusy(false);
    if (!failed) return;
    setFailure(failed);
    passwordField.current?.focus();
  };

  return (
    <form
      noValidate
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) void submit();
      }}
    >
      <div role="alert" className="overflow-hidden rounded-lg empty:hidden">
        {failure ? <Banner tone="danger">{t(`login.${failure}`)}</Banner> : reason && <Banner>{t(`login.${reason}`)}</Banner>}
      </div>
      <Field
        ref={emailField}
        label={t('login.email')}
        type="email"
        name="email"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        value={email}
        error={asked && email.trim() === '' ? t('login.emailMissing') : undefined}
        onChange={(event) => {
          setEmail(event.target.value);
        }}
      />
      <Field
        ref={passwordField}
        label={t('login.password')}
        type={visible ? 'text' : 'password'}
        name="password"
        autoComplete="current-password"
        required
        value={password}
        error={asked && password === '' && email.trim() !== '' ? t('login.passwordMissing') : undefined}
        onChange={(event) => {
          setPassword(event.target.value);
        }}
        action={
          <Button
            variant="quiet"
            size="icon"
            aria-label={t(visible ? 'login.hide' : 'login.show')}
            title={t(visible ? 'login.hide' : 'login.show')}
            onClick={() => {
              setVisible(!visible);
            }}
          >
            {visible ? <EyeOff aria-hidden="true" className="size-5" /> : <Eye aria-hidden="true" className="size-5" />}
          </Button>
        }
      />
      <Button type="submit" className="mt-2 h-11 w-full" aria-disabled={busy}>
        {t(busy ? 'login.busy' : 'login.submit')}
      </Button>
    </form>
  );
}
