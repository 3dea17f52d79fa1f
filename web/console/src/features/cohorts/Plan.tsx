import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '@/api/client';
import { explainQuery } from '@/api/queries';
import { useFormat, useWords } from '@/i18n/words';
import { Await, Bones } from '@/ui/States';

type Step = Schemas['CohortPlan']['steps'][number];

/** Each part of the expression as it was judged: whom it leaves, how it was found, how long it took. */
export function Plan({ cql, as_of }: { cql: string; as_of: string | undefined }) {
  const { t } = useWords();
  const format = useFormat();
  const found = useQuery(explainQuery(cql, as_of));
  const most = Math.max(1, ...(found.data?.steps.map((s) => s.asked) ?? []));
  return (
    <Await of={found} bones={<Bones rows={4} height={34} />}>
      {() => (
        <div className="scroll-x plan" tabIndex={0} role="region" aria-label={t('cohorts.plan')}>
          <table className="outline num">
            <thead><tr><th scope="col">{t('cohorts.part')}</th><th scope="col" className="end-cell">{t('cohorts.left')}</th><th scope="col" className="wide-only" aria-hidden="true" /><th scope="col" className="wide-only">{t('cohorts.way')}</th><th scope="col" className="end-cell">{t('cohorts.time')}</th></tr></thead>
            <tbody>
              {found.data!.steps.map((step, i) => <PlanRow key={i} step={step} most={most} />)}
              {found.data!.singly > 0 && <tr><th scope="row">{t('cohorts.singly')}</th><td className="end-cell">{format.number(found.data!.singly)}</td><td className="wide-only" /><td className="soft wide-only">{t('way.record')}</td><td className="end-cell soft">{format.seconds(found.data!.singly_us / 1e6)}</td></tr>}
            </tbody>
          </table>
        </div>
      )}
    </Await>
  );
}

function PlanRow({ step, most }: { step: Step; most: number }) {
  const { t, way } = useWords();
  const format = useFormat();
  return (
    <tr>
      <th scope="row" style={{ paddingLeft: 16 * Math.min(6, step.depth) }}><code className="plan-text" title={step.text}>{step.text}</code></th>
      <td className="end-cell strong">{format.number(step.left)}{step.open > 0 && <div className="small faint">{t('cohorts.open', { count: step.open })}</div>}</td>
      <td className="wide-only plan-bar" aria-hidden="true"><span style={{ width: `${(100 * step.asked) / most}%` }}><span style={{ width: `${(100 * step.left) / Math.max(1, step.asked)}%` }} /></span></td>
      <td className="soft small wide-only">{way(step.way)}</td>
      <td className="end-cell soft">{format.micros(step.time_us)}</td>
    </tr>
  );
}
