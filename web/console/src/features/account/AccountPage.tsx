import { useQuery } from '@tanstack/react-query';
import { sessionsQuery } from '@/api/queries';
import { useWords } from '@/i18n/words';
import { Panel } from '@/ui/Panel';
import { Await, Bones } from '@/ui/States';
import { say } from '@/ui/toast';
import { SessionList } from '../sessions/SessionList';
import { accountQuery, useRenewed } from './own';
import { PasswordForm } from './PasswordForm';
import { SecondStep } from './SecondStep';
import './account.css';

/** How I log in: password, second step, where I am logged in. */
export default function AccountPage() {
  const { t, role } = useWords();
  const account = useQuery(accountQuery);
  const sessions = useQuery(sessionsQuery('me'));
  const renewed = useRenewed();
  return (
    <div className="page">
      <header className="page-head"><h1>{t('account.title')}{account.data && <span className="sub"> {[account.data.display, role(account.data.role)].join(' · ')}</span>}</h1></header>
      <Await of={account} bones={<Bones rows={4} height={60} />}>
        {() => (
          <div className="account">
            {account.data!.by_provider && <p className="soft">{t('account.provider')}</p>}
            {account.data!.has_password && <Panel title={t('account.password')}><PasswordForm done={(session) => { renewed(session); say(t('account.password.done')); }} /></Panel>}
            {account.data!.has_password && <Panel title={t('account.second')}><SecondStep account={account.data!} /></Panel>}
            <Panel title={t('account.sessions')} bare><Await of={sessions} bones={<Bones rows={2} height={60} />}>{() => <SessionList sessions={sessions.data!.sessions} />}</Await></Panel>
          </div>
        )}
      </Await>
    </div>
  );
}
