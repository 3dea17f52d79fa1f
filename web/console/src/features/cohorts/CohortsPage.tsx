import { Button, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router-dom';
import { client, take, type Schemas } from '@/api/client';
import { cohortsQuery, countQuery } from '@/api/queries';
import { toProblem } from '@/api/problem';
import { useAccess } from '@/api/session';
import { useFormat, useWords } from '@/i18n/words';
import { AsOfControl } from '@/ui/AsOfControl';
import { Panel } from '@/ui/Panel';
import { Await, Bone, ProblemView } from '@/ui/States';
import { say } from '@/ui/toast';
import { useAsOf, useLinkTo, useParamsOf } from '@/ui/url';
import { CqlBox } from './CqlBox';
import { parsePlace } from './place';
import { Plan } from './Plan';
import './cohorts.css';

/** Whom to reach, in CQL: the count follows as one types, a mistake stands at its place. */
export default function CohortsPage() {
  const { t } = useWords();
  const { may } = useAccess();
  const as_of = useAsOf();
  const [{ cohort }, set] = useParamsOf(['cohort']);
  const cohorts = useQuery(cohortsQuery);
  const chosen = cohorts.data?.cohorts.find((c) => c.name === cohort);
  return (
    <div className="page">
      <header className="page-head"><h1>{t('room.cohorts')}</h1><span className="grow" /><AsOfControl /></header>
      <div className="cohorts">
        <Panel title={t('cohorts.list')} bare>
          <Await of={cohorts} bones={<div className="stack" style={{ padding: 18 }}>{[80, 60, 70, 55].map((w) => <Bone key={w} width={`${w}%`} />)}</div>}>
            {() => (
              <ul className="cohort-list">
                {cohorts.data!.cohorts.map((c) => (
                  <li key={c.name}><button type="button" aria-pressed={c.name === cohort} onClick={() => set({ cohort: c.name })}><span className="clip">{c.title || c.name}</span><span className="small faint clip">{t(c.saved ? 'cohorts.saved' : 'cohorts.practice')}</span></button></li>
                ))}
                <li><button type="button" aria-pressed={!cohort} onClick={() => set({ cohort: undefined })}><span>{t('cohorts.new')}</span></button></li>
              </ul>
            )}
          </Await>
        </Panel>
        {(chosen || !cohort || cohorts.data) && <Editor key={chosen?.name ?? ''} cohort={chosen} as_of={as_of} maySave={may('cohort.save')} saved={(name) => set({ cohort: name })} />}
      </div>
    </div>
  );
}

function Editor({ cohort, as_of, maySave, saved }: { cohort: Schemas['Cohort'] | undefined; as_of: string | undefined; maySave: boolean; saved: (name: string) => void }) {
  const { t } = useWords();
  const queries = useQueryClient();
  const [cql, setCql] = useState(cohort?.cql ?? '');
  const [name, setName] = useState(cohort?.saved ? cohort.name : '');
  const [explained, explain] = useState(false);
  const [settled] = useDebouncedValue(cql.trim(), 350);
  const count = useQuery({ ...countQuery(settled, as_of), enabled: settled !== '' });
  const problem = count.error ? toProblem(count.error) : null;
  const place = problem?.places.map((p) => ({ ...parsePlace(p.at), detail: p.detail })).find((p) => p.line > 0) ?? null;
  const keep = useMutation({
    mutationFn: () => take(client.PUT('/api/v1/cohorts/{name}', { params: { path: { name: name.trim() } }, body: { cql: cql.trim() } })),
    onSuccess: async (kept) => { await queries.invalidateQueries({ queryKey: ['cohorts'] }); say(t('cohorts.kept', { name: kept.name })); saved(kept.name); },
  });
  return (
    <Panel title={cohort ? cohort.title || cohort.name : t('cohorts.new')}>
      <div className="stack">
        <CqlBox value={cql} onChange={setCql} label={t('cohorts.cql')} place={settled === cql.trim() ? place : null} />
        {settled === '' ? <p className="small faint">{t('cohorts.hint')} <code>{'AgeInYears() >= 65 and exists [Condition: "diabetes"]'}</code></p> : (
          <div className="cohort-answer" aria-live="polite">
            {count.isFetching && !count.data ? <Bone width={160} height={30} /> : count.data ? <Count data={count.data} cql={cohort && cohort.cql.trim() === settled ? cohort.name : settled} /> : problem && !place ? <ProblemView error={problem} retry={() => void count.refetch()} /> : null}
            {count.data && <details className="plan-fold" open={explained} onToggle={(e) => explain(e.currentTarget.open)}><summary>{t('cohorts.explain')}</summary>{explained && <Plan cql={settled} as_of={as_of} />}</details>}
            {place && <p className="alert">{t('cohorts.at', { line: place.line, column: place.column })} {place.detail}</p>}
          </div>
        )}
        {maySave && (
          <form className="row wrap cohort-save" onSubmit={(e) => { e.preventDefault(); keep.mutate(); }}>
            <TextInput aria-label={t('cohorts.name')} placeholder={t('cohorts.name')} value={name} onChange={(e) => setName(e.currentTarget.value)} maxLength={100} pattern="[a-z0-9][a-z0-9\-]*" title={t('cohorts.name.more')} required />
            <Button type="submit" variant="default" loading={keep.isPending} disabled={!count.data || name.trim() === ''}>{t('cohorts.save')}</Button>
            {keep.error && <ProblemView error={keep.error} />}
          </form>
        )}
      </div>
    </Panel>
  );
}

function Count({ data, cql }: { data: { patients: number; seconds: number; as_of: string }; cql: string }) {
  const { t } = useWords();
  const format = useFormat();
  const link = useLinkTo();
  const { may } = useAccess();
  const number = <span className="cohort-number num">{format.number(data.patients)}</span>;
  return (
    <div className="row wrap">
      {may('patient.search') ? <Link className="door" to={link('/patients', { cohort: cql })}>{number}</Link> : number}
      <span className="soft">{t('cohorts.count', { count: data.patients })}</span>
      <span className="small faint num grow">{t('cohorts.found', { time: format.seconds(data.seconds) })}</span>
      {may('patient.search') && <Button component={Link} to={link('/patients', { cohort: cql })} variant="default" size="sm">{t('cohorts.people')}</Button>}
    </div>
  );
}
