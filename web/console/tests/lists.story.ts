// Lists that change while one works in them from the keyboard.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enter, expectAccessible, expectClean, newStory, openPlace, real, type Story } from './browser';

type Task = { id: string; patient: string; outcome: string; outcomes: string[]; campaign: string };
let place: Awaited<ReturnType<typeof openPlace>>;
beforeAll(async () => { place = await openPlace(); });
afterAll(() => place.close());

function story(name: string, path: string, tell: (s: Story) => Promise<void>) {
  it.skipIf(real !== '')(name, async () => {
    const s = await newStory(place.url);
    await enter(s, path);
    await tell(s);
    await expectClean(s, place.url);
    await s.page.context().close();
  });
}

const number = (text: string | null) => Number((text ?? '').replace(/[^\d]/g, ''));
const get = async (page: Page, path: string) => (await page.context().request.get(path)).json();
const openTasks = async (page: Page): Promise<Task[]> => (await get(page, '/api/v1/tasks?limit=50')).tasks;
/** What a colleague does, without a word to the console. */
const mockTask = (id: string) => (place.mock!.state.world.tasks as Task[]).find((x) => x.id === id)!;
const outcomeOf = (id: string) => mockTask(id).outcome;
const say = (kind: string) => (place.mock!.state as unknown as { say: (kind: string) => void }).say(kind);
const grid = (page: Page) => page.getByRole('grid');
const rowOf = (page: Page, task: Task) => page.locator('.grid-row', { has: page.locator(`a[href="/patients/${task.patient}"]`) });
const total = async (page: Page) => number(await page.locator('h1 .sub').textContent());

async function stand(page: Page, downs: number) {
  await page.locator('.grid-row').first().waitFor();
  await page.locator('.grid-scroll').focus();
  await page.keyboard.press('Home');
  for (let i = 0; i < downs; ++i) await page.keyboard.press('ArrowDown');
}

describe('the keyboard in a list', () => {
  story('stays on its row when a colleague’s work moves the rows', '/tasks', async ({ page }) => {
    const [first, mine, next] = await openTasks(page) as [Task, Task, Task];
    const before = await total(page);
    await stand(page, 1);
    mockTask(first.id).outcome = first.outcomes[0]!;
    say('task');
    await expect.poll(() => total(page)).toBe(before - 1);
    await page.keyboard.press('Enter');
    await page.locator('.task-open').waitFor();
    await page.keyboard.press('1');
    await expect.poll(() => outcomeOf(mine.id)).toBe(mine.outcomes[0]);
    expect(outcomeOf(next.id), 'the row that moved up').toBe('');
  });
  story('is on no row when its row is gone, and goes on from there', '/tasks', async ({ page }) => {
    const [, mine, next] = await openTasks(page) as [Task, Task, Task];
    const before = await total(page);
    await stand(page, 1);
    await page.keyboard.press('Enter');
    await page.locator('.task-open').waitFor();
    mockTask(mine.id).outcome = mine.outcomes[0]!;
    say('task');
    await expect.poll(() => total(page)).toBe(before - 1);
    await page.keyboard.press('1');
    await page.keyboard.press('2');
    expect(await grid(page).getAttribute('aria-activedescendant')).toBeNull();
    expect(await total(page)).toBe(before - 1);
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => rowOf(page, next).getAttribute('class')).toContain('at');
    expect(outcomeOf(next.id)).toBe('');
  });
  story('closes only the task that is opened, and one however long the key is held', '/tasks', async ({ page }) => {
    const [one, other] = await openTasks(page) as [Task, Task];
    const before = await total(page);
    await stand(page, 0);
    await page.keyboard.press('1');
    await page.keyboard.press('Enter');
    await page.locator('.task-open').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('1');
    await page.waitForTimeout(400);
    expect([outcomeOf(one.id), outcomeOf(other.id)]).toEqual(['', '']);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.down('1');
    for (let i = 0; i < 20; ++i) await page.keyboard.down('1');
    await page.keyboard.up('1');
    await expect.poll(() => outcomeOf(one.id)).toBe(one.outcomes[0]);
    await expect.poll(() => total(page)).toBe(before - 1);
    expect(outcomeOf(other.id)).toBe('');
  });
  story('does not open and shut while Enter is held, nor open by a key of the head', '/tasks', async ({ page }) => {
    await stand(page, 0);
    await page.keyboard.down('Enter');
    await page.locator('.task-open').waitFor();
    await page.keyboard.down('Enter');
    await page.waitForTimeout(400);
    await page.keyboard.up('Enter');
    expect(await page.locator('.task-open').count()).toBe(1);
    await page.locator('.task-open .checks-close').click();
    await page.getByRole('columnheader', { name: 'Due' }).getByRole('button').focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => page.url()).toContain('sort=-due');
    expect(page.url()).not.toContain('task=');
  });
  story('is told row by row, and reaches the link of its row', '/tasks', async ({ page }) => {
    const [, mine] = await openTasks(page) as [Task, Task];
    await stand(page, 1);
    const focused = () => page.evaluate(() => document.activeElement!.getAttribute('role'));
    expect(await focused()).toBe('grid');
    const told = await grid(page).getAttribute('aria-activedescendant');
    expect(await page.locator(`[id="${told}"]`).getAttribute('role')).toBe('row');
    expect(await page.locator(`[id="${told}"] a`).getAttribute('href')).toBe(`/patients/${mine.patient}`);
    await expectAccessible(page);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement!.getAttribute('href'))).toBe(`/patients/${mine.patient}`);
    // From the link the arrows go on in the list.
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toBe('grid');
    await page.keyboard.press('ArrowUp');
    for (let i = 0; i < 3; ++i) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('.person h1').waitFor();
  });
});
