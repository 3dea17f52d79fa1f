import { Link } from 'react-router-dom';
import { useAccess } from '@/api/session';
import { patientPath } from '@/features/patients/columns';
import { useReasonText, useWords } from '@/i18n/words';
import { Callee, Script } from './Callee';
import type { Task } from './columns';
import { Outcomes } from './TaskCard';

type Props = { task: Task; whole: Task | undefined; busy: boolean; choose: (outcome: string) => void; close: () => void };

/** The opened task beneath its list: whom to call, what to say, and its outcomes. */
export function OpenTask({ task, whole, busy, choose, close }: Props) {
  const { t, ...words } = useWords();
  const { may } = useAccess();
  const inWords = useReasonText();
  return (
    <aside className="task-open" aria-label={t('tasks.chosen')}>
      <div className="row wrap">
        <span className="strong">{task.patient_name}</span>
        <span className="tag">{words.task(task.kind)}</span>
        <Link className="quiet-link small" to={patientPath(task.patient)}>{t('tasks.patient')}</Link>
        <span className="grow" />
        <button type="button" className="quiet-link small checks-close" onClick={close}>{t('close')}</button>
      </div>
      <p className="soft">{inWords(task.reason)}</p>
      {whole?.phones && <Callee person={{ phones: whole.phones, emails: whole.emails ?? [], birth_date: whole.birth_date ?? null, language: whole.language ?? null }} />}
      <Script name={task.script} text={whole?.script_text} />
      {may('task.close') && task.outcome === '' && <Outcomes task={task} busy={busy} choose={choose} keys />}
    </aside>
  );
}
