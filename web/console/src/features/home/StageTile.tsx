import { Link } from 'react-router-dom';
import type { Schemas } from '@/api/client';
import { useFormat, useWords } from '@/i18n/words';
import { Stage } from '@/ui/Stage';
import { useLinkTo } from '@/ui/url';

/** One stage: how many, who came and went, how long they have stood here, who waits too long. */
export function StageTile({ stage, days, concern }: { stage: Schemas['Map']['stages'][number]; days: 7 | 30; concern?: string }) {
  const words = useWords();
  const format = useFormat();
  const link = useLinkTo();
  const came = days === 7 ? stage.in_7_days : stage.in_30_days;
  const went = days === 7 ? stage.out_7_days : stage.out_30_days;
  const name = words.stage(stage.stage);
  const t = words.t;
  return (
    <article className="tile" data-stage={stage.stage} aria-label={name}>
      <Stage stage={stage.stage} />
      <div className="tile-middle">
        <Link className="door big num" to={link('/patients', { stage: stage.stage, concern })} aria-label={t('home.tile', { stage: name, count: stage.patients })}>{format.number(stage.patients)}</Link>
        <span className="num tile-moves">
          <Link className="door" to={link('/patients', { moved: `:${stage.stage}:${days}`, concern })} aria-label={t('home.came', { stage: name, count: came, days })}>{format.signedShort(came)}</Link>
          <Link className="door" to={link('/patients', { moved: `${stage.stage}::${days}`, concern })} aria-label={t('home.went', { stage: name, count: went, days })}>{went > 0 ? format.signedShort(-went) : '−0'}</Link>
        </span>
      </div>
      <div className="tile-foot num">
        <span className="faint" title={t('home.median.more')}>{stage.median_days === null ? '' : t('home.median', { days: format.days(stage.median_days) })}</span>
        {stage.overdue > 0
          ? <Link className="door alert" to={link('/patients', { stage: stage.stage, state: 'overdue', concern })}>{t('home.overdue', { count: stage.overdue, number: format.number(stage.overdue) })}</Link>
          : <span className="faint">{t('home.overdue.none')}</span>}
      </div>
      {stage.patients > 0 && <span className="tile-share" aria-hidden="true"><span style={{ width: `${Math.min(100, (100 * stage.overdue) / stage.patients)}%` }} /></span>}
    </article>
  );
}
