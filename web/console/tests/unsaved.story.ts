// Work that nobody has saved yet, and the work of others that it would replace.
import type { Dialog, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enter, expectAccessible, expectClean, logIn, newStory, openPlace, password, real } from './browser';

let place: Awaited<ReturnType<typeof openPlace>>;
beforeAll(async () => { place = await openPlace(); });
afterAll(() => place.close());

function story(name: string, path: string, tell: (page: Page) => Promise<void>) {
  it.skipIf(real !== '')(name, async () => {
    const s = await newStory(place.url);
    await enter(s, path);
    await tell(s.page);
    await expectClean(s, place.url);
    await s.page.context().close();
  });
}
type Saved = { name: string; cql: string; etag: string };
const saved = (name: string) => (place.mock!.state.world as unknown as { saved: Saved[] }).saved.find((c) => c.name === name);
const box = (page: Page) => page.getByLabel('Expression in CQL');
const nameBox = (page: Page) => page.getByLabel('Name to keep it under');
const save = (page: Page) => page.getByRole('button', { name: 'Save', exact: true });
/** What is typed has been counted and its parts are told: nothing is asked any more. */
async function counted(page: Page, cql: string) {
  await expect.poll(() => box(page).inputValue()).toBe(cql);
  await page.locator('.cohort-number').waitFor();
  await page.locator('.plan[aria-busy="false"] .plan-text').getByText(cql, { exact: true }).first().waitFor();
}
/** A cohort of the list, once it stands in the editor. */
async function choose(page: Page, name: RegExp, cql: string) {
  await page.getByRole('button', { name }).click();
  await expect.poll(() => box(page).inputValue()).toBe(cql);
}
const goTo = async (page: Page, room: string) => { await page.getByRole('navigation', { name: 'Rooms' }).getByRole('link', { name: room }).click(); };

/** What a colleague saves, seen here or not. */
async function saveAs(page: Page, name: string, cql: string) {
  const other = page.context().request;
  const { csrf } = await (await other.get('/api/v1/session')).json();
  const now = saved(name);
  const done = await other.put(`/api/v1/cohorts/${name}`, { data: { cql }, headers: { 'X-CSRF-Token': csrf, ...(now ? { 'If-Match': now.etag } : { 'If-None-Match': '*' }) } });
  expect(done.status()).toBe(200);
}
/** Whether the browser asks before the page is left. */
async function asksBefore(page: Page, leave: () => Promise<unknown>) {
  let asked = '';
  const answer = (dialog: Dialog) => { asked = dialog.type(); void dialog.accept(); };
  page.on('dialog', answer);
  await leave();
  page.off('dialog', answer);
  return asked === 'beforeunload';
}

describe('drafts of the practice', () => {
  story('outlast other rooms, with their reason, and the browser asks before the page ends', '/definitions?file=campaigns%2Fwelcome.yaml', async (page) => {
    expect(await asksBefore(page, () => page.reload())).toBe(false);
    await page.getByRole('button', { name: 'Edit' }).click();
    const text = page.locator('.source-edit');
    const mine = `${await text.inputValue()}# mine\n`;
    await text.fill(mine);
    await page.getByLabel('Why this change').fill('because of it');
    await goTo(page, 'Tasks');
    await page.locator('.grid-row').first().waitFor();
    await goTo(page, 'Practice files');
    await page.getByText('1 changed file').waitFor();
    expect(await page.getByLabel('Why this change').inputValue()).toBe('because of it');
    await page.getByRole('button', { name: /welcome.yaml/ }).click();
    expect(await text.inputValue()).toBe(mine);
    expect(await asksBefore(page, () => page.reload())).toBe(true);
    await page.getByRole('button', { name: 'Edit' }).waitFor();
    expect(await asksBefore(page, () => page.reload())).toBe(false);
  });
  story('are checked together', '/definitions?file=campaigns%2Fwelcome.yaml', async (page) => {
    const text = page.locator('.source-edit');
    await page.getByRole('button', { name: 'Edit' }).click();
    await text.fill(`${await text.inputValue()}\t# a tab\n`);
    await page.getByRole('button', { name: /new-patients.yaml/ }).click();
    await page.getByRole('region', { name: 'cohorts/new-patients.yaml' }).waitFor();
    await page.getByRole('button', { name: 'Edit' }).click();
    await text.fill(`${await text.inputValue()}# sound\n`);
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    await page.locator('.mistakes').getByText('campaigns/welcome.yaml').waitFor();
    // The answer is of these texts: with another it is gone.
    await text.fill(`${await text.inputValue()}# more\n`);
    await expect.poll(() => page.locator('.mistakes').count()).toBe(0);
  });
});

