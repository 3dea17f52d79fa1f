import { Button, PasswordInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { client, take } from '@/api/client';
import type { Session } from '@/api/session';
import { useWords } from '@/i18n/words';
import { ProblemView } from '@/ui/States';

type Field = { label: string; value: string; set: (value: string) => void; complete: 'current-password' | 'new-password'; more?: string; error?: string | undefined; first?: boolean };

export function PasswordField({ label, value, set, complete, more, error, first }: Field) {
  const { t } = useWords();
  return <PasswordInput label={label} description={more} error={error} value={value} onChange={(e) => set(e.currentTarget.value)} autoComplete={complete} required withAsterisk={false} autoFocus={first ?? false} visibilityToggleButtonProps={{ 'aria-label': t('login.show'), tabIndex: 0 }} />;
}

/** Another password for oneself: the present one, and twice the new one. */
export function PasswordForm({ done, first }: { done: (session: Session) => void; first?: boolean }) {
  const { t } = useWords();
  const [old, setOld] = useState('');
  const [fresh, setFresh] = useState('');
  const [again, setAgain] = useState('');
  const change = useMutation({
    mutationFn: () => take(client.PUT('/api/v1/account/password', { body: { old, new: fresh } })),
    onSuccess: (session) => { setOld(''); setFresh(''); setAgain(''); done(session); },
  });
  const differ = again !== '' && again !== fresh;
  const submit = (event: FormEvent) => { event.preventDefault(); if (again === fresh) change.mutate(); };
  return (
    <form className="stack" onSubmit={submit}>
      {change.error && <ProblemView error={change.error} />}
      <PasswordField label={t('account.password.old')} value={old} set={setOld} complete="current-password" first={first ?? false} />
      <PasswordField label={t('account.password.new')} more={t('users.password.more')} value={fresh} set={setFresh} complete="new-password" />
      <PasswordField label={t('account.password.again')} value={again} set={setAgain} complete="new-password" error={differ ? t('account.password.differ') : undefined} />
      <div><Button type="submit" loading={change.isPending} disabled={differ}>{t('account.password.change')}</Button></div>
    </form>
  );
}
