import { useQuery } from '@tanstack/react-query';
import { sessionsQuery } from '@/api/queries';
import { useAccess } from '@/api/session';
import { useWords } from '@/i18n/words';
import { Await, Bones } from '@/ui/States';
import { useParamsOf } from '@/ui/url';
import { Segments } from '@/ui/Segments';
import { SessionList } from './SessionList';

/** Where I am logged in; an administrator sees everybody's. */
export default function SessionsPage() {
  const { t } = useWords();
  const { may } = useAccess();
  const [{ staff }, set] = useParamsOf(['staff']);
  const all = staff === 'all' && may('user.manage');
  const found = useQuery(sessionsQuery(all ? 'all' : 'me'));
  return (
    <div className="page">
      <header className="page-head"><h1>{t('room.sessions')}</h1><span className="grow" />
        {may('user.manage') && <Segments label={t('sessions.whose')} value={all ? 'all' : 'me'} onChange={(value) => set({ staff: value === 'me' ? undefined : value })} options={[{ value: 'me', label: t('sessions.me') }, { value: 'all', label: t('sessions.all') }]} />}
      </header>
      <section className="panel" aria-label={t('room.sessions')}>
        <Await of={found} bones={<Bones rows={3} height={60} />}>{() => <SessionList sessions={found.data!.sessions} />}</Await>
      </section>
    </div>
  );
}
