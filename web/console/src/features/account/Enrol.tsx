import { Button, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { QRCodeSVG } from 'qrcode.react';
import { useState } from 'react';
import { client, setCsrf, take } from '@/api/client';
import type { Session } from '@/api/session';
import { useWords } from '@/i18n/words';
import { ProblemView } from '@/ui/States';
import { PasswordField } from './PasswordForm';
import { RecoveryCodes } from './RecoveryCodes';

/** Sets up the second step: password, picture and code, recovery codes. */
export function Enrol({ done, leave }: { done: (session: Session) => void; leave?: () => void }) {
  const { t } = useWords();
  const [password, setPassword] = useState('');
  const begin = useMutation({ mutationFn: () => take(client.POST('/api/v1/account/second-step', { body: { password } })) });
  const [session, setSession] = useState<Session | null>(null);
  if (session) return <RecoveryCodes codes={session.recovery_codes ?? []} done={() => done(session)} />;
  if (begin.data) return <Confirm {...begin.data} done={(opened) => { setCsrf(opened.csrf ?? ''); setSession(opened); }} />;
  return (
    <form className="stack" onSubmit={(e) => { e.preventDefault(); begin.mutate(); }}>
      {begin.error && <ProblemView error={begin.error} />}
      <PasswordField label={t('account.password.old')} more={t('account.proof')} value={password} set={setPassword} complete="current-password" first />
      <div className="account-actions"><Button type="submit" loading={begin.isPending}>{t('account.next')}</Button>{leave && <Button variant="default" onClick={leave}>{t('account.cancel')}</Button>}</div>
    </form>
  );
}

function Confirm({ secret, uri, done }: { secret: string; uri: string; done: (session: Session) => void }) {
  const { t } = useWords();
  const [code, setCode] = useState('');
  const confirm = useMutation({ mutationFn: () => take(client.PUT('/api/v1/account/second-step', { body: { code } })), onSuccess: done });
  return (
    <form className="stack" onSubmit={(e) => { e.preventDefault(); confirm.mutate(); }}>
      {confirm.error && <ProblemView error={confirm.error} />}
      <div className="enrol">
        <div className="enrol-picture"><QRCodeSVG value={uri} size={164} level="M" title={t('account.second.picture')} /></div>
        <p>{t('account.second.scan')}<code className="enrol-secret">{secret.replace(/(.{4})/g, '$1 ').trim()}</code></p>
      </div>
      <TextInput label={t('login.code')} description={t('login.code.more')} value={code} onChange={(e) => setCode(e.currentTarget.value.replace(/\D/g, ''))} inputMode="numeric" autoComplete="one-time-code" maxLength={6} required withAsterisk={false} classNames={{ input: 'login-code num' }} />
      <div><Button type="submit" loading={confirm.isPending}>{t('login.confirm')}</Button></div>
    </form>
  );
}
