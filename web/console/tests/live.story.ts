// What the console hears by itself, and what it asks for without anybody's wish.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { enter, expectClean, newStory, openPlace, real, type Story } from './browser';

type Task = { id: string; outcome: string; outcomes: string[] };
let place: Awaited<ReturnType<typeof openPlace>>;
beforeAll(async () => { place = await openPlace(); });
afterAll(() => place.close());

function story(name: string, tell: (s: Story) => Promise<void>) {
  it.skipIf(real !== '')(name, async () => {
    const s = await newStory(place.url);
    await tell(s);
    await expectClean(s, place.url);
    await s.page.context().close();
  });
}
const state = () => place.mock!.state as unknown as { say: (kind: string) => void; streams: Set<unknown>; world: { tasks: Task[] } };
const total = async (page: Page) => Number((await page.locator('h1 .sub').textContent())!.replace(/\D/g, ''));
/** A colleague's work, whether the console hears of it or not. */
function closeOne() {
  const task = state().world.tasks.find((x) => x.outcome === '')!;
  task.outcome = task.outcomes[0]!;
}
const see = (page: Page, seen: boolean) => page.evaluate((hidden) => { Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden }); document.dispatchEvent(new Event('visibilitychange')); }, !seen);

story('an answer that is no stream does not end live updates', async (s) => {
  const { page } = s;
  await page.route('**/api/v1/events', (route) => route.fulfill({ status: 503, body: '' }));
  await enter(s, '/tasks');
  await page.locator('.grid-row').first().waitFor();
  const before = await total(page);
  closeOne();
  await page.unroute('**/api/v1/events');
  await expect.poll(() => total(page)).toBe(before - 1);
  closeOne();
  state().say('task');
  await expect.poll(() => total(page)).toBe(before - 2);
});
story('a tab that nobody sees holds no connection, and shows what it missed when it is seen', async (s) => {
  const { page } = s;
  await enter(s, '/tasks');
  await page.locator('.grid-row').first().waitFor();
  await expect.poll(() => state().streams.size).toBe(1);
  const before = await total(page);
  await see(page, false);
  await expect.poll(() => state().streams.size).toBe(0);
  closeOne();
  state().say('task');
  await see(page, true);
  await expect.poll(() => state().streams.size).toBe(1);
  await expect.poll(() => total(page)).toBe(before - 1);
});
story('what an event asks for says that nobody did; what a person asks for does not', async (s) => {
  const { page } = s;
  const asked: { path: string; by: string | undefined }[] = [];
  page.on('request', (request) => { const url = new URL(request.url()); if (url.pathname.startsWith('/api/')) asked.push({ path: url.pathname + url.search, by: request.headers()['parcours-refetch'] }); });
  await enter(s, '/tasks');
  await page.locator('.grid-row').first().waitFor();
  expect(asked.filter((a) => a.by !== undefined)).toEqual([]);
  const before = await total(page);
  closeOne();
  asked.length = 0;
  state().say('task');
  await expect.poll(() => total(page)).toBe(before - 1);
  expect(asked.length).toBeGreaterThan(1);
  expect(asked.filter((a) => a.by !== 'true')).toEqual([]);
  asked.length = 0;
  await page.getByRole('button', { name: /^State/ }).click();
  await page.getByRole('menuitem', { name: 'Closed', exact: true }).click();
  const own = () => asked.find((a) => a.path.includes('state=closed'));
  await expect.poll(own).toBeDefined();
  expect(own()!.by).toBeUndefined();
});
