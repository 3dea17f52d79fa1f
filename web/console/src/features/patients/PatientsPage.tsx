import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useRef } from 'react';
import { useNavigate } from 'react-router-dom';
import { patientsQuery, practiceQuery } from '@/api/queries';
import { useCampaignTitle, useFormat, useWords } from '@/i18n/words';
import { AsOfControl } from '@/ui/AsOfControl';
import { Choice } from '@/ui/Choice';
import { DataTable, moreOf } from '@/ui/DataTable';
import { FilterChip } from '@/ui/FilterChip';
import { SearchField } from '@/ui/SearchField';
import { stages } from '@/ui/Stage';
import { Await, Empty } from '@/ui/States';
import { useAsOf, useLinkTo, useParamsOf } from '@/ui/url';
import { patientPath, useColumns } from './columns';
import { names, parseMoved, states, toQuery } from './filters';

export default function PatientsPage() {
  const words = useWords();
  const { t } = words;
  const format = useFormat();
  const title = useCampaignTitle();
  const navigate = useNavigate();
  const link = useLinkTo();
  const as_of = useAsOf();
  const [filters, set] = useParamsOf(names);
  const list = useRef<HTMLDivElement>(null);
  const practice = useQuery(practiceQuery);
  const found = useInfiniteQuery({ ...patientsQuery(toQuery(filters, as_of)), placeholderData: keepPreviousData });
  const rows = useMemo(() => found.data?.pages.flatMap((page) => page.patients) ?? [], [found.data]);
  const total = found.data?.pages[0]?.total ?? 0;
  const columns = useColumns();
  const moved = parseMoved(filters.moved);
  const search = useCallback((q: string) => set({ q: q || undefined }), [set]);
  const any = (list: readonly string[], word: (code: string) => string) => list.map((value) => ({ value, label: word(value) }));
  const movedWords = moved && t(moved.from && moved.to ? 'patients.moved' : moved.to ? 'patients.moved.to' : 'patients.moved.from', { from: moved.from ? words.stage(moved.from) : '', to: moved.to ? words.stage(moved.to) : '', days: moved.days });
  const foot = (
    <>
      <span>{t('table.shown', { shown: format.number(rows.length), total: format.number(total) })}</span>
      <span className="wide-only">{t('table.keys')}</span>
    </>
  );
  return (
    <div className="page fill">
      <header className="page-head"><h1>{t('room.patients')} {found.data && <span className="sub num">{format.number(total)}</span>}</h1><span className="grow" /><AsOfControl /></header>
      <div className="filters" role="search">
        <SearchField label={t('patients.search')} value={filters.q ?? ''} onChange={search} onDown={() => list.current?.focus()} />
        <Choice label={t('filter.stage')} value={filters.stage ?? ''} none={t('filter.stage.all')} options={any(stages, words.stage)} onChange={(stage) => set({ stage })} />
        <Choice label={t('filter.concern')} value={filters.concern ?? ''} none={t('filter.concern.all')} options={any(practice.data?.concerns ?? [], words.concern)} onChange={(concern) => set({ concern })} />
        <Choice label={t('filter.state')} value={filters.state ?? ''} none={t('filter.state.all')} options={any(states, words.state)} onChange={(state) => set({ state })} />
        {movedWords && <FilterChip clear={() => set({ moved: undefined })}>{movedWords}</FilterChip>}
        {filters.cohort && <FilterChip clear={() => set({ cohort: undefined })}>{t('patients.cohort', { cohort: filters.cohort })}</FilterChip>}
        {filters.campaign && <FilterChip clear={() => set({ campaign: undefined, step: undefined })}>{[title(filters.campaign), filters.step ?? ''].filter(Boolean).join(' · ')}</FilterChip>}
      </div>
      <section className="panel" aria-label={t('room.patients')} aria-busy={found.isPlaceholderData}>
        <Await of={found}>
          {() => rows.length === 0
            ? <Empty icon="people" title={t('patients.none')}>{t('patients.none.more')}</Empty>
            : (
              <DataTable label={t('room.patients')} rows={rows} columns={columns} rowKey={(p) => p.id} onOpen={(p) => navigate(link(patientPath(p.id)))} rowHeight={58}
                sort={filters.sort ?? 'name'} onSort={(sort) => set({ sort: sort === 'name' ? undefined : sort })} focus={list} more={moreOf(found)} foot={foot} />
            )}
        </Await>
      </section>
    </div>
  );
}
