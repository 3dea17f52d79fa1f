import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from 'react-router-dom';
import type { Schemas } from '@/api/client';
import { attentionQuery } from '@/api/queries';
import { useAccess } from '@/api/session';
import { useCampaignTitle, useFormat, useWords } from '@/i18n/words';
import { Panel } from '@/ui/Panel';
import { Await, Bone } from '@/ui/States';
import { useAsOf, useLinkTo, withParams } from '@/ui/url';

type Data = Schemas['Attention'];
const shown = 6;

/** What needs a person now, and what was sent and was not. */
export function Attention() {
  const { t } = useWords();
  const attention = useQuery({ ...attentionQuery(useAsOf()), placeholderData: keepPreviousData });
  const link = useLinkTo();
  const bones = <div className="stack" style={{ padding: '8px 0' }}>{[70, 90, 60, 80].map((w) => <Bone key={w} width={`${w}%`} />)}</div>;
  return (
    <div className="stack home-side">
      <Panel title={t('home.attention')} beside={attention.data && attention.data.tasks_late > 0 ? <Link className="tag alert num" to={link('/tasks', { late: 'true' })}>{t('home.late', { count: attention.data.tasks_late })}</Link> : null}>
        <Await of={attention} bones={bones}>{() => <Needs data={attention.data!} />}</Await>
      </Panel>
      <Panel title={t('home.sent')}><Await of={attention} bones={bones}>{() => <Sent data={attention.data!} />}</Await></Panel>
    </div>
  );
}

/** A reply that somebody must read comes before calls and reviews. */
const urgency = (task: Data['tasks'][number]) => (task.kind === 'read-reply' || task.safety_critical ? 0 : task.queue === 'clinicians' ? 1 : 2);

function Needs({ data }: { data: Data }) {
  const { t, task, queue, step } = useWords();
  const { may } = useAccess();
  const title = useCampaignTitle();
  const format = useFormat();
  const link = useLinkTo();
  const tasks = [...data.tasks].sort((a, b) => urgency(a) - urgency(b) || (a.oldest < b.oldest ? -1 : 1));
  const rest = tasks.slice(shown).reduce((n, x) => n + x.count, 0);
  if (tasks.length === 0 && data.unknown_messages === 0 && data.quarantined === 0) return <p className="soft">{t('home.attention.none')}</p>;
  return (
    <ul className="needs">
      {tasks.slice(0, shown).map((x) => (
        <li key={[x.kind, x.queue, x.campaign, x.step].join()} className={urgency(x) === 0 ? 'now' : undefined}>
          <Link to={link('/tasks', { queue: x.queue, kind: x.kind, campaign: x.campaign, step: x.step })}>
            <span className="grow"><span className="needs-what">{x.campaign === '' ? task(x.kind) : `${task(x.kind)} · ${title(x.campaign)}`}</span>
              <span className="small faint needs-more">{[x.step !== '' && x.step !== x.kind ? step(x.step) : '', queue(x.queue), !x.late ? format.ago(x.oldest) : ''].filter(Boolean).join(' · ')}{Boolean(x.late) && <span className="alert"> · {t('home.late', { count: x.late! })}</span>}</span></span>
            <span className="num strong">{format.number(x.count)}</span>
          </Link>
        </li>
      ))}
      {rest > 0 && <li><Link to={link('/tasks')}><span className="grow soft">{t('home.more')}</span><span className="num soft">{format.number(rest)}</span></Link></li>}
      {data.unknown_messages > 0 && may('outbox.read') && <li className="now"><Link to="/outbox?status=unknown"><span className="grow">{t('home.unknown')}</span><span className="num strong">{format.number(data.unknown_messages)}</span></Link></li>}
      {data.quarantined > 0 && may('quarantine.read') && <li><Link to="/quarantine"><span className="grow">{t('home.quarantined')}</span><span className="num strong">{format.number(data.quarantined)}</span></Link></li>}
    </ul>
  );
}

function Sent({ data }: { data: Data }) {
  const { t, channel, reason } = useWords();
  const format = useFormat();
  const total = (counts: Schemas['Count'][]) => counts.reduce((n, c) => n + c.count, 0);
  const sent = total(data.sent_7_days);
  const not = total(data.not_sent_7_days);
  if (sent + not === 0) return <p className="soft">{t('home.sent.none')}</p>;
  const most = Math.max(1, ...data.not_sent_7_days.map((c) => c.count));
  return (
    <>
      <div className="sent-head num">
        <div><Link className="door big" to="/outbox">{format.number(sent)}</Link><div className="small soft">{t('home.sent.sent')}</div></div>
        <div><Link className="door big" to="/outbox?status=not-sent">{format.number(not)}</Link><div className="small soft">{t('home.sent.not')}</div></div>
      </div>
      <div className="split" aria-hidden="true"><span style={{ flexGrow: sent }} /><span style={{ flexGrow: not }} /></div>
      <div className="small faint sent-by">{data.sent_7_days.map((c) => <Link key={c.name} className="door" to={`/outbox${withParams('', { channel: c.name })}`}>{channel(c.name)} <span className="num">{format.number(c.count)}</span></Link>)}</div>
      <ul className="reasons">
        {[...data.not_sent_7_days].sort((a, b) => b.count - a.count).map((c) => (
          <li key={c.name}><Link to={`/outbox${withParams('', { status: 'not-sent', reason: c.name })}`}><span className="grow">{reason(c.name)}</span><span className="reason-bar" aria-hidden="true"><span style={{ width: `${(100 * c.count) / most}%` }} /></span><span className="num">{format.number(c.count)}</span></Link></li>
        ))}
      </ul>
    </>
  );
}
