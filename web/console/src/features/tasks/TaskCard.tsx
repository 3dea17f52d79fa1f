import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '@/api/client';
import { taskQuery } from '@/api/queries';
import { useAccess } from '@/api/session';
import { useFormat, useReasonText, useWords } from '@/i18n/words';
import { Script } from './Callee';
import { useCloseTask } from './close';
import './tasks.css';

/** One task in place: why, until when, what to say, and its outcomes. */
export function TaskCard({ task }: { task: Schemas['Task'] }) {
  const { t, ...words } = useWords();
  const format = useFormat();
  const { may } = useAccess();
  const close = useCloseTask();
  const inWords = useReasonText();
  const single = useQuery({ ...taskQuery(task.id), enabled: task.script !== '' });
  const late = task.due !== null && format.late(task.due);
  return (
    <div className="task-card">
      <div className="row wrap"><span className="strong">{words.task(task.kind)}</span><span className="tag">{words.queue(task.queue)}</span>{task.due && <span className={late ? 'tag alert num' : 'tag num'}>{t(late ? 'tasks.was-due' : 'tasks.due', { when: format.ago(task.due) })}</span>}</div>
      <p className="soft">{inWords(task.reason)}</p>
      <Script name={task.script} text={single.data?.script_text} />
      {may('task.close') && <Outcomes task={task} busy={close.isPending} choose={(outcome) => close.mutate({ id: task.id, outcome })} />}
    </div>
  );
}

export function Outcomes({ task, busy, choose, keys }: { task: Schemas['Task']; busy: boolean; choose: (outcome: string) => void; keys?: boolean }) {
  const { outcome } = useWords();
  return (
    <div className="row wrap outcomes">
      {task.outcomes.map((o, i) => <Button key={o} size="compact-sm" variant="default" disabled={busy} onClick={() => choose(o)} rightSection={keys && i < 9 ? <kbd>{i + 1}</kbd> : null}>{outcome(o)}</Button>)}
    </div>
  );
}
