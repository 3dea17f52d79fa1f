import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { client, setCsrf, take } from '@/api/client';
import { sessionKey, type Session } from '@/api/session';
import { Mark } from '@/app/Mark';
import { choose, languages, type Language } from '@/i18n';
import { ProblemView } from '@/ui/States';
import './login.css';

/** Name and password, then a one-time code where one is set. The address does not change, so that
 * the same place is there afterwards. */
export function LogInPage({ session }: { session: Session }) {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [step, setStep] = useState<'password' | 'code'>('password');
  const enter = useMutation({
    mutationFn: () => take(client.POST('/api/v1/session', { body: { name, password, ...(step === 'code' ? { code } : {}) } })),
    onSuccess: (answer) => {
      setCsrf(answer.csrf ?? '');
      if (answer.code_needed && !answer.staff) return setStep('code');
      // Nothing that somebody else was shown may remain.
      queries.removeQueries({ predicate: (q) => q.queryKey[0] !== sessionKey[0] });
      queries.setQueryData(sessionKey, answer);
    },
  });
  const submit = (event: FormEvent) => { event.preventDefault(); enter.mutate(); };
  return (
    <main className="login">
      <form className="login-card" onSubmit={submit}>
        <div className="login-brand"><Mark size={40} /><h1>Parcours</h1></div>
        {enter.error && <ProblemView error={enter.error} />}
        {step === 'password' ? (
          <>
            <TextInput label={t('login.name')} value={name} onChange={(e) => setName(e.currentTarget.value)} autoComplete="username" autoCapitalize="none" spellCheck={false} required withAsterisk={false} autoFocus size="md" />
            <PasswordInput label={t('login.password')} value={password} onChange={(e) => setPassword(e.currentTarget.value)} autoComplete="current-password" required withAsterisk={false} size="md" visibilityToggleButtonProps={{ 'aria-label': t('login.show'), tabIndex: 0 }} />
          </>
        ) : (
          <TextInput label={t('login.code')} description={t('login.code.more')} value={code} onChange={(e) => setCode(e.currentTarget.value.replace(/\D/g, ''))} inputMode="numeric" autoComplete="one-time-code" maxLength={6} required withAsterisk={false} autoFocus size="md" classNames={{ input: 'login-code num' }} />
        )}
        <Button type="submit" loading={enter.isPending} size="md" fullWidth>{t(step === 'code' ? 'login.confirm' : 'login.enter')}</Button>
        {step === 'code' && <button type="button" className="login-other" onClick={() => { setStep('password'); enter.reset(); }}>{t('login.back')}</button>}
        {session.sign_in && step === 'password' && <Button component="a" href={session.sign_in} variant="default" size="md" fullWidth>{t('login.organisation')}</Button>}
      </form>
      <div className="login-languages">
        {(Object.keys(languages) as Language[]).map((key) => (
          <button key={key} type="button" lang={key} aria-pressed={i18n.language === key} onClick={() => void choose(key)}>{languages[key]}</button>
        ))}
      </div>
    </main>
  );
}
