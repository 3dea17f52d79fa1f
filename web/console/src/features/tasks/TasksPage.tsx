import type { ColumnDef } from '@tanstack/react-table';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo, useState, type KeyboardEvent } from 'react';
import { Link } from 'react-router-dom';
import type { Schemas } from '@/api/client';
import { taskQuery, tasksQuery } from '@/api/queries';
import { useAccess } from '@/api/session';
import { patientPath } from '@/features/patients/columns';
import { useCampaignTitle, useFormat, useReasonText, useWords } from '@/i18n/words';
import { Choice } from '@/ui/Choice';
import { DataTable } from '@/ui/DataTable';
import { FilterChip } from '@/ui/FilterChip';
import { Await, Empty } from '@/ui/States';
import { useAsOf, useParamsOf } from '@/ui/url';
import { Callee, Script } from './Callee';
import { useCloseTask } from './close';
import { Outcomes } from './TaskCard';
import './tasks.css';

type Task = Schemas['Task'];
const states = ['open', 'closed', 'all'] as const;
const sorts = ['due', '-due', 'opened', '-opened'] as const;

function useColumns(): ColumnDef<Task>[] {
  const { t, task, queue, outcome } = useWords();
  const format = useFormat();
  const inWords = useReasonText();
  return useMemo<ColumnDef<Task>[]>(() => [
    { id: 'patient', header: t('patients.name'), meta: { width: 'minmax(0, 1.5fr)' }, cell: ({ row: { original: x } }) => <div className="cell-2"><Link className="strong clip" tabIndex={-1} to={patientPath(x.patient)}>{x.patient_name}</Link><span className="small faint clip">{x.safety_critical && <span className="alert">{t('tasks.critical')} · </span>}{task(x.kind)} · {queue(x.queue)}</span></div> },
    { id: 'why', header: t('tasks.why'), meta: { width: 'minmax(0, 3fr)', wide: true }, cell: ({ row: { original: x } }) => <span className="soft two-lines" title={inWords(x.reason)}>{inWords(x.reason)}</span> },
    { id: 'opened', header: t('tasks.opened'), meta: { width: 'minmax(0, 1fr)', sort: 'opened', end: true, wide: true }, cell: ({ row: { original: x } }) => <span className="soft num">{format.ago(x.opened)}</span> },
    { id: 'due', header: t('tasks.until'), meta: { width: 'minmax(0, 1.1fr)', sort: 'due', end: true }, cell: ({ row: { original: x } }) => (x.outcome !== '' ? <span className="tag">{outcome(x.outcome)}</span> : x.due ? <span className={(x.late ?? format.late(x.due)) ? 'alert num' : 'num'}>{format.ago(x.due)}</span> : <span className="faint">–</span>) },
  ], [t, task, queue, outcome, format, inWords]);
}

