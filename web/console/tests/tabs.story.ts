// Two tabs of one browser: a log-in in the one is a log-in in the other.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { enter, newStory, openPlace, password, real } from './browser';

type Task = { id: string; outcome: string };
let place: Awaited<ReturnType<typeof openPlace>>;
beforeAll(async () => { place = await openPlace(); });
afterAll(() => place.close());

function story(name: string, tell: (page: Page) => Promise<void>) {
  it.skipIf(real !== '')(name, async () => {
    const s = await newStory(place.url);
    await enter(s, '/tasks');
    await tell(s.page);
    expect(s.faults).toEqual([]);
    await s.page.context().close();
  });
}
const closed = () => (place.mock!.state.world.tasks as Task[]).filter((x) => x.outcome !== '').length;
async function logInBeside(page: Page, name: string) {
  const other = page.context().request;
  const { csrf } = await (await other.get('/api/v1/session')).json();
  await other.delete('/api/v1/session', { headers: { 'X-CSRF-Token': csrf } });
  const answer = await other.post('/api/v1/session', { data: { name, password } });
  expect(answer.status()).toBe(200);
}
async function closeFirst(page: Page) {
  await page.locator('.grid-row').first().click({ position: { x: 700, y: 10 } });
  await page.locator('.task-open .outcomes button').first().click();
}

story('whoever logs in again elsewhere goes on working here', async (page) => {
  await page.locator('.grid-row').first().waitFor();
  await logInBeside(page, 'amina');
  const before = closed();
  await closeFirst(page);
  await expect.poll(closed).toBe(before + 1);
  await page.locator('.task-open').waitFor({ state: 'detached' });
});
story('nothing is done in the name of somebody else who has logged in, and it is said', async (page) => {
  await page.locator('.grid-row').first().waitFor();
  await logInBeside(page, 'dora');
  const before = closed();
  await closeFirst(page);
  await page.getByText('What you just did was not done').waitFor();
  expect(await page.getByText('What you just did was not done').count()).toBe(1);
  await page.getByRole('button', { name: 'Account of dora' }).waitFor();
  await page.locator('.grid-row').first().waitFor();
  expect(closed()).toBe(before);
  // From now on it is hers.
  await page.locator('.task-open .outcomes button').first().click();
  await expect.poll(closed).toBe(before + 1);
});