describe('a typed cohort', () => {
  story('outlasts other cohorts, other rooms and a new log-in, and is discarded only when asked', '/cohorts?cohort=new-patients', async (page) => {
    await page.locator('.cohort-number').waitFor();
    const was = await box(page).inputValue();
    await box(page).fill('AgeInYears() >= 70');
    await page.getByRole('button', { name: 'New cohort' }).click();
    await expect.poll(() => box(page).inputValue()).toBe('');
    await box(page).fill('AgeInYears() >= 71');
    await goTo(page, 'Tasks');
    await page.locator('.grid-row').first().waitFor();
    await goTo(page, 'Cohorts');
    await counted(page, 'AgeInYears() >= 71'); // so that the first refusal is of what is asked next
    place.mock!.state.sessions.clear();
    await goTo(page, 'Audit');
    await logIn(page);
    await goTo(page, 'Cohorts');
    const other = page.getByRole('button', { name: /First visit/ });
    await other.getByText('Changed').waitFor();
    await other.click();
    await counted(page, 'AgeInYears() >= 70');
    await expectAccessible(page);
    expect(await asksBefore(page, () => page.goto('/cohorts?cohort=new-patients'))).toBe(true);
    await page.locator('.cohort-number').waitFor();
    await box(page).fill('AgeInYears() >= 72');
    await page.getByRole('button', { name: 'Discard' }).click();
    await expect.poll(() => box(page).inputValue()).toBe(was);
    expect(await asksBefore(page, () => page.reload())).toBe(false);
  });
  story('of one person is not shown to another', '/cohorts', async (page) => {
    await box(page).fill('AgeInYears() >= 70');
    await page.getByRole('button', { name: /^Account of/ }).click();
    await page.getByRole('menuitem', { name: 'Log out' }).click();
    await logIn(page, 'benoit', password);
    await box(page).waitFor();
    expect(await box(page).inputValue()).toBe('');
  });
});

describe('a saved cohort', () => {
  story('is not overwritten unseen by whoever began before', '/cohorts', async (page) => {
    await page.getByRole('button', { name: /First visit/ }).waitFor(); // then `elders` comes by an event
    await saveAs(page, 'elders', 'AgeInYears() >= 65');
    await choose(page, /elders/, 'AgeInYears() >= 65');
    await box(page).fill('AgeInYears() >= 70');
    await counted(page, 'AgeInYears() >= 70');
    place.mock!.state.streams.clear(); // nobody tells the page
    await saveAs(page, 'elders', 'AgeInYears() >= 67');
    await save(page).click();
    const asks = page.getByRole('alert').filter({ hasText: 'has saved a cohort under this name' });
    await asks.waitFor();
    expect(saved('elders')!.cql).toBe('AgeInYears() >= 67');
    await asks.locator('del').getByText('AgeInYears() >= 67').waitFor();
    await asks.locator('ins').getByText('AgeInYears() >= 70').waitFor();
    await expectAccessible(page);
    expect(await save(page).isDisabled()).toBe(true);
    await asks.getByRole('button', { name: 'Replace it by mine' }).click();
    await page.locator('.toast').getByText('elders is saved').waitFor();
    expect(saved('elders')!.cql).toBe('AgeInYears() >= 70');
    await asks.waitFor({ state: 'detached' });
  });
  story('that a colleague changes is told while one types, and theirs can be kept', '/cohorts', async (page) => {
    await saveAs(page, 'youth', 'AgeInYears() < 18');
    await choose(page, /youth/, 'AgeInYears() < 18');
    await box(page).fill('AgeInYears() < 16');
    await saveAs(page, 'youth', 'AgeInYears() < 21');
    const asks = page.getByRole('alert').filter({ hasText: 'has saved a cohort under this name' });
    await asks.waitFor();
    await asks.getByRole('button', { name: 'Keep theirs' }).click();
    await expect.poll(() => box(page).inputValue()).toBe('AgeInYears() < 21');
    await asks.waitFor({ state: 'detached' });
    await box(page).fill('AgeInYears() < 20');
    await page.locator('.cohort-number').waitFor();
    await save(page).click();
    await page.locator('.toast').getByText('youth is saved').waitFor();
    expect(saved('youth')!.cql).toBe('AgeInYears() < 20');
  });
  story('is not overwritten by a new one of the same name', '/cohorts', async (page) => {
    await saveAs(page, 'seniors', 'AgeInYears() >= 80');
    await box(page).fill('AgeInYears() >= 75');
    await nameBox(page).fill('seniors');
    await page.locator('.cohort-number').waitFor();
    await save(page).click();
    const asks = page.getByRole('alert').filter({ hasText: 'has saved a cohort under this name' });
    await asks.waitFor();
    expect(saved('seniors')!.cql).toBe('AgeInYears() >= 80');
    await nameBox(page).fill('seniors-two');
    await asks.waitFor({ state: 'detached' });
    await save(page).click();
    await page.locator('.toast').getByText('seniors-two is saved').waitFor();
    expect([saved('seniors')!.cql, saved('seniors-two')!.cql]).toEqual(['AgeInYears() >= 80', 'AgeInYears() >= 75']);
  });
});
