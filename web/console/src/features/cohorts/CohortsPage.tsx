import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '@/api/client';
import { cohortsQuery } from '@/api/queries';
import { useAccess } from '@/api/session';
import { useWords } from '@/i18n/words';
import { AsOfControl } from '@/ui/AsOfControl';
import { useIsKept } from '@/ui/kept';
import { Panel } from '@/ui/Panel';
import { Await, Bone } from '@/ui/States';
import { useAsOf, useParamsOf } from '@/ui/url';
import { Editor } from './Editor';
import { keptAs } from './typed';
import './cohorts.css';

/** Whom to reach, in CQL: the count follows as one types, a mistake stands at its place. */
export default function CohortsPage() {
  const { t } = useWords();
  const { may } = useAccess();
  const as_of = useAsOf();
  const [{ cohort }, set] = useParamsOf(['cohort']);
  const cohorts = useQuery(cohortsQuery);
  const all = cohorts.data?.cohorts ?? [];
  const chosen = all.find((c) => c.name === cohort);
  const bones = <div className="stack" style={{ padding: 18 }}>{[80, 60, 70, 55].map((w) => <Bone key={w} width={`${w}%`} />)}</div>;
  return (
    <div className="page">
      <header className="page-head"><h1>{t('room.cohorts')}</h1><span className="grow" /><AsOfControl /></header>
      <div className="cohorts">
        <Panel title={t('cohorts.list')} bare>
          <Await of={cohorts} bones={bones}>{() => <List cohorts={all} chosen={cohort ?? ''} choose={(name) => set({ cohort: name })} />}</Await>
        </Panel>
        {(!cohort || cohorts.data) && (
          <Editor key={chosen?.name ?? ''} cohort={chosen} all={all} as_of={as_of} maySave={may('cohort.save')} choose={(name) => set({ cohort: name })} />
        )}
      </div>
    </div>
  );
}

function List({ cohorts, chosen, choose }: { cohorts: Schemas['Cohort'][]; chosen: string; choose: (name: string | undefined) => void }) {
  const { t } = useWords();
  const isKept = useIsKept();
  const changed = (name: string) => isKept(keptAs(name)) && <span className="tag alert">{t('definitions.changed')}</span>;
  return (
    <ul className="cohort-list">
      {cohorts.map((c) => (
        <li key={c.name}>
          <button type="button" aria-pressed={c.name === chosen} onClick={() => choose(c.name)}>
            <span className="row"><span className="clip grow">{c.title || c.name}</span>{changed(c.name)}</span>
            <span className="small faint clip">{t(c.saved ? 'cohorts.saved' : 'cohorts.practice')}</span>
          </button>
        </li>
      ))}
      <li>
        <button type="button" aria-pressed={chosen === ''} onClick={() => choose(undefined)}>
          <span className="row"><span className="grow">{t('cohorts.new')}</span>{changed('')}</span>
        </button>
      </li>
    </ul>
  );
}
