import { useMutation, useQueryClient } from '@tanstack/react-query';
import { client, take } from '@/api/client';
import { sessionKey, type Session } from '@/api/session';
import { Mark } from '@/app/Mark';
import { useWords } from '@/i18n/words';
import '../login/login.css';
import { Enrol } from './Enrol';
import { useRenewed } from './own';
import { PasswordForm } from './PasswordForm';
import './account.css';

/** What must be done before anything else: another password, or a second step. */
export function DutyPage({ duty }: { duty: NonNullable<Session['duty']> }) {
  const { t } = useWords();
  const renewed = useRenewed();
  const queries = useQueryClient();
  const leave = useMutation({ mutationFn: () => take(client.DELETE('/api/v1/session')), onSettled: () => queries.invalidateQueries({ queryKey: sessionKey }) });
  return (
    <main className="login duty">
      <div className="login-card">
        <div className="login-brand"><Mark size={40} /><h1>{t(duty === 'new_password' ? 'account.duty.password' : 'account.duty.second')}</h1></div>
        <p className="soft">{t(duty === 'new_password' ? 'account.duty.password.more' : 'account.duty.second.more')}</p>
        {duty === 'new_password' ? <PasswordForm done={renewed} first /> : <Enrol done={renewed} />}
        <button type="button" className="login-other" onClick={() => leave.mutate()}>{t('shell.logout')}</button>
      </div>
    </main>
  );
}
