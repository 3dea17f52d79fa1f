import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';

/** Which queries an event makes old, by the first word of their keys. */
export const touched: Record<string, string[]> = {
  // Also told when other definitions run, and when a cohort is saved.
  map: ['map', 'patients', 'practice', 'cohort-count', 'cohorts', 'definitions'],
  patient: ['patients', 'patient'],
  task: ['tasks', 'attention', 'patient', 'campaigns'],
  message: ['outbox', 'attention', 'patient', 'campaigns'],
  campaign: ['campaigns', 'patient'],
  import: ['imports', 'map', 'attention', 'practice'],
  quarantine: ['quarantine', 'attention'],
};

let reached = true;
const listeners = new Set<() => void>();
export function setReached(value: boolean) {
  if (reached === value) return;
  reached = value;
  listeners.forEach((tell) => tell());
}
/** Whether the server answers; banners say so where it does not. */
export function useReached() {
  return useSyncExternalStore(
    (tell) => { listeners.add(tell); return () => listeners.delete(tell); },
    () => reached,
  );
}

/** Gathers what changes for a moment, so that a burst asks once. */
export function makeGatherer(queries: Pick<QueryClient, 'invalidateQueries'>, delay_ms = 400) {
  const waiting = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | null = null;
  return (kind: string) => {
    for (const key of touched[kind] ?? []) waiting.add(key);
    if (timer !== null || waiting.size === 0) return;
    timer = setTimeout(() => {
      timer = null;
      for (const key of waiting) void queries.invalidateQueries({ queryKey: [key] });
      waiting.clear();
    }, delay_ms);
  };
}

/** Listens while the console is open; the browser connects again by itself. */
export function useLiveUpdates() {
  const queries = useQueryClient();
  useEffect(() => {
    const gather = makeGatherer(queries);
    const source = new EventSource('/api/v1/events');
    let broken = false;
    source.onopen = () => {
      setReached(true);
      if (broken) void queries.invalidateQueries();
      broken = false;
    };
    source.onerror = () => {
      broken = true;
      // It may only be the session that ended: the next query finds out.
      void queries.invalidateQueries({ queryKey: ['attention'] });
    };
    for (const kind of Object.keys(touched)) source.addEventListener(kind, () => gather(kind));
    // What was missed is not known any more.
    source.addEventListener('reset', () => void queries.invalidateQueries());
    return () => source.close();
  }, [queries]);
}
