import { Button, SegmentedControl } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { client, take } from '@/api/client';
import { sessionsQuery } from '@/api/queries';
import { sessionKey, useAccess } from '@/api/session';
import { useFormat, useWords } from '@/i18n/words';
import { Icon } from '@/ui/Icon';
import { Await, Bones, ProblemView } from '@/ui/States';
import { useParamsOf } from '@/ui/url';
import '../users/users.css';

/** Where I am logged in; an administrator sees everybody's. */
export default function SessionsPage() {
  const { t } = useWords();
  const format = useFormat();
  const { may } = useAccess();
  const queries = useQueryClient();
  const [{ staff }, set] = useParamsOf(['staff']);
  const all = staff === 'all' && may('user.manage');
  const found = useQuery(sessionsQuery(all ? 'all' : 'me'));
  const end = useMutation({
    mutationFn: ({ id }: { id: string; mine: boolean }) => take(client.DELETE('/api/v1/session/all/{id}', { params: { path: { id } } })),
    onSettled: (_, __, { mine }) => queries.invalidateQueries({ queryKey: mine ? sessionKey : ['sessions'] }),
  });
  return (
    <div className="page">
      <header className="page-head"><h1>{t('room.sessions')}</h1><span className="grow" />
        {may('user.manage') && <SegmentedControl size="xs" radius={99} value={all ? 'all' : 'me'} onChange={(value) => set({ staff: value === 'me' ? undefined : value })} data={[{ value: 'me', label: t('sessions.me') }, { value: 'all', label: t('sessions.all') }]} aria-label={t('sessions.whose')} />}
      </header>
      {end.error && <ProblemView error={end.error} />}
      <section className="panel" aria-label={t('room.sessions')}>
        <Await of={found} bones={<Bones rows={3} height={60} />}>
          {() => (
            <ul className="people">
              {found.data!.sessions.map((s) => (
                <li key={s.id}><Icon name="key" />
                  <div className="cell-2 grow"><span className="row wrap"><span className="strong clip">{s.staff}</span>{s.mine && <span className="tag note">{t('sessions.this')}</span>}</span><span className="small faint">{[s.peer, t('sessions.since', { when: format.moment(s.since) }), t('users.seen', { when: format.ago(s.last_seen) })].join(' · ')}</span></div>
                  <Button size="compact-sm" variant="default" loading={end.isPending && end.variables.id === s.id} onClick={() => end.mutate({ id: s.id, mine: s.mine })}>{t('sessions.end')}</Button>
                </li>
              ))}
            </ul>
          )}
        </Await>
      </section>
    </div>
  );
}
