// Staff: by which name they log in, what people call them, and a lost telephone.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { enter, expectAccessible, expectClean, newStory, openPlace, real, type Story } from './browser';

type User = { name: string; display?: string; code?: string };
let place: Awaited<ReturnType<typeof openPlace>>;
beforeAll(async () => { place = await openPlace(); });
afterAll(() => place.close());
const person = (name: string) => (place.mock!.state as unknown as { users: User[] }).users.find((u) => u.name === name)!;

/** A menu hears the keys once it has the focus, a moment after it is drawn. */
async function closeMenu(page: Story['page']) {
  await page.locator('[role="menu"]:focus-within').waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(() => page.getByRole('menuitem').count()).toBe(0);
}

function story(name: string, tell: (s: Story) => Promise<void>) {
  it.skipIf(real !== '')(name, async () => {
    const s = await newStory(place.url);
    await tell(s);
    await expectClean(s, place.url);
    await s.page.context().close();
  });
}

story('people are called by their names, and oneself is known by the name one logs in by', async (s) => {
  const { page } = s;
  person('amina').display = 'Amina Bell';
  person('dora').display = 'amina'; // as somebody else’s log-in name
  await enter(s, '/users');
  await page.getByRole('button', { name: 'Account of Amina Bell' }).waitFor();
  const row = (text: string) => page.locator('.people li', { has: page.getByText(text, { exact: true }) });
  await row('Amina Bell').getByText('you', { exact: true }).waitFor();
  expect(await page.getByText('you', { exact: true }).count()).toBe(1);
  await row('Benoît').getByText(/^benoit · /).waitFor();
  await page.getByRole('button', { name: /^Amina Bell:/ }).click();
  expect(await page.getByRole('menuitem', { name: 'Disable' }).isDisabled()).toBe(true);
  await closeMenu(page);
  await page.getByRole('button', { name: /^amina:/ }).click();
  expect(await page.getByRole('menuitem', { name: 'Disable' }).isDisabled()).toBe(false);
});
story('whoever has lost phone and codes gets the one-time code removed, after a question', async (s) => {
  const { page } = s;
  await enter(s, '/users');
  const open = async (name: string) => { await page.getByRole('button', { name: new RegExp(`^${name}:`) }).click(); await page.getByRole('menuitem', { name: 'New password' }).waitFor(); };
  await open('farid');
  expect(await page.getByRole('menuitem', { name: 'Remove the one-time code' }).count()).toBe(0);
  await closeMenu(page);
  await open('chen');
  await page.getByRole('menuitem', { name: 'Remove the one-time code' }).click();
  const question = page.getByRole('dialog', { name: 'Remove the one-time code' });
  await question.getByText(/call them on a number you know/).waitFor();
  await page.waitForTimeout(300);
  await expectAccessible(page);
  await question.getByRole('button', { name: 'Cancel' }).click();
  await question.waitFor({ state: 'detached' });
  expect(person('chen').code).toBe('123456');
  await open('chen');
  await page.getByRole('menuitem', { name: 'Remove the one-time code' }).click();
  await question.getByRole('button', { name: 'Remove the one-time code' }).click();
  await page.locator('.toast').getByText(/^chen logs in without/).waitFor();
  expect(person('chen').code).toBeUndefined();
  await expect.poll(() => page.locator('.people li', { hasText: 'chen' }).textContent()).toContain('without one-time code');
});
