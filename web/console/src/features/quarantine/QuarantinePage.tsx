import { Button } from '@mantine/core';
import type { ColumnDef } from '@tanstack/react-table';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { client, take, type Schemas } from '@/api/client';
import { quarantineQuery } from '@/api/queries';
import { toProblem } from '@/api/problem';
import { useAccess } from '@/api/session';
import { useFormat, useWords } from '@/i18n/words';
import { DataTable, moreOf } from '@/ui/DataTable';
import { Icon } from '@/ui/Icon';
import { Await, Empty } from '@/ui/States';
import { say } from '@/ui/toast';

type Entry = Schemas['QuarantineEntry'];

/** What an import could not read: its place, the reason, and another try. */
export default function QuarantinePage() {
  const { t } = useWords();
  const format = useFormat();
  const { may } = useAccess();
  const queries = useQueryClient();
  const found = useInfiniteQuery(quarantineQuery);
  const rows = useMemo(() => found.data?.pages.flatMap((page) => page.entries) ?? [], [found.data]);
  const total = found.data?.pages[0]?.total ?? 0;
  const retry = useMutation({
    mutationFn: () => take(client.POST('/api/v1/quarantine/retry')),
    onSuccess: (done) => say(t('quarantine.retried', { tried: done.tried, resolved: done.resolved })),
    onError: (error) => say([toProblem(error).message, toProblem(error).cure].filter(Boolean).join('. ')),
    onSettled: () => Promise.all(['quarantine', 'attention'].map((key) => queries.invalidateQueries({ queryKey: [key] }))),
  });
  const columns = useMemo<ColumnDef<Entry>[]>(() => [
    { id: 'reason', header: t('quarantine.reason'), meta: { width: 'minmax(0, 3fr)' }, cell: ({ row: { original: e } }) => <span className="two-lines quarantine-reason">{e.reason}</span> },
    { id: 'place', header: t('quarantine.place'), meta: { width: 'minmax(0, 2fr)' }, cell: ({ row: { original: e } }) => <div className="cell-2 num"><code className="clip">{e.file}</code><span className="small faint">{t('quarantine.at', { line: e.line, column: e.column })}</span></div> },
    { id: 'source', header: t('quarantine.source'), meta: { width: 'minmax(0, 0.8fr)', wide: true }, cell: ({ row: { original: e } }) => <span className="soft clip">{e.source}</span> },
    { id: 'when', header: t('quarantine.when'), meta: { width: 'minmax(0, 1fr)', end: true, wide: true }, cell: ({ row: { original: e } }) => <span className="soft num">{format.moment(e.at)}</span> },
  ], [t, format]);
  return (
    <div className="page fill">
      <header className="page-head"><h1>{t('room.quarantine')} {found.data && <span className="sub num">{format.number(total)}</span>}</h1><span className="grow" />
        {may('quarantine.retry') && total > 0 && <Button variant="default" leftSection={<Icon name="retry" size={16} />} loading={retry.isPending} onClick={() => retry.mutate()}>{t('quarantine.retry')}</Button>}
      </header>
      <p className="soft">{t('quarantine.more')}</p>
      <section className="panel" aria-label={t('room.quarantine')}>
        <Await of={found}>
          {() => rows.length === 0 ? <Empty icon="quarantine" title={t('quarantine.none')}>{t('quarantine.none.more')}</Empty>
            : <DataTable label={t('room.quarantine')} rows={rows} columns={columns} rowKey={(e) => e.id} more={moreOf(found)} foot={<span>{t('table.shown', { shown: format.number(rows.length), total: format.number(total) })}</span>} />}
        </Await>
      </section>
    </div>
  );
}
