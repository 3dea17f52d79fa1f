import type { ColumnDef } from '@tanstack/react-table';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import type { Schemas } from '@/api/client';
import { auditQuery } from '@/api/queries';
import { patientPath } from '@/features/patients/columns';
import { useFormat, useWords } from '@/i18n/words';
import { Choice } from '@/ui/Choice';
import { DataTable, moreOf } from '@/ui/DataTable';
import { FilterChip } from '@/ui/FilterChip';
import { RowLink } from '@/ui/RowLink';
import { SearchField } from '@/ui/SearchField';
import { Await, Empty } from '@/ui/States';
import { useParamsOf } from '@/ui/url';

type Entry = Schemas['AuditEntry'];

/** Who did and saw what. */
export default function AuditPage() {
  const { t, action } = useWords();
  const format = useFormat();
  const [filters, set] = useParamsOf(['actor', 'action', 'patient']);
  const found = useInfiniteQuery({ ...auditQuery(filters), placeholderData: keepPreviousData });
  const rows = useMemo(() => found.data?.pages.flatMap((page) => page.entries) ?? [], [found.data]);
  const kinds = useMemo(() => [...new Set([...rows.map((e) => e.action), ...(filters.action ? [filters.action] : [])])].sort(), [rows, filters.action]);
  const byActor = useCallback((actor: string) => set({ actor: actor || undefined }), [set]);
  const columns = useMemo<ColumnDef<Entry>[]>(() => [
    { id: 'at', header: t('quarantine.when'), meta: { width: 'minmax(0, 1.1fr)' }, cell: ({ row: { original: e } }) => <span className="soft num">{format.moment(e.at)}</span> },
    { id: 'actor', header: t('audit.who'), meta: { width: 'minmax(0, 1fr)' }, cell: ({ row: { original: e } }) => <span className="strong clip" style={{ display: 'block' }}>{e.actor}</span> },
    { id: 'action', header: t('audit.what'), meta: { width: 'minmax(0, 1.3fr)' }, cell: ({ row: { original: e } }) => (
      <div className="cell-2">
        <span className="clip">{action(e.action)}</span>
        {(e.detail || e.why) && <span className="small faint clip">{[e.detail, e.why].filter(Boolean).join(' · ')}</span>}
      </div>) },
    { id: 'patient', header: t('message.patient'), meta: { width: 'minmax(0, 1.3fr)', wide: true }, cell: ({ row: { original: e } }) => (
      e.patient && <RowLink className="quiet-link clip" to={patientPath(e.patient)}><code>{e.patient}</code></RowLink>) },
    { id: 'peer', header: t('audit.from'), meta: { width: 'minmax(0, 1fr)', end: true, wide: true }, cell: ({ row: { original: e } }) => <span className="faint num">{e.peer}</span> },
    { id: 'sequence', header: '#', meta: { width: '64px', end: true, wide: true }, cell: ({ row: { original: e } }) => <span className="faint num">{e.sequence}</span> },
  ], [t, action, format]);
  const foot = <span className="clip">{t('audit.head')} <code>{found.data?.pages[0]?.head}</code></span>;
  return (
    <div className="page fill">
      <header className="page-head"><h1>{t('room.audit')}</h1></header>
      <div className="filters">
        <SearchField label={t('audit.actor')} value={filters.actor ?? ''} onChange={byActor} />
        <Choice label={t('audit.what')} value={filters.action ?? ''} none={t('audit.what.all')} options={kinds.map((value) => ({ value, label: action(value) }))} onChange={(value) => set({ action: value })} />
        {filters.patient && <FilterChip clear={() => set({ patient: undefined })}>{t('audit.patient', { id: filters.patient })}</FilterChip>}
      </div>
      <section className="panel" aria-label={t('room.audit')} aria-busy={found.isPlaceholderData}>
        <Await of={found}>
          {() => rows.length === 0 ? <Empty icon="audit" title={t('audit.none')} />
            : (
              <DataTable label={t('room.audit')} rows={rows} columns={columns} rowKey={(e) => String(e.sequence)} rowHeight={48}
                onOpen={(e) => e.patient && set({ patient: e.patient })} more={moreOf(found)} foot={foot} />
            )}
        </Await>
      </section>
    </div>
  );
}
