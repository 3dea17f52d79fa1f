import { Button } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '@/api/client';
import { toProblem } from '@/api/problem';
import { countQuery } from '@/api/queries';
import { useWords } from '@/i18n/words';
import { Panel } from '@/ui/Panel';
import { Bone, ProblemView } from '@/ui/States';
import { Count } from './Count';
import { CqlBox } from './CqlBox';
import { parsePlace } from './place';
import { Plan } from './Plan';
import { Save } from './Save';
import { useTyped } from './typed';

type Cohort = Schemas['Cohort'];
type Props = { cohort: Cohort | undefined; all: Cohort[]; as_of: string | undefined; maySave: boolean; choose: (name: string) => void };

export function Editor({ cohort, all, as_of, maySave, choose }: Props) {
  const { t } = useWords();
  const typed = useTyped(cohort);
  const [settled] = useDebouncedValue(typed.cql.trim(), 350);
  const count = useQuery({ ...countQuery(settled, as_of), enabled: settled !== '' });
  const place = toProblem(count.error ?? '').places.map((p) => ({ ...parsePlace(p.at), detail: p.detail })).find((p) => p.line > 0) ?? null;
  const named = cohort && cohort.cql.trim() === settled ? cohort.name : settled;
  const discard = typed.changed && <Button size="compact-sm" variant="subtle" color="gray" onClick={typed.discard}>{t('definitions.discard')}</Button>;
  return (
    <Panel title={cohort ? cohort.title || cohort.name : t('cohorts.new')} beside={discard}>
      <div className="stack">
        <CqlBox value={typed.cql} onChange={(cql) => typed.type({ cql })} label={t('cohorts.cql')} place={settled === typed.cql.trim() ? place : null} />
        {settled === ''
          ? <p className="small faint">{t('cohorts.hint')} <code>{'AgeInYears() >= 65 and exists [Condition: "diabetes"]'}</code></p>
          : (
            <div className="cohort-answer" aria-live="polite">
              {count.isFetching && !count.data && <Bone width={160} height={30} />}
              {count.data && <Count data={count.data} cql={named} />}
              {(count.data || count.isFetching) && <Plan cql={settled} as_of={as_of} />}
              {count.error && !count.data && !count.isFetching && !place && <ProblemView error={count.error} retry={() => void count.refetch()} />}
              {place && <p className="alert">{t('cohorts.at', { line: place.line, column: place.column })} {place.detail}</p>}
            </div>
          )}
        {maySave && <Save cohort={cohort} all={all} typed={typed} sound={count.data !== undefined} choose={choose} />}
      </div>
    </Panel>
  );
}
