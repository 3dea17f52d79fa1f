import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo, useState, type KeyboardEvent } from 'react';
import { taskQuery, tasksQuery } from '@/api/queries';
import { useAccess } from '@/api/session';
import { useFormat, useWords } from '@/i18n/words';
import { DataTable, moreOf } from '@/ui/DataTable';
import { Await, Empty } from '@/ui/States';
import { pickParams, useAsOf, useParamsOf } from '@/ui/url';
import { useCloseTask } from './close';
import { useColumns, type Task } from './columns';
import { names, TaskFilters, toQuery } from './filters';
import { OpenTask } from './OpenTask';
import './tasks.css';

/** Closes a task once; `closing` is the one that is on its way. */
function useFinish(closed: (task: Task) => void) {
  const { may } = useAccess();
  const close = useCloseTask();
  const [closing, setClosing] = useState<string | null>(null);
  const finish = (task: Task, outcome: string | undefined) => {
    if (!outcome || task.outcome !== '' || close.isPending || !may('task.close')) return;
    setClosing(task.id);
    close.mutate({ id: task.id, outcome }, { onSettled: () => setClosing(null), onSuccess: () => closed(task) });
  };
  return { closing, finish };
}

export default function TasksPage() {
  const { t } = useWords();
  const format = useFormat();
  const [filters, set] = useParamsOf(names);
  const query = toQuery(filters, useAsOf());
  const found = useInfiniteQuery({ ...tasksQuery(query), placeholderData: keepPreviousData });
  const rows = useMemo(() => found.data?.pages.flatMap((page) => page.tasks) ?? [], [found.data]);
  const total = found.data?.pages[0]?.total ?? 0;
  const columns = useColumns();
  const listed = rows.find((x) => x.id === filters.task);
  // Asked alone it says also whom to call and what to say, and it holds where the list has it not.
  const single = useQuery({ ...taskQuery(filters.task ?? ''), enabled: Boolean(filters.task) });
  const whole = filters.task && single.data?.id === filters.task ? single.data : undefined;
  const opened = listed ?? whole;
  // Meanwhile another one may have been opened.
  const { closing, finish } = useFinish((task) => { if (pickParams(window.location.search, ['task']).task === task.id) set({ task: undefined }); });
  // Whoever presses a digit sees what it does and to whom: the opened task's outcomes are numbered.
  const press = (event: KeyboardEvent, task: Task) => {
    if (/^[1-9]$/.test(event.key) && task.id === opened?.id) finish(opened, opened.outcomes[Number(event.key) - 1]);
  };
  const foot = (
    <>
      <span>{t('table.shown', { shown: format.number(rows.length), total: format.number(total) })}</span>
      <span className="wide-only">{t('tasks.keys')}</span>
    </>
  );
  return (
    <div className="page fill">
      <header className="page-head"><h1>{t('room.tasks')} {found.data && <span className="sub num">{format.number(total)}</span>}</h1></header>
      <TaskFilters filters={filters} set={set} queues={found.data?.pages[0]?.queues ?? []} rows={rows} />
      <section className="panel tasks" aria-label={t('room.tasks')} aria-busy={found.isPlaceholderData}>
        <Await of={found}>
          {() => rows.length === 0 ? <Empty icon="task" title={t('tasks.none')}>{t('tasks.none.more')}</Empty> : (
            <DataTable label={t('room.tasks')} rows={rows} columns={columns} rowKey={(x) => x.id} rowHeight={52} sort={query.sort} onSort={(next) => set({ sort: next === 'due' ? undefined : next })}
              chosen={filters.task} onOpen={(x) => set({ task: x.id === filters.task ? undefined : x.id })} onKey={press} hint={t('tasks.keys')} more={moreOf(found)} foot={foot} />
          )}
        </Await>
        {opened && <OpenTask task={opened} whole={whole} busy={closing === opened.id} choose={(outcome) => finish(opened, outcome)} close={() => set({ task: undefined })} />}
      </section>
    </div>
  );
}
