import type { ReactNode } from 'react';
import type { Schemas } from '@/api/client';
import { useCampaignTitle, useFormat, useWords } from '@/i18n/words';
import { lastReached, nextOfOurs, refusals } from './next';

/** What is next and whose it is, what care expects, how they were last reached, what they refused. */
export function Ahead({ patient }: { patient: Schemas['Patient'] }) {
  const { t, ...words } = useWords();
  const format = useFormat();
  const title = useCampaignTitle();
  const next = nextOfOurs(patient);
  const last = lastReached(patient);
  const refused = refusals(patient);
  const expected = patient.headline?.expected;
  const late = next?.task?.due ? format.late(next.task.due) : false;
  const rows: [string, ReactNode][] = [
    [t('patient.next'), !next ? <span className="faint">{t('patient.next.none')}</span>
      : next.task ? <>{[words.task(next.task.kind), words.queue(next.task.queue)].join(' · ')}{next.task.due && <span className={late ? 'alert' : 'soft'}> · {t(late ? 'tasks.was-due' : 'tasks.due', { when: format.ago(next.task.due) })}</span>}</>
        : <>{title(next.enrolment.campaign)}: {words.step(next.enrolment.step)}{next.enrolment.due && <span className="soft"> · {t('patient.awaited', { day: format.day(next.enrolment.due) })}</span>}</>],
    [t('patient.expects'), expected ? <span className={patient.headline!.overdue ? 'alert' : ''}>{words.concern(patient.headline!.concern)} · {format.day(expected)}</span> : <span className="faint">{t('patient.expects.none')}</span>],
    [t('patient.last-reached'), last ? <>{words.channel(last.channel)} · {format.day(last.at)}</> : <span className="faint">{t('patient.never-reached')}</span>],
  ];
  if (refused.length > 0) rows.push([t('patient.refuses'), <span className="alert">{refused.map((c) => [c.channel ? words.channel(c.channel) : t('patient.channels.all'), c.topic].filter(Boolean).join(': ')).join(' · ')}</span>]);
  return <dl className="ahead">{rows.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>;
}
