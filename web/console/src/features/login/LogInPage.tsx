import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { client, setCsrf, take } from '@/api/client';
import { sessionKey, type Session } from '@/api/session';
import { Mark } from '@/app/Mark';
import { choose, languages, type Language } from '@/i18n';
import { Icon } from '@/ui/Icon';
import { ProblemView } from '@/ui/States';
import './login.css';

const refusals = ['provider-down', 'provider-refused', 'attempt-over', 'no-access', 'too-many', 'failed'];

/** Why the way by the provider ended here: the server sends the browser back with a code. */
function refusal() {
  const code = new URLSearchParams(location.search).get('log_in');
  return code === null ? '' : refusals.includes(code) ? code : 'failed';
}

/** The place to come back to, without the word about a refusal. */
function here() {
  const query = new URLSearchParams(location.search);
  query.delete('log_in');
  return location.pathname + (query.size > 0 ? `?${query}` : '');
}

/** Name and password, or the organisation's account; then a one-time code where one is set. The address does not change, so that
 * the same place is there afterwards. */
export function LogInPage({ session }: { session: Session }) {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [step, setStep] = useState<'password' | 'code' | 'recovery'>('password');
  const [refused, setRefused] = useState(refusal);
  const enter = useMutation({
    mutationFn: () => take(client.POST('/api/v1/session', { body: { name, password, ...(step === 'password' ? {} : { code }) } })),
    onSuccess: (answer) => {
      setCsrf(answer.csrf ?? '');
      if (answer.code_needed && !answer.staff) return setStep('code');
      if (location.search.includes('log_in=')) history.replaceState(history.state, '', here());
      // Nothing that somebody else was shown may remain.
      queries.removeQueries({ predicate: (q) => q.queryKey[0] !== sessionKey[0] });
      queries.setQueryData(sessionKey, answer);
    },
  });
  const submit = (event: FormEvent) => { event.preventDefault(); setRefused(''); enter.mutate(); };
  const turn = (to: typeof step) => { setStep(to); setCode(''); enter.reset(); };
  return (
    <main className="login">
      <form className="login-card" onSubmit={submit}>
        <div className="login-brand"><Mark size={40} /><h1>Parcours</h1></div>
        {enter.error && <ProblemView error={enter.error} />}
        {refused !== '' && <div className="problem" role="alert"><Icon name="quarantine" /><div className="grow">{t(`login.refused.${refused}`)}</div></div>}
        {step === 'password' ? (
          <>
            <TextInput label={t('login.name')} value={name} onChange={(e) => setName(e.currentTarget.value)} autoComplete="username" autoCapitalize="none" spellCheck={false} required withAsterisk={false} autoFocus size="md" />
            <PasswordInput label={t('login.password')} value={password} onChange={(e) => setPassword(e.currentTarget.value)} autoComplete="current-password" required withAsterisk={false} size="md" visibilityToggleButtonProps={{ 'aria-label': t('login.show'), tabIndex: 0 }} />
          </>
        ) : step === 'code' ? (
          <TextInput label={t('login.code')} description={t('login.code.more')} value={code} onChange={(e) => setCode(e.currentTarget.value.replace(/\D/g, ''))} inputMode="numeric" autoComplete="one-time-code" maxLength={6} required withAsterisk={false} autoFocus size="md" classNames={{ input: 'login-code num' }} />
        ) : (
          <TextInput key="recovery" label={t('login.recovery')} description={t('login.recovery.more')} value={code} onChange={(e) => setCode(e.currentTarget.value)} autoComplete="off" autoCapitalize="characters" spellCheck={false} maxLength={40} required withAsterisk={false} autoFocus size="md" classNames={{ input: 'num' }} />
        )}
        <Button type="submit" loading={enter.isPending} size="md" fullWidth>{t(step === 'password' ? 'login.enter' : 'login.confirm')}</Button>
        {step !== 'password' && <button type="button" className="login-other" onClick={() => turn(step === 'code' ? 'recovery' : 'code')}>{t(step === 'code' ? 'login.recovery.use' : 'login.code.use')}</button>}
        {step !== 'password' && <button type="button" className="login-other" onClick={() => turn('password')}>{t('login.back')}</button>}
        {session.provider && step === 'password' && <Button component="a" href={`${session.provider.url}?to=${encodeURIComponent(here())}`} variant="default" size="md" fullWidth>{t('login.provider', { name: session.provider.name })}</Button>}
      </form>
      <div className="login-languages">
        {(Object.keys(languages) as Language[]).map((key) => (
          <button key={key} type="button" lang={key} aria-pressed={i18n.language === key} onClick={() => void choose(key)}>{languages[key]}</button>
        ))}
      </div>
    </main>
  );
}
