// Who comes in and whom they find: log-in, search, the because, the map's past, roles.
import { expect } from 'vitest';
import { logIn, type Story } from '../browser';
import { password } from './clinic';
import { patients } from './records';
import { openStories } from './tell';

const { story, visit, leave } = openStories();
const number = (text: string | null) => Number((text ?? '').replace(/[^\d]/g, ''));
const names = (page: Story['page']) => page.locator('.grid-row .strong').allTextContents();

story('a wrong password says so; the right one leads to the place that was asked for', '', async ({ page }) => {
  await page.goto('/patients?q=ashgrove');
  await logIn(page, 'ada', 'not the password');
  await page.getByRole('alert').waitFor();
  expect(await page.locator('main h1, .grid-row').count()).toBeLessThanOrEqual(1);
  await logIn(page, 'ada', password);
  await page.locator('.grid-row').first().waitFor();
  expect(page.url()).toContain('/patients?q=ashgrove');
  expect((await names(page)).join()).toMatch(/Ashgrove/);
});

story('a patient is found by name, phone and identifier; what is asked for stands in the address', '/patients', async ({ page }) => {
  const total = number(await page.locator('h1 .sub').textContent());
  expect(total).toBeGreaterThan(50);
  for (const [asked, found] of [['ashgr', 'Ashgrove'], [patients.tobias.phone.slice(-10), 'Fenwick'], [patients.leonie.mrn, 'Marchetti'], ['leonie', 'Marchetti']] as const) {
    await page.locator('.search-field input').fill(asked);
    await expect.poll(() => page.url()).toContain(`q=${asked}`);
    await expect.poll(async () => (await names(page)).join(), { message: asked }).toMatch(new RegExp(`^[^,]*${found}$`));
  }
  await page.locator('.search-field input').fill('');
  await page.getByRole('button', { name: /^Health topic/ }).click();
  await page.getByRole('menuitem', { name: 'Diabetes' }).click();
  await expect.poll(() => page.url()).toMatch(/patients\?concern=diabetes/);
  const shown = page.locator('h1 .sub');
  await expect.poll(async () => number(await shown.textContent())).toBeGreaterThan(1);
  await expect.poll(async () => number(await shown.textContent())).toBeLessThan(total);
  await expect.poll(() => page.locator('[aria-busy="true"]').count()).toBe(0);
  const before = await shown.textContent();
  await page.reload();
  await shown.waitFor();
  expect(await shown.textContent()).toBe(before);
});

story('the because opens the fact in the record', `/patients/${patients.mirabel.id}`, async ({ page }) => {
  await page.getByRole('heading', { name: /Ashgrove/ }).waitFor();
  await page.getByRole('button', { name: /Show the evidence/ }).first().click();
  const row = page.locator('.record li.open');
  await row.locator('pre').getByText('44054006').waitFor();
  const fact = JSON.parse((await row.locator('pre').textContent())!);
  expect(fact).toMatchObject({ resourceType: 'Condition', id: 'mirabel-diabetes' });
  expect(await row.textContent()).toContain('decides the stage');
  expect(page.url()).toContain('row=');
});

story('the map goes back in time, and every number stays a door', '/', async ({ page }) => {
  const middle = page.locator('.loop-middle .big');
  await middle.waitFor();
  const now = number(await middle.textContent());
  await page.locator('.page-head button[aria-haspopup="dialog"]').click();
  await page.locator('#as-of').fill('2021-06-30');
  await page.getByText(/^As of 30 Jun/).waitFor();
  expect(page.url()).toContain('as_of=2021-06-30');
  await expect.poll(async () => number(await middle.textContent())).not.toBe(now);
  await page.keyboard.press('Escape');
  const tile = page.locator('.tile', { hasText: 'Ongoing' }).locator('.big');
  const wanted = number(await tile.textContent());
  await tile.click();
  await page.locator('.grid-foot, .empty').first().waitFor();
  expect(number(await page.locator('h1 .sub').textContent())).toBe(wanted);
  await page.getByRole('button', { name: 'Back to now' }).click();
  await expect.poll(() => page.url()).not.toContain('as_of');
});

story('somebody added may see what the role allows, and no more', '/users', async ({ page }, clinic) => {
  await page.getByRole('button', { name: 'Add a member of staff' }).first().click();
  const form = page.getByRole('dialog');
  await form.getByLabel('Name').fill('rosa');
  await form.locator('input[type="password"]').fill('green tea at seven');
  await form.getByRole('button', { name: 'Add a member of staff' }).click();
  await page.getByText('rosa', { exact: true }).waitFor();
  const s = await visit('/', 'rosa', 'green tea at seven');
  // Somebody else knows the password: another one first.
  await s.page.getByLabel('Present password').fill('green tea at seven');
  await s.page.getByLabel('New password', { exact: true }).fill('black tea at eight');
  await s.page.getByLabel('The new password once more').fill('black tea at eight');
  await s.page.getByRole('button', { name: 'Change the password' }).click();
  await s.page.getByRole('link', { name: 'Patients' }).first().waitFor();
  for (const room of ['Staff', 'Audit', 'Quarantine']) expect(await s.page.getByRole('link', { name: room }).count(), room).toBe(0);
  await s.page.goto('/users');
  await s.page.getByText('There is nothing here').first().waitFor();
  // The page hides it; the server refuses it.
  const refused = await s.page.context().request.get(`${clinic.url}/api/v1/users`);
  expect(refused.status()).toBe(403);
  await leave(s);
});
