import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { sessionsQuery } from '@/api/queries';
import { useAccess } from '@/api/session';
import { useWords } from '@/i18n/words';
import { Await, Bones } from '@/ui/States';
import { useParamsOf } from '@/ui/url';
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
        {may('user.manage') && <SegmentedControl size="xs" radius={99} value={all ? 'all' : 'me'} onChange={(value) => set({ staff: value === 'me' ? undefined : value })} data={[{ value: 'me', label: t('sessions.me') }, { value: 'all', label: t('sessions.all') }]} aria-label={t('sessions.whose')} />}
      </header>
      <section className="panel" aria-label={t('room.sessions')}>
        <Await of={found} bones={<Bones rows={3} height={60} />}>{() => <SessionList sessions={found.data!.sessions} />}</Await>
      </section>
    </div>
  );
}
