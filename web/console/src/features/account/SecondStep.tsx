import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { client, take } from '@/api/client';
import type { Session } from '@/api/session';
import { useWords } from '@/i18n/words';
import { Icon } from '@/ui/Icon';
import { ProblemView } from '@/ui/States';
import { say } from '@/ui/toast';
import { Enrol } from './Enrol';
import { useRenewed, type Account } from './own';
import { PasswordField } from './PasswordForm';
import { RecoveryCodes } from './RecoveryCodes';

type Doing = 'nothing' | 'enrol' | 'remove' | 'codes';

/** The second step as it is, and what can be done about it. */
export function SecondStep({ account }: { account: Account }) {
  const { t } = useWords();
  const renewed = useRenewed();
  const [doing, setDoing] = useState<Doing>('nothing');
  const stop = () => setDoing('nothing');
  const finish = (session: Session, said: string) => { renewed(session); stop(); say(said); };
  if (doing === 'enrol') return <Enrol done={(session) => finish(session, t('account.second.done'))} leave={stop} />;
  if (doing === 'remove') return <Remove done={(session) => finish(session, t('account.second.removed'))} leave={stop} />;
  if (doing === 'codes') return <Renew leave={stop} />;
  return (
    <>
      <div className="account-state">
        <Icon name={account.second_step ? 'check' : 'quarantine'} />
        <div><div className="strong">{t(account.second_step ? 'account.second.on' : 'account.second.off')}</div>
          <p className="soft">{account.second_step ? t('account.codes.left', { count: account.recovery_codes_left }) : t('account.second.why')}</p></div>
      </div>
      <div className="account-actions">
        {!account.second_step && <Button onClick={() => setDoing('enrol')} disabled={!account.has_password}>{t('account.second.begin')}</Button>}
        {account.second_step && <Button variant="default" onClick={() => setDoing('codes')}>{t('account.codes.renew')}</Button>}
        {account.second_step && !account.second_step_needed && <Button variant="default" onClick={() => setDoing('remove')}>{t('account.second.remove')}</Button>}
      </div>
    </>
  );
}

function Remove({ done, leave }: { done: (session: Session) => void; leave: () => void }) {
  const { t } = useWords();
  const [password, setPassword] = useState('');
  const remove = useMutation({ mutationFn: () => take(client.POST('/api/v1/account/second-step/remove', { body: { password } })), onSuccess: done });
  return (
    <form className="stack" onSubmit={(e) => { e.preventDefault(); remove.mutate(); }}>
      {remove.error && <ProblemView error={remove.error} />}
      <PasswordField label={t('account.password.old')} more={t('account.proof')} value={password} set={setPassword} complete="current-password" first />
      <div className="account-actions"><Button type="submit" color="red" loading={remove.isPending}>{t('account.second.remove')}</Button><Button variant="default" onClick={leave}>{t('account.cancel')}</Button></div>
    </form>
  );
}

function Renew({ leave }: { leave: () => void }) {
  const { t } = useWords();
  const [password, setPassword] = useState('');
  const renew = useMutation({ mutationFn: () => take(client.POST('/api/v1/account/recovery-codes', { body: { password } })) });
  if (renew.data) return <RecoveryCodes codes={renew.data.recovery_codes} done={leave} />;
  return (
    <form className="stack" onSubmit={(e) => { e.preventDefault(); renew.mutate(); }}>
      {renew.error && <ProblemView error={renew.error} />}
      <PasswordField label={t('account.password.old')} more={t('account.proof')} value={password} set={setPassword} complete="current-password" first />
      <div className="account-actions"><Button type="submit" loading={renew.isPending}>{t('account.codes.renew')}</Button><Button variant="default" onClick={leave}>{t('account.cancel')}</Button></div>
    </form>
  );
}
