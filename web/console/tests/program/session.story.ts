// What ends and comes back: a session, the server.
import { expect } from 'vitest';
import { logIn } from '../browser';
import { password } from './clinic';
import { openStories } from './tell';

const { story, visit, leave } = openStories();

story('a log-in that was ended elsewhere leads back to the same place', '/patients?concern=diabetes', async ({ page }) => {
  await page.locator('.grid-row').first().waitFor();
  const other = await visit('/sessions');
  await other.page.getByText('this one').waitFor();
  const ends = other.page.locator('.people li', { hasNotText: 'this one' }).getByRole('button', { name: 'End' });
  expect(await ends.count()).toBe(1);

  // While it lasts, what is asked for comes.
  const choose = async (stage: string) => { await page.getByRole('button', { name: /^Stage/ }).click(); await page.getByRole('menuitem', { name: stage }).click(); };
  await choose('Treatment');
  await page.locator('.grid-foot, .empty').first().waitFor();
  expect(await page.locator('input[autocomplete="current-password"]').count()).toBe(0);

  await ends.click();
  await expect.poll(() => ends.count()).toBe(0);
  // The page may learn of it by itself; else it does with what is asked for next.
  const asked = page.locator('input[autocomplete="current-password"]');
  await asked.waitFor({ timeout: 2000 }).catch(() => choose('Ongoing care'));
  await asked.waitFor();
  expect(await page.locator('.grid-row').count(), 'nobody is shown to nobody').toBe(0);
  await logIn(page, 'ada', password);
  await page.locator('.grid-foot, .empty').first().waitFor();
  expect(page.url()).toMatch(/concern=diabetes&stage=(treatment|ongoing)/);
  // The other log-in was not touched.
  await other.page.reload();
  await other.page.getByText('this one').waitFor();
  await leave(other);
});

story('the server goes and comes back, and the page goes on without being loaded again', '/patients', async ({ page }, clinic) => {
  await page.locator('.grid-row').first().waitFor();
  await page.evaluate(() => Object.assign(window, { here: true }));
  await clinic.stop();
  const banner = page.getByText('The server cannot be reached. What you see may be out of date.');
  await banner.waitFor();
  expect(await page.locator('.grid-row').count(), 'what was seen stays').toBeGreaterThan(5);
  await clinic.start();
  await expect.poll(() => page.locator('.banner.alert').count(), { timeout: 15_000 }).toBe(0);
  await page.locator('.search-field input').fill('ashgrove');
  await expect.poll(() => page.locator('.grid-row').count()).toBe(1);
  expect(await page.evaluate(() => (window as unknown as { here?: boolean }).here)).toBe(true);
  expect(await page.locator('input[autocomplete="current-password"]').count(), 'still logged in').toBe(0);
});

story('a log-in in another tab changes nothing for the work in this one', '/cohorts', async ({ page }) => {
  await page.getByLabel('Expression in CQL').fill('AgeInYears() >= 65');
  await page.getByLabel('Name to keep it under').fill('elders');
  await page.locator('.cohort-number').waitFor();
  const beside = page.context().request;
  const { csrf } = await (await beside.get('/api/v1/session')).json();
  expect((await beside.post('/api/v1/session', { data: { name: 'ada', password }, headers: { 'X-CSRF-Token': csrf } })).status()).toBe(200);
  expect((await (await beside.get('/api/v1/session')).json()).csrf).not.toBe(csrf);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.locator('.toast').getByText('elders is saved').waitFor();
  await page.getByRole('button', { name: /elders/ }).waitFor();
});
