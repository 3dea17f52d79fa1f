import { useCallback } from 'react';
import { useKept } from '@/ui/kept';
import { no_work, type Work } from './drafts';

/** The drafts, which outlive the room until they are published or discarded. */
export function useWork() {
  const [kept, keep] = useKept<Work>('definitions');
  const change = useCallback((next: Work | ((before: Work) => Work)) => keep((before) => {
    const work = typeof next === 'function' ? next(before ?? no_work) : next;
    return work.drafts.size === 0 ? null : work;
  }), [keep]);
  return [kept ?? no_work, change] as const;
}
