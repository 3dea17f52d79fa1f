import { Drawer } from '@mantine/core';
import { Link } from 'react-router-dom';
import type { Schemas } from '@/api/client';
import { patientPath } from '@/features/patients/columns';
import { useCampaignTitle, useFormat, useWords } from '@/i18n/words';
import { Decisions } from './Decisions';
import { MessageStatus } from './MessageStatus';
import './outbox.css';

type Props = { message: Schemas['Message'] | null; close: () => void; linkPatient?: boolean; mayText?: boolean };

/** One message: what became of it, every check with detail and cure, and its words. */
export function MessageDrawer({ message, close, linkPatient = true, mayText = true }: Props) {
  const { t } = useWords();
  return (
    <Drawer opened={message !== null} onClose={close} position="right" size={560} title={t('message.title')} closeButtonProps={{ 'aria-label': t('close') }}>
      {message && <MessageBody message={message} linkPatient={linkPatient} mayText={mayText} />}
    </Drawer>
  );
}

function MessageBody({ message: m, linkPatient, mayText }: { message: Schemas['Message']; linkPatient: boolean; mayText: boolean }) {
  const { t, ...words } = useWords();
  const format = useFormat();
  const title = useCampaignTitle();
  return (
    <div className="stack message">
      <div className="message-verdict">
        <MessageStatus status={m.status} />
        {m.reason !== '' && <div><div className="strong">{words.reason(m.reason)}</div><p className="soft">{words.cure(m.reason)}</p></div>}
      </div>
      <dl className="facts">
        {linkPatient && <><dt>{t('message.patient')}</dt><dd><Link className="quiet-link" to={patientPath(m.patient)}>{m.patient_name}</Link></dd></>}
        <dt>{t('message.campaign')}</dt><dd><Link className="quiet-link" to={`/campaigns/${encodeURIComponent(m.campaign)}`}>{title(m.campaign)}</Link> · {words.step(m.step)}</dd>
        <dt>{t('message.purpose')}</dt><dd>{words.purpose(m.purpose)}</dd>
        <dt>{t('message.content')}</dt><dd><code>{m.content}</code></dd>
        <dt>{t('message.planned')}</dt><dd>{format.moment(m.planned)}</dd>
        {m.decided && <><dt>{t('message.decided')}</dt><dd>{format.moment(m.decided)}</dd></>}
        {m.until && <><dt>{t('message.until')}</dt><dd>{format.moment(m.until)}</dd></>}
        {m.held !== '' && <><dt>{t('message.held')}</dt><dd>{m.held}</dd></>}
      </dl>
      {mayText && m.attempts.map((a, i) => (
        <section key={i} className="letter">
          <div className="small faint">{[words.channel(a.channel), a.to, format.moment(a.at), a.result].filter(Boolean).join(' · ')}</div>
          {a.subject && <div className="strong">{a.subject}</div>}
          {a.text ? <p className="letter-text">{a.text}</p> : <p className="faint">{t('message.notext')}</p>}
        </section>
      ))}
      {m.notices.length > 0 && <section><h3>{t('message.notices')}</h3><ul>{m.notices.map((n, i) => <li key={i} className="row"><span className="faint">{format.moment(n.at)}</span><span>{n.what}</span></li>)}</ul></section>}
      <Decisions message={m} />
    </div>
  );
}
