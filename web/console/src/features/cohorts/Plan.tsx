import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { Schemas } from '@/api/client';
import { explainQuery } from '@/api/queries';
import { useFormat, useWords } from '@/i18n/words';
import { Await, Bones } from '@/ui/States';

type Found = Schemas['CohortPlan'];
type Step = Found['steps'][number];

/** Each clause as it was judged, in the order of judging: whom it leaves of those it was asked about,
 * how it was found, how long it took. Follows what is typed. */
export function Plan({ cql, as_of }: { cql: string; as_of: string | undefined }) {
  const { t } = useWords();
  const found = useQuery({ ...explainQuery(cql, as_of), placeholderData: keepPreviousData });
  return (
    <section className="plan" aria-label={t('cohorts.plan')} aria-busy={found.isFetching}>
      <h3 className="plan-head"><span className="grow">{t('cohorts.clauses')}</span><span className="plan-number">{t('cohorts.left')}</span></h3>
      <Await of={found} bones={<Bones rows={3} height={34} />}>{() => <Steps found={found.data!} />}</Await>
    </section>
  );
}

function Steps({ found }: { found: Found }) {
  const { t } = useWords();
  const format = useFormat();
  const everybody = Math.max(1, ...found.steps.map((s) => s.asked));
  return (
    <ol className="plan-steps">
      {found.steps.map((step, i) => (step.join === ''
        ? <Clause key={i} step={step} everybody={everybody} />
        : <li key={i} className="plan-join small soft" style={{ marginInlineStart: 18 * Math.min(6, step.depth) }}>{t(`cohorts.join.${step.join}`)}<span className="plan-number faint num">{format.number(step.left)}</span></li>))}
      {found.singly > 0 && (
        <li className="plan-join small soft">
          <span className="grow">{t('cohorts.singly.count', { count: found.singly })}</span>
          <span className="num faint">{format.seconds(found.singly_us / 1e6)}</span>
        </li>
      )}
    </ol>
  );
}

/** The bar is everybody, its pale part whom the clause was asked about, its full part whom it leaves. */
function Clause({ step, everybody }: { step: Step; everybody: number }) {
  const { t, way } = useWords();
  const format = useFormat();
  const share = (count: number) => `${(100 * count) / everybody}%`;
  const gone = step.asked - step.left;
  return (
    <li className="plan-clause" style={{ marginInlineStart: 18 * Math.min(6, step.depth) }}>
      <code className="plan-text" title={step.text}>{step.text}</code>
      <span className="plan-number num strong">{format.number(step.left)}</span>
      <span className="plan-bar" aria-hidden="true"><span style={{ width: share(step.asked) }} /><span style={{ width: share(step.left) }} /></span>
      <span className="plan-number num small faint">{step.asked === 0 ? t('cohorts.unasked') : gone === 0 ? '±0' : `−${format.number(gone)}`}</span>
      <span className="small faint plan-way">{way(step.way)}{step.open > 0 && <> · {t('cohorts.open', { count: step.open })}</>} · <span className="num">{format.micros(step.time_us)}</span></span>
    </li>
  );
}