export default function TasksPage() {
  const words = useWords();
  const { t } = words;
  const format = useFormat();
  const { may } = useAccess();
  const [filters, set] = useParamsOf(['state', 'queue', 'kind', 'campaign', 'step', 'late', 'sort', 'task']);
  const state = states.find((s) => s === filters.state) ?? 'open';
  const sort = sorts.find((s) => s === filters.sort) ?? 'due';
  const as_of = useAsOf();
  const found = useInfiniteQuery({ ...tasksQuery({ state, sort, ...(as_of ? { as_of } : {}), ...(filters.queue ? { queue: filters.queue } : {}), ...(filters.kind ? { kind: filters.kind } : {}), ...(filters.campaign ? { campaign: filters.campaign } : {}), ...(filters.step ? { step: filters.step } : {}), ...(filters.late === 'true' ? { late: 'true' as const } : {}) }), placeholderData: keepPreviousData });
  const rows = useMemo(() => found.data?.pages.flatMap((page) => page.tasks) ?? [], [found.data]);
  const queues = found.data?.pages[0]?.queues ?? [];
  const kinds = useMemo(() => [...new Set(['call', 'review', 'read-reply', ...rows.map((x) => x.kind)])], [rows]);
  const columns = useColumns();
  const close = useCloseTask();
  const inWords = useReasonText();
  const title = useCampaignTitle();
  const [closing, setClosing] = useState<string | null>(null);
  const listed = rows.find((x) => x.id === filters.task);
  // Asked alone it says also whom to call and what to say, and it holds where the list has it not.
  const single = useQuery({ ...taskQuery(filters.task ?? ''), enabled: Boolean(filters.task) });
  const whole = filters.task && single.data?.id === filters.task ? single.data : undefined;
  const chosen = listed ?? whole;
  const finish = (task: Task, outcome: string | undefined) => { if (!outcome || task.outcome !== '' || close.isPending || !may('task.close')) return; setClosing(task.id); close.mutate({ id: task.id, outcome }, { onSettled: () => setClosing(null), onSuccess: () => set({ task: undefined }) }); };
  const press = (event: KeyboardEvent, task: Task) => { if (/^[1-9]$/.test(event.key)) finish(task, task.outcomes[Number(event.key) - 1]); };
  const total = found.data?.pages[0]?.total ?? 0;
  return (
    <div className="page fill">
      <header className="page-head"><h1>{t('room.tasks')} {found.data && <span className="sub num">{format.number(total)}</span>}</h1></header>
      <div className="filters">
        <Choice label={t('tasks.queue')} value={filters.queue ?? ''} none={t('tasks.queue.all')} options={queues.map((q) => ({ value: q.name, label: `${words.queue(q.name)} · ${format.number(q.count)}` }))} onChange={(queue) => set({ queue })} />
        <Choice label={t('tasks.kind')} value={filters.kind ?? ''} none={t('tasks.kind.all')} options={kinds.map((k) => ({ value: k, label: words.task(k) }))} onChange={(kind) => set({ kind })} />
        <Choice label={t('tasks.state')} value={state === 'open' ? '' : state} none={t('tasks.state.open')} options={[{ value: 'closed', label: t('tasks.state.closed') }, { value: 'all', label: t('tasks.state.all') }]} onChange={(value) => set({ state: value })} />
        <button type="button" className={filters.late === 'true' ? 'chip on' : 'chip'} aria-pressed={filters.late === 'true'} onClick={() => set({ late: filters.late === 'true' ? undefined : 'true' })}>{t('tasks.late')}</button>
        {filters.campaign && <FilterChip clear={() => set({ campaign: undefined, step: undefined })}>{[title(filters.campaign), filters.step ? words.step(filters.step) : ''].filter(Boolean).join(' · ')}</FilterChip>}
      </div>
      <section className="panel tasks" aria-label={t('room.tasks')} aria-busy={found.isPlaceholderData}>
        <Await of={found}>
          {() => rows.length === 0 ? <Empty icon="task" title={t('tasks.none')}>{t('tasks.none.more')}</Empty> : (
            <DataTable label={t('room.tasks')} rows={rows} columns={columns} rowKey={(x) => x.id} onOpen={(x) => set({ task: x.id === filters.task ? undefined : x.id })} chosen={filters.task} onKey={press} sort={sort} onSort={(next) => set({ sort: next === 'due' ? undefined : next })}
              more={{ has: found.hasNextPage, loading: found.isFetchingNextPage, load: () => void found.fetchNextPage() }} foot={<><span>{t('table.shown', { shown: format.number(rows.length), total: format.number(total) })}</span><span className="wide-only">{t('tasks.keys')}</span></>} />
          )}
        </Await>
        {chosen && (
          <aside className="task-open" aria-label={t('tasks.chosen')}>
            <div className="row wrap"><span className="strong">{chosen.patient_name}</span><span className="tag">{words.task(chosen.kind)}</span><Link className="quiet-link small" to={patientPath(chosen.patient)}>{t('tasks.patient')}</Link><span className="grow" /><button type="button" className="quiet-link small checks-close" onClick={() => set({ task: undefined })}>{t('close')}</button></div>
            <p className="soft">{inWords(chosen.reason)}</p>
            {whole?.phones && <Callee person={{ phones: whole.phones, emails: whole.emails ?? [], birth_date: whole.birth_date ?? null, language: whole.language ?? null }} />}
            <Script name={chosen.script} text={whole?.script_text} />
            {may('task.close') && chosen.outcome === '' && <Outcomes task={chosen} busy={closing === chosen.id} choose={(o) => finish(chosen, o)} keys />}
          </aside>
        )}
      </section>
    </div>
  );
}
