import { useCallback, useSyncExternalStore } from 'react';

// Work that is not saved yet. It outlives its room, and a log-in of the same person after their
// session ended; it ends when it is let go, or when somebody else logs in. Before the page itself
// ends, the browser asks.
const work = new Map<string, unknown>();
const listeners = new Set<() => void>();
let owner = '';

const ask = (event: BeforeUnloadEvent) => event.preventDefault();

function guard() {
  if (work.size > 0) window.addEventListener('beforeunload', ask);
  else window.removeEventListener('beforeunload', ask);
}

/** Whose work it is: of somebody else nothing stays. */
export function belongTo(name: string) {
  if (name === owner) return;
  owner = name;
  work.clear();
  guard();
}

function put(name: string, value: unknown) {
  if (value === null) work.delete(name);
  else work.set(name, value);
  guard();
  listeners.forEach((tell) => tell());
}

const subscribe = (tell: () => void) => { listeners.add(tell); return () => listeners.delete(tell); };

/** The work under a name, null where there is none, and how to change it or, by null, let it go. */
export function useKept<T>(name: string) {
  const value = useSyncExternalStore(subscribe, () => (work.get(name) ?? null) as T | null);
  const set = useCallback((next: T | null | ((before: T | null) => T | null)) => {
    put(name, typeof next === 'function' ? (next as (before: T | null) => T | null)((work.get(name) ?? null) as T | null) : next);
  }, [name]);
  return [value, set] as const;
}

/** Whether there is work under a name: for lists of what can be worked on. */
export function useIsKept(): (name: string) => boolean {
  // Told anew whenever a name comes or goes.
  useSyncExternalStore(subscribe, () => [...work.keys()].join('\n'));
  return (name) => work.has(name);
}
