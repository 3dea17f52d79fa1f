import type { Schemas } from '@/api/client';
import { useFormat, useWords } from '@/i18n/words';
import { Panel } from '@/ui/Panel';
import { Stage } from '@/ui/Stage';

/** Where and why, by health topic; each because opens its evidence. */
export function Positions({ patient, openRow }: { patient: Schemas['Patient']; openRow: (key: string) => void }) {
  const { t, ...words } = useWords();
  const format = useFormat();
  const known = new Set(patient.timeline.map((row) => row.key));
  return (
    <Panel title={t('patient.positions')}>
      {patient.positions.length === 0 && <p className="soft">{t('patient.positions.none')}</p>}
      <ul className="parts">
        {patient.positions.map((p) => {
          const evidence = (p.evidence ?? []).filter((key) => known.has(key));
          return (
            <li key={p.concern}>
              <div className="row wrap"><Stage stage={p.stage} pill /><span className="strong">{words.concern(p.concern)}</span>{p.overdue && <span className="tag alert">{p.lost ? t('patients.lost') : words.state('overdue')}</span>}{!p.open && <span className="tag">{t('patient.closed')}</span>}</div>
              <p className="small soft because">
                {evidence.length > 0
                  ? <button type="button" className="quiet-link" onClick={() => openRow(evidence[0]!)} aria-label={t('patient.evidence', { because: p.because })}>{p.because}</button>
                  : p.because}
              </p>
              <p className="small faint">{[p.since ? t('patient.since', { day: format.day(p.since) }) : '', p.expected ? t(p.overdue ? 'patient.was-expected' : 'patient.expected', { day: format.day(p.expected) }) : '', t('patient.rule', { rule: p.rule })].filter(Boolean).join(' · ')}</p>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
