import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { client, take, type Schemas } from '@/api/client';
import { sessionKey } from '@/api/session';
import { useClockFormat, useWords } from '@/i18n/words';
import { Icon } from '@/ui/Icon';
import { ProblemView } from '@/ui/States';
import '../users/users.css';

/** Log-ins, each of which can be ended. */
export function SessionList({ sessions }: { sessions: Schemas['SessionRow'][] }) {
  const { t } = useWords();
  const format = useClockFormat();
  const queries = useQueryClient();
  const end = useMutation({
    mutationFn: ({ id }: { id: string; mine: boolean }) => take(client.DELETE('/api/v1/session/all/{id}', { params: { path: { id } } })),
    onSettled: (_, __, { mine }) => queries.invalidateQueries({ queryKey: mine ? sessionKey : ['sessions'] }),
  });
  return (
    <>
      {end.error && <ProblemView error={end.error} />}
      <ul className="people">
        {sessions.map((s) => (
          <li key={s.id}>
            <Icon name="key" />
            <div className="cell-2 grow">
              <span className="row wrap"><span className="strong clip">{s.staff}</span>{s.mine && <span className="tag note">{t('sessions.this')}</span>}</span>
              <span className="small faint">{[s.peer, t('sessions.since', { when: format.moment(s.since) }), t('users.seen', { when: format.ago(s.last_seen) })].join(' · ')}</span>
            </div>
            <Button size="compact-sm" variant="default" loading={end.isPending && end.variables.id === s.id} onClick={() => end.mutate({ id: s.id, mine: s.mine })}>{t('sessions.end')}</Button>
          </li>
        ))}
      </ul>
    </>
  );
}
