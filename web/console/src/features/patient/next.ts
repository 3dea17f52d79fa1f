import type { Schemas } from '@/api/client';

type Patient = Schemas['Patient'];
type Next = { task: Schemas['Task']; enrolment?: undefined } | { enrolment: Schemas['Enrolment']; task?: undefined };

/** What a person must do comes before what a campaign waits for; of each the earliest. */
export function nextOfOurs(patient: Patient): Next | null {
  const when = (moment: string | null) => (moment === null ? Infinity : Date.parse(moment));
  const tasks = patient.tasks.filter((task) => task.outcome === '').sort((a, b) => when(a.due) - when(b.due));
  if (tasks[0]) return { task: tasks[0] };
  const running = patient.enrolments.filter((e) => e.result === '' && !e.holdout).sort((a, b) => when(a.due) - when(b.due));
  return running[0] ? { enrolment: running[0] } : null;
}

/** The newest message that left, as far as we know. */
export function lastReached(patient: Patient): { channel: string; at: string } | null {
  const left = patient.messages.filter((m) => m.status === 'sent' || m.status === 'captured').map((m) => ({ channel: m.channel, at: m.decided ?? m.planned }));
  return left.reduce<{ channel: string; at: string } | null>((best, one) => (best === null || best.at < one.at ? one : best), null);
}

/** Of each channel and topic the newest choice counts; the refused ones. */
export function refusals(patient: Patient): Patient['choices'] {
  const newest = new Map<string, Patient['choices'][number]>();
  for (const choice of patient.choices) {
    const key = `${choice.channel} ${choice.topic}`;
    const before = newest.get(key);
    if (!before || before.at <= choice.at) newest.set(key, choice);
  }
  return [...newest.values()].filter((choice) => !choice.allowed);
}
