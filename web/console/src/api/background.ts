import type { InvalidateQueryFilters, Query, QueryClient, QueryFunctionContext } from '@tanstack/react-query';

// What nobody asked for themselves must neither keep a session alive nor be written down as
// somebody's own look. The cause of a fetch is known where it begins, its request is made later, and
// more than one may belong to it: what all of them share is the signal that would stop them.
const asked_for = new WeakSet<Query>();
const causes = new WeakSet<AbortSignal>();

/** Asks again for what is on the screen because an event, the clock or a new connection wants it,
 * and not a person: its requests say so. */
export function refetchInBackground(queries: QueryClient, filters: InvalidateQueryFilters = {}): Promise<void> {
  const active = queries.getQueryCache().findAll({ ...filters, type: 'active' });
  for (const query of active) asked_for.add(query);
  // Fetches begin before it returns; what did not begin is a person's when it does.
  const done = queries.invalidateQueries(filters);
  for (const query of active) asked_for.delete(query);
  return done;
}

type Asked = Pick<QueryFunctionContext, 'signal' | 'queryKey' | 'client'>;

/** What a query's request carries: the signal that ends it, and whether a person wanted it. */
export function by({ signal, queryKey, client }: Asked) {
  const query = client.getQueryCache().find({ queryKey, exact: true });
  if (query && asked_for.has(query)) causes.add(signal);
  return { signal, ...(causes.has(signal) ? { headers: { 'Parcours-Refetch': 'true' } } : {}) };
}

/** Once told that the server did not answer, asks again after a while for what did not come, unless
 * nobody sees the page; each failure must be told. */
export function makeAsker(queries: QueryClient, away: (error: unknown) => boolean, every_ms = 5000) {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const ask = () => {
    timer = null;
    if (document.hidden) failed();
    else void refetchInBackground(queries, { predicate: (query) => query.state.error !== null && away(query.state.error) });
  };
  function failed() { timer ??= setTimeout(ask, every_ms); }
  return failed;
}
