// Every number is a door to what it counts, and asks for no more than it shows.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enter, expectClean, newStory, openPlace, real, type Story } from './browser';

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

describe('doors', () => {
  story('the number of a campaign’s tasks opens these tasks', '/campaigns', async ({ page }) => {
    await page.locator('.figures').first().waitFor();
    const doors = page.locator('.figures > div', { hasText: 'Open tasks' }).getByRole('link');
    const numbers = (await doors.allTextContents()).map(number);
    const at = numbers.findIndex((n) => n > 0);
    expect(new Set(numbers).size, 'campaigns differ').toBeGreaterThan(1);
    await doors.nth(at).click();
    await page.locator('.grid-foot').waitFor();
    expect(number(await page.locator('h1 .sub').textContent())).toBe(numbers[at]);
  });
  story('the palette asks for no more people than it shows', '/cohorts', async (s) => {
    const { page } = s;
    await page.keyboard.press('Control+k');
    await page.keyboard.type('le');
    const people = page.getByRole('group', { name: 'Patients' }).getByRole('option');
    await expect.poll(() => people.count()).toBe(7);
    const asked = s.requests.filter((r) => r.includes('/api/v1/patients?'));
    expect(asked.length).toBeGreaterThan(0);
    for (const url of asked) expect(new URL(url).searchParams.get('limit')).toBe('7');
  });
});
