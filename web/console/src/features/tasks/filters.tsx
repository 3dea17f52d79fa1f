import { useMemo } from 'react';
import type { Schemas } from '@/api/client';
import { useCampaignTitle, useFormat, useWords } from '@/i18n/words';
import { Choice } from '@/ui/Choice';
import { FilterChip } from '@/ui/FilterChip';
import type { Task } from './columns';

export const names = ['state', 'queue', 'kind', 'campaign', 'step', 'late', 'sort', 'task'] as const;
export type Filters = Partial<Record<(typeof names)[number], string>>;
const states = ['open', 'closed', 'all'] as const;
const sorts = ['due', '-due', 'opened', '-opened'] as const;

/** What the API is asked for: a value in the address that nobody knows is left out. */
export function toQuery(filters: Filters, as_of: string | undefined) {
  return {
    state: states.find((s) => s === filters.state) ?? ('open' as const),
    sort: sorts.find((s) => s === filters.sort) ?? ('due' as const),
    ...(as_of ? { as_of } : {}),
    ...(filters.queue ? { queue: filters.queue } : {}),
    ...(filters.kind ? { kind: filters.kind } : {}),
    ...(filters.campaign ? { campaign: filters.campaign } : {}),
    ...(filters.step ? { step: filters.step } : {}),
    ...(filters.late === 'true' ? { late: 'true' as const } : {}),
  };
}

type Props = { filters: Filters; set: (changes: Filters | Partial<Record<keyof Filters, undefined>>) => void; queues: Schemas['Count'][]; rows: Task[] };

export function TaskFilters({ filters, set, queues, rows }: Props) {
  const words = useWords();
  const { t } = words;
  const format = useFormat();
  const title = useCampaignTitle();
  const kinds = useMemo(() => [...new Set(['call', 'review', 'read-reply', ...rows.map((x) => x.kind)])], [rows]);
  const { state } = toQuery(filters, undefined);
  const late = filters.late === 'true';
  const states_named = [{ value: 'closed', label: t('tasks.state.closed') }, { value: 'all', label: t('tasks.state.all') }];
  const queues_named = queues.map((q) => ({ value: q.name, label: `${words.queue(q.name)} · ${format.number(q.count)}` }));
  const kinds_named = kinds.map((k) => ({ value: k, label: words.task(k) }));
  const campaign = filters.campaign && [title(filters.campaign), filters.step ? words.step(filters.step) : ''].filter(Boolean).join(' · ');
  return (
    <div className="filters">
      <Choice label={t('tasks.queue')} value={filters.queue ?? ''} none={t('tasks.queue.all')} options={queues_named} onChange={(queue) => set({ queue })} />
      <Choice label={t('tasks.kind')} value={filters.kind ?? ''} none={t('tasks.kind.all')} options={kinds_named} onChange={(kind) => set({ kind })} />
      <Choice label={t('tasks.state')} value={state === 'open' ? '' : state} none={t('tasks.state.open')} options={states_named} onChange={(value) => set({ state: value })} />
      <button type="button" className={late ? 'chip on' : 'chip'} aria-pressed={late} onClick={() => set({ late: late ? undefined : 'true' })}>{t('tasks.late')}</button>
      {campaign && <FilterChip clear={() => set({ campaign: undefined, step: undefined })}>{campaign}</FilterChip>}
    </div>
  );
}
