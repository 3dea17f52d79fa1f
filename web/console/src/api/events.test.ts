import { InfiniteQueryObserver, QueryClient, QueryObserver, type QueryFunctionContext } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { by, makeAsker, refetchInBackground } from './background';
import { listen, makeGatherer, touched } from './events';

/** A stream that answers when the test says so. */
class Stream {
  static CLOSED = 2;
  static all: Stream[] = [];
  readyState = 0;
  onopen = () => {};
  onerror = () => {};
  heard = new Map<string, () => void>();
  constructor() { Stream.all.push(this); }
  addEventListener(kind: string, tell: () => void) { this.heard.set(kind, tell); }
  opens() { this.readyState = 1; this.onopen(); }
  refused() { this.readyState = 2; this.onerror(); }
  close() { this.readyState = 2; }
}
const open = () => Stream.all.filter((s) => s.readyState !== 2);

let page: EventTarget & { hidden: boolean };
const show = (shown: boolean) => { page.hidden = !shown; page.dispatchEvent(new Event('visibilitychange')); };
let queries: QueryClient;
let asked: { key: string; background: boolean }[];
beforeEach(() => {
  vi.useFakeTimers();
  Stream.all = [];
  asked = [];
  page = Object.assign(new EventTarget(), { hidden: false });
  vi.stubGlobal('document', page);
  vi.stubGlobal('EventSource', Stream);
  queries = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: Infinity } } });
});
afterEach(() => { queries.clear(); vi.useRealTimers(); vi.unstubAllGlobals(); });

const note = (key: string, context: QueryFunctionContext) => { asked.push({ key, background: 'headers' in by(context) }); };
/** A list that is on the screen. */
function watch(key: string, answer: () => Promise<unknown> = () => Promise.resolve(key)) {
  const observer = new QueryObserver(queries, { queryKey: [key], queryFn: (context) => { note(key, context); return answer(); } });
  observer.subscribe(() => {});
  return observer;
}
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const count = (key: string) => asked.filter((a) => a.key === key).length;

it('a burst asks once, for what has changed, and another only seconds later', async () => {
  for (const key of ['tasks', 'attention', 'map']) watch(key);
  await pass(1);
  asked = [];
  const { gather } = makeGatherer(queries);
  for (let i = 0; i < 50; ++i) gather('task');
  gather('unheard');
  await pass(500);
  expect(asked.map((a) => a.key).sort()).toEqual(['attention', 'tasks']);
  for (let i = 0; i < 20; ++i) { gather('task'); await pass(100); }
  expect(count('tasks')).toBe(1);
  await pass(3000);
  expect(count('tasks')).toBe(2);
  expect(asked.every((a) => a.background)).toBe(true);
});
it('publications and saved cohorts come as a change of the map', () => {
  expect(touched['map']).toEqual(expect.arrayContaining(['map', 'definitions', 'cohorts']));
});
it('a request says whether a person wanted it', async () => {
  const tasks = watch('tasks');
  await pass(1);
  await refetchInBackground(queries, { queryKey: ['tasks'] });
  await tasks.refetch();
  await queries.invalidateQueries({ queryKey: ['tasks'] });
  expect(asked.map((a) => a.background)).toEqual([false, true, false, false]);
});
it('what was not on the screen is a person’s when it comes there', async () => {
  const stop = watch('tasks').subscribe(() => {});
  await pass(1);
  stop();
  queries.getQueryCache().find({ queryKey: ['tasks'] })!.observers.forEach((o) => o.destroy());
  await refetchInBackground(queries);
  watch('tasks');
  await pass(1);
  expect(asked.map((a) => a.background)).toEqual([false, false]);
});
it('each page of a long list says the same', async () => {
  const pages: boolean[] = [];
  const list = new InfiniteQueryObserver(queries, {
    queryKey: ['patients'], initialPageParam: 0, getNextPageParam: (last: number) => (last < 2 ? last + 1 : null),
    queryFn: async ({ pageParam, ...context }) => { pages.push('headers' in by(context)); await Promise.resolve(); return pageParam as number; },
  });
  list.subscribe(() => {});
  await pass(1);
  await list.fetchNextPage();
  await refetchInBackground(queries, { queryKey: ['patients'] });
  expect(pages).toEqual([false, false, true, true]);
});
it('an answer that is no stream does not end it: another is begun, and all is asked again', async () => {
  watch('tasks');
  await pass(1);
  const stop = listen(queries);
  Stream.all[0]!.refused();
  await pass(4000);
  expect(Stream.all).toHaveLength(1);
  await pass(1500);
  expect(open()).toHaveLength(1);
  expect(count('tasks')).toBe(1);
  open()[0]!.opens();
  await pass(1);
  expect(asked.filter((a) => a.key === 'tasks')).toEqual([{ key: 'tasks', background: false }, { key: 'tasks', background: true }]);
  Stream.all[1]!.heard.get('task')!();
  await pass(500);
  expect(count('tasks')).toBe(3);
  stop();
  expect(open()).toHaveLength(0);
});
it('a tab that nobody sees holds no connection, and is told all when it is seen again', async () => {
  watch('tasks');
  await pass(1);
  const stop = listen(queries);
  open()[0]!.opens();
  show(false);
  show(true);
  await pass(5000);
  expect(Stream.all, 'a glance away changes nothing').toHaveLength(1);
  show(false);
  await pass(1500);
  expect(open()).toHaveLength(0);
  await pass(60_000);
  expect(count('tasks')).toBe(1);
  show(true);
  expect(open()).toHaveLength(1);
  open()[0]!.opens();
  await pass(1);
  expect(asked.filter((a) => a.key === 'tasks').at(-1)).toEqual({ key: 'tasks', background: false });
  expect(count('tasks')).toBe(2);
  stop();
  show(false);
  show(true);
  expect(open()).toHaveLength(0);
});
it('a tab that was opened behind others begins when it is seen', async () => {
  page.hidden = true;
  const stop = listen(queries);
  expect(Stream.all).toHaveLength(0);
  show(true);
  expect(open()).toHaveLength(1);
  stop();
});
it('while the server is away it is asked every few seconds, by nobody', async () => {
  let away = true;
  watch('tasks', () => (away ? Promise.reject(new Error('offline')) : Promise.resolve(1)));
  watch('map');
  const failed = makeAsker(queries, () => true);
  const unsubscribe = queries.getQueryCache().subscribe((event) => { if (event.type === 'updated' && event.action.type === 'error') failed(); });
  await pass(12_000);
  expect(count('tasks')).toBe(3);
  away = false;
  await pass(30_000);
  expect(asked.filter((a) => a.key === 'tasks').map((a) => a.background)).toEqual([false, true, true, true]);
  expect(count('map')).toBe(1);
  unsubscribe();
});
