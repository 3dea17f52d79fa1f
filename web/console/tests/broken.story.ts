// What breaks on the way: a room's code, a room's drawing, an answer that does not come again.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enter, expectAccessible, newStory, openPlace, real } from './browser';

let place: Awaited<ReturnType<typeof openPlace>>;
beforeAll(async () => { place = await openPlace(); });
afterAll(() => place.close());

function story(name: string, path: string, tell: (page: Page) => Promise<void>) {
  it.skipIf(real !== '')(name, async () => {
    const s = await newStory(place.url);
    await enter(s, path);
    await tell(s.page);
    await s.page.context().close();
  });
}
const say = (kind: string) => (place.mock!.state as unknown as { say: (kind: string) => void }).say(kind);
const chunk = /\/assets\/CohortsPage[^/]*\.js$/;

describe('a room that breaks', () => {
  story('says so in its place, and all around it goes on', '/', async (page) => {
    await page.locator('.tile').first().waitFor();
    await page.route('**/api/v1/cohorts', (route) => route.fulfill({ json: { cohorts: [null] } }));
    await page.getByRole('link', { name: 'Cohorts' }).click();
    await page.getByRole('alert').getByText('This could not be drawn').waitFor();
    await expectAccessible(page);
    await page.unroute('**/api/v1/cohorts');
    await page.getByRole('button', { name: 'Load again' }).click();
    await page.getByLabel('Expression in CQL').waitFor();
    await page.getByRole('link', { name: /^Tasks/ }).click();
    await page.locator('.grid-row').first().waitFor();
  });
  story('whose code is not there any more is loaded again with the page', '/', async (page) => {
    await page.locator('.tile').first().waitFor();
    await page.route(chunk, (route) => route.fulfill({ status: 404, body: '' }));
    await page.getByRole('link', { name: 'Cohorts' }).click();
    const again = page.getByRole('alert').filter({ hasText: 'A part of the console could not be loaded' }).getByRole('button', { name: 'Load again' });
    await again.waitFor();
    await page.unroute(chunk);
    await again.click();
    await page.getByLabel('Expression in CQL').waitFor();
    expect(page.url()).toContain('/cohorts');
  });
  story('an address that names no day says what is wrong', '/?as_of=2026-13-45', async (page) => {
    await page.getByRole('alert').getByText(/2026-13-45.* is not a date/).first().waitFor();
    await page.getByRole('button', { name: 'Back to now' }).click();
    await page.locator('.tile').first().waitFor();
  });
});

describe('an answer that does not come again', () => {
  story('leaves what was seen, and says that it may be old', '/tasks', async (page) => {
    await page.locator('.grid-row').first().waitFor();
    const refuse = (url: URL) => url.pathname === '/api/v1/tasks';
    await page.route(refuse, (route) => route.fulfill({ status: 500, contentType: 'application/problem+json', json: { type: '/problems/x', title: 'The store is busy', status: 500, code: 'store-busy' } }));
    say('task');
    const told = page.getByRole('alert').filter({ hasText: 'may be out of date' });
    await told.getByText(/The store is busy/).waitFor();
    expect(await page.locator('.grid-row').count()).toBeGreaterThan(3);
    await expectAccessible(page);
    await page.unroute(refuse);
    await told.getByRole('button', { name: 'Try again' }).click();
    await told.waitFor({ state: 'detached' });
  });
  story('a next page that fails is not asked for over and over', '/patients', async (page) => {
    await page.locator('.grid-row').first().waitFor();
    let asked = 0;
    await page.route((url) => url.searchParams.has('cursor'), (route) => { asked += 1; return route.fulfill({ status: 400, contentType: 'application/problem+json', json: { type: '/problems/x', title: 'The cursor is too old', status: 400, code: 'bad-query' } }); });
    await page.locator('.grid-scroll').focus();
    await page.keyboard.press('End');
    await page.getByRole('alert').getByText(/The cursor is too old/).waitFor();
    await page.waitForTimeout(700);
    expect(asked).toBeLessThanOrEqual(2);
  });
});
