import type { ColumnDef } from '@tanstack/react-table';
import { useMemo } from 'react';
import type { Schemas } from '@/api/client';
import { patientPath } from '@/features/patients/columns';
import { useFormat, useReasonText, useWords } from '@/i18n/words';
import { RowLink } from '@/ui/RowLink';

export type Task = Schemas['Task'];

export function useColumns(): ColumnDef<Task>[] {
  const { t } = useWords();
  return useMemo<ColumnDef<Task>[]>(() => [
    { id: 'patient', header: t('patients.name'), meta: { width: 'minmax(0, 1.5fr)' }, cell: ({ row }) => <Whom task={row.original} /> },
    { id: 'why', header: t('tasks.why'), meta: { width: 'minmax(0, 3fr)', wide: true }, cell: ({ row }) => <Why reason={row.original.reason} /> },
    { id: 'opened', header: t('tasks.opened'), meta: { width: 'minmax(0, 1fr)', sort: 'opened', end: true, wide: true }, cell: ({ row }) => <Opened at={row.original.opened} /> },
    { id: 'due', header: t('tasks.until'), meta: { width: 'minmax(0, 1.1fr)', sort: 'due', end: true }, cell: ({ row }) => <Due task={row.original} /> },
  ], [t]);
}

function Whom({ task: x }: { task: Task }) {
  const { t, task, queue } = useWords();
  return (
    <div className="cell-2">
      <RowLink className="strong clip" to={patientPath(x.patient)}>{x.patient_name}</RowLink>
      <span className="small faint clip">
        {x.safety_critical && <span className="alert">{t('tasks.critical')} · </span>}
        {task(x.kind)} · {queue(x.queue)}
      </span>
    </div>
  );
}

function Why({ reason }: { reason: string }) {
  const inWords = useReasonText();
  return <span className="soft two-lines" title={inWords(reason)}>{inWords(reason)}</span>;
}

function Opened({ at }: { at: string }) {
  const format = useFormat();
  return <span className="soft num">{format.ago(at)}</span>;
}

function Due({ task }: { task: Task }) {
  const { outcome } = useWords();
  const format = useFormat();
  if (task.outcome !== '') return <span className="tag">{outcome(task.outcome)}</span>;
  if (!task.due) return <span className="faint">–</span>;
  return <span className={(task.late ?? format.late(task.due)) ? 'alert num' : 'num'}>{format.ago(task.due)}</span>;
}
