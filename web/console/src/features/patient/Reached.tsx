import type { ReactNode } from 'react';
import { Link } from 'react-router-dom';
import type { Schemas } from '@/api/client';
import { useAccess } from '@/api/session';
import { Callee } from '@/features/tasks/Callee';
import { TaskCard } from '@/features/tasks/TaskCard';
import { useCampaignTitle, useFormat, useWords } from '@/i18n/words';
import { EmailLink, PhoneLink } from '@/ui/Contact';
import { Panel } from '@/ui/Panel';

/** Campaigns, and what each waits for. */
export function Enrolments({ patient }: { patient: Schemas['Patient'] }) {
  const { t, outcome, step } = useWords();
  const format = useFormat();
  const title = useCampaignTitle();
  const sorted = [...patient.enrolments].sort((a, b) => Number(a.result !== '') - Number(b.result !== '') || (a.enrolled < b.enrolled ? 1 : -1));
  return (
    <Panel title={t('room.campaigns')}>
      {sorted.length === 0 && <p className="soft">{t('patient.campaigns.none')}</p>}
      <ul className="parts">
        {sorted.map((e) => (
          <li key={e.id}>
            <div className="row wrap"><Link className="strong quiet-link" to={`/campaigns/${encodeURIComponent(e.campaign)}`}>{title(e.campaign)}</Link>{e.holdout && <span className="tag">{t('patient.holdout')}</span>}{e.result !== '' && <span className="tag">{outcome(e.result)}</span>}</div>
            <p className="small soft">{e.result === '' ? t('patient.at-step', { step: step(e.step) }) + (e.due ? ` · ${t('patient.awaited', { day: format.moment(e.due) })}` : '') : e.ended ? t('patient.ended', { day: format.day(e.ended) }) : ''}</p>
            <details className="small"><summary className="faint">{t('patient.path', { count: e.path.length, day: format.day(e.enrolled) })}</summary>
              <ol className="path">{e.path.map((p, i) => <li key={i}><span>{step(p.step)}</span> <span className="faint">{p.because}</span></li>)}</ol>
            </details>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

export function Tasks({ patient }: { patient: Schemas['Patient'] }) {
  const { t } = useWords();
  const { may } = useAccess();
  const open = patient.tasks.filter((task) => task.outcome === '');
  if (!may('task.read') || open.length === 0) return null;
  return <Panel title={t('patient.tasks')}><Callee person={patient.person} /><ul className="parts">{open.map((task) => <li key={task.id}><TaskCard task={task} /></li>)}</ul></Panel>;
}

/** What they told us; asked once. */
export function Answers({ patient }: { patient: Schemas['Patient'] }) {
  const { t } = useWords();
  const format = useFormat();
  return (
    <Panel title={t('patient.answers')}>
      {patient.answers.length === 0 && <p className="soft">{t('patient.answers.none')}</p>}
      <ul className="parts tight">{patient.answers.slice(0, 12).map((a, i) => <li key={i}><div>{a.what}</div><div className="small faint">{format.ago(a.at)} · {a.source}</div></li>)}</ul>
    </Panel>
  );
}

/** How to reach them, and what they chose. */
export function Reach({ patient }: { patient: Schemas['Patient'] }) {
  const { t, channel } = useWords();
  const format = useFormat();
  const { person } = patient;
  const none = <span className="faint">{t('patient.notrecorded')}</span>;
  const rows: [string, ReactNode][] = [
    [t('patient.phone'), person.phones.length > 0 ? person.phones.map((n) => <div key={n}><PhoneLink number={n} /></div>) : none],
    [t('patient.email'), person.emails.length > 0 ? person.emails.map((n) => <div key={n}><EmailLink address={n} /></div>) : none],
    [t('patient.address'), person.address ?? none], [t('patient.zone'), person.zone.replaceAll('_', ' ')],
  ];
  return (
    <Panel title={t('patient.reach')}>
      <dl className="facts">{rows.map(([name, value]) => <div key={name} style={{ display: 'contents' }}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
      <h3 style={{ margin: '16px 0 4px' }}>{t('patient.choices')}</h3>
      {patient.choices.length === 0 && <p className="soft">{t('patient.choices.none')}</p>}
      <ul className="parts tight">
        {patient.choices.map((c, i) => (
          <li key={i}><div className="row"><span className={c.allowed ? 'tag' : 'tag alert'}>{t(c.allowed ? 'patient.allowed' : 'patient.refused')}</span><span>{[c.channel ? channel(c.channel) : t('patient.channels.all'), c.topic || t('patient.topics.all')].join(' · ')}</span></div>
            <div className="small faint">{format.moment(c.at)} · {c.source}</div></li>
        ))}
      </ul>
      <p className="small faint">{t('patient.choices.more')}</p>
    </Panel>
  );
}
