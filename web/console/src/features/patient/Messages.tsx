import type { Schemas } from '@/api/client';
import { MessageStatus } from '@/features/outbox/MessageStatus';
import { useCampaignTitle, useFormat, useWords } from '@/i18n/words';
import { Panel } from '@/ui/Panel';

/** Sent and not sent, each with its reason; one opens to every check. */
export function Messages({ patient, open }: { patient: Schemas['Patient']; open: (id: string) => void }) {
  const { t, channel, reason, step } = useWords();
  const format = useFormat();
  const title = useCampaignTitle();
  return (
    <Panel title={t('room.outbox')} bare>
      {patient.messages.length === 0 && <p className="soft" style={{ padding: '8px 18px 18px' }}>{t('patient.messages.none')}</p>}
      <ul className="record">
        {patient.messages.map((m) => (
          <li key={m.id}>
            <button type="button" onClick={() => open(m.id)}>
              <span className="num faint record-day">{format.day(m.planned)}</span>
              <span className="grow"><span className="record-what">{m.attempts[0]?.subject || title(m.campaign)}</span><span className="small faint record-more-words">{[channel(m.channel), title(m.campaign), step(m.step)].join(' · ')}</span></span>
              <span className="small soft message-why">{m.reason !== '' ? reason(m.reason) : (m.notices.at(-1)?.what ?? '')}</span>
              <MessageStatus status={m.status} />
            </button>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
