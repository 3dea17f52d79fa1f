import { useState } from 'react';
import type { Schemas } from '@/api/client';
import { useFormat, useWords } from '@/i18n/words';
import { Icon } from '@/ui/Icon';

type Decision = Schemas['Message']['decisions'][number];

/** Each evaluation of the gate with all its checks; those that did not pass come first, open. */
export function Decisions({ message }: { message: Schemas['Message'] }) {
  const { t } = useWords();
  return (
    <section className="decisions">
      <h2>{t('message.checks')}</h2>
      {message.decisions.length === 0 && <p className="soft">{t('message.undecided')}</p>}
      {message.decisions.map((d, i) => <DecisionView key={i} decision={d} />)}
    </section>
  );
}

function DecisionView({ decision: d }: { decision: Decision }) {
  const { t, channel, check, reason, cure } = useWords();
  const format = useFormat();
  const [all, setAll] = useState(false);
  const stopped = d.checks.filter((c) => c.verdict !== 'pass');
  const passed = d.checks.filter((c) => c.verdict === 'pass');
  return (
    <div className="decision">
      <div className="row wrap"><span className="strong">{channel(d.channel)}</span><span className={d.outcome === 'not-sent' ? 'tag alert' : 'tag'}>{t(`decision.${d.outcome}`)}</span><span className="small faint">{format.moment(d.at)}{d.until ? ` · ${t('decision.until', { moment: format.moment(d.until) })}` : ''}</span></div>
      <ul>
        {stopped.map((c) => (
          <li key={c.check} className={`check ${c.verdict}`}>
            <Icon name={c.verdict === 'wait' ? 'clock' : 'close'} size={16} />
            <div><div className="strong">{c.reason ? reason(c.reason) : check(c.check)}</div>{c.detail && <p className="soft">{c.detail}</p>}<p className="small faint">{t('message.cure')} {cure(c.reason) || c.cure}</p></div>
          </li>
        ))}
        {all && passed.map((c) => <li key={c.check} className="check pass"><Icon name="check" size={16} /><div>{check(c.check)}{c.detail && <span className="faint"> · {c.detail}</span>}</div></li>)}
      </ul>
      {passed.length > 0 && <button type="button" className="checks-more small" aria-expanded={all} onClick={() => setAll(!all)}>{t(stopped.length > 0 ? 'message.passed.other' : 'message.passed', { count: passed.length })}<Icon name={all ? 'up' : 'down'} size={14} /></button>}
    </div>
  );
}
