// Every room on the program's own answers: accessible in both modes, without an error, within the
// policy that the server sends.
import { describe, expect, it } from 'vitest';
import { expectAccessible, expectClean, type Story } from '../browser';
import { patients } from './records';
import { openStories } from './tell';

const { story, visit, leave } = openStories();
const rooms = ['/', '/?concern=diabetes', '/?as_of=2024-03-01', '/patients', '/patients?q=zzzz', `/patients/${patients.mirabel.id}`, '/tasks', '/cohorts', '/campaigns', '/campaigns/check-in', '/campaigns/check-in?view=outline', '/outbox', '/quarantine', '/definitions?file=campaigns%2Fwelcome.yaml', '/definitions?version=last', '/users', '/sessions', '/audit', '/nowhere'];

/** The room has what it asked for, and no colour is on its way from light to dark any more. */
async function settle({ page }: Story) {
  await page.waitForLoadState('load');
  await expect.poll(() => page.locator('.bone, [aria-busy="true"]').count()).toBe(0);
  await expect.poll(() => page.evaluate(() => document.getAnimations().filter((a) => Number.isFinite(a.effect?.getComputedTiming().endTime) && a.playState !== 'finished').length)).toBe(0);
}

describe.each(['light', 'dark'] as const)('in the %s', (scheme) => {
  it('every room is accessible', async () => {
    const s = await visit('/');
    await s.page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    const wrong: string[] = [];
    for (const room of rooms) {
      await s.page.goto(room);
      await s.page.locator('main h1').first().waitFor({ state: 'attached' });
      await settle(s);
      await expectAccessible(s.page).catch((error: Error) => wrong.push(`${room}: ${error.message}`));
      await expectClean(s, new URL(s.page.url()).origin);
    }
    expect(wrong).toEqual([]);
    await leave(s);
  });
});

story('the log-in is accessible', '', async ({ page }) => {
  await page.goto('/');
  await page.locator('form').waitFor();
  await expectAccessible(page);
});

describe('what judges the stories', () => {
  it('sees a control without a name, words too pale, an error and code from outside', async () => {
    const s = await visit('/users');
    await settle(s);
    const url = new URL(s.page.url()).origin;
    await s.page.evaluate(() => { const main = document.querySelector('main')!; main.append(document.createElement('button')); });
    await expect(expectAccessible(s.page)).rejects.toThrow(/button-name/);
    await s.page.evaluate(() => { const pale = document.createElement('p'); pale.textContent = 'hardly to be read'; pale.style.color = '#ddd'; pale.style.background = '#fff'; document.querySelector('main > button:last-child')!.replaceWith(pale); });
    await expect(expectAccessible(s.page)).rejects.toThrow(/color-contrast/);
    await expectClean(s, url);
    await s.page.evaluate(() => { const code = document.createElement('script'); code.textContent = 'window.planted = 1'; document.head.append(code); });
    await expect(expectClean(s, url)).rejects.toThrow(/content security policy/);
    expect(await s.page.evaluate(() => 'planted' in window)).toBe(false);
    await s.page.context().close();
    const t = await visit('/users');
    await t.page.evaluate(() => { setTimeout(() => { throw new Error('planted'); }); });
    await expect.poll(() => t.faults.length).toBe(1);
    await expect(expectClean(t, url)).rejects.toThrow(/errors/);
    await t.page.context().close();
  });
});
