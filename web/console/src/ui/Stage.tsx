import { useWords } from '@/i18n/words';
import type { Schemas } from '@/api/client';

export const stages: Schemas['Stage'][] = ['awareness', 'help', 'care', 'treatment', 'lifestyle', 'ongoing'];

/** A stage: its colour and its name, always both. */
export function Stage({ stage, pill }: { stage: Schemas['Stage']; pill?: boolean }) {
  const words = useWords();
  return <span className={pill ? 'stage pill' : 'stage'} data-stage={stage}>{words.stage(stage)}</span>;
}
