import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { refetchInBackground } from './background';

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
  'cohort.entered': ['cohort-count'],
  'cohort.left': ['cohort-count'],
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

const gather_ms = 400;
const pause_ms = 3000;

/** Gathers what changes for a moment, so that a burst asks once, and asks at most every few seconds
 * however much changes: each time a list is read is written down at the people it shows. */
export function makeGatherer(queries: QueryClient) {
  const waiting = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | null = null;
  let last = -Infinity;
  const ask = () => {
    timer = null;
    last = Date.now();
    const keys = new Set(waiting);
    waiting.clear();
    void refetchInBackground(queries, { predicate: (query) => keys.has(String(query.queryKey[0])) });
  };
  const gather = (kind: string) => {
    for (const key of touched[kind] ?? []) waiting.add(key);
    if (timer === null && waiting.size > 0) timer = setTimeout(ask, Math.max(gather_ms, last + pause_ms - Date.now()));
  };
  const stop = () => { if (timer !== null) clearTimeout(timer); };
  return { gather, stop };
}

const again_ms = 5000;
const leave_ms = 1000;

/** Listens until the returned function is called. A browser connects again by itself, but for good
 * not after an answer that is no stream: then this does. A tab that nobody sees gives its connection
 * back (browsers have six for all tabs of a server) and asks for everything when it is seen again. */
export function listen(queries: QueryClient): () => void {
  const { gather, stop } = makeGatherer(queries);
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let missed: 'nothing' | 'something' | 'while away' = 'nothing';

  const open = () => {
    source = new EventSource('/api/v1/events');
    source.onopen = () => {
      setReached(true);
      // Who comes back to the tab looks for themselves.
      if (missed === 'while away') void queries.invalidateQueries();
      else if (missed === 'something') void refetchInBackground(queries);
      missed = 'nothing';
    };
    source.onerror = fail;
    for (const kind of Object.keys(touched)) source.addEventListener(kind, () => gather(kind));
    // What was missed is not known any more.
    source.addEventListener('reset', () => void refetchInBackground(queries));
  };
  const close = () => { source?.close(); source = null; };
  const after = (ms: number, then: () => void) => { clearTimeout(timer); timer = setTimeout(then, ms); };
  function fail() {
    if (missed === 'nothing') missed = 'something';
    // It may only be the session that ended: the next query finds out.
    for (const key of ['attention', 'practice']) void refetchInBackground(queries, { queryKey: [key] });
    if (source?.readyState !== EventSource.CLOSED) return;
    close();
    if (!document.hidden) after(again_ms, open);
  }
  const look = () => {
    clearTimeout(timer);
    if (document.hidden) after(leave_ms, close);
    else if (!source) { missed = 'while away'; open(); }
  };

  document.addEventListener('visibilitychange', look);
  if (!document.hidden) open();
  return () => {
    document.removeEventListener('visibilitychange', look);
    clearTimeout(timer);
    stop();
    close();
  };
}

/** Live updates while the console is open. */
export function useLiveUpdates() {
  const queries = useQueryClient();
  useEffect(() => listen(queries), [queries]);
}
