// Each room: opens, has its heading, is accessible in both modes, obeys the policy, fits a phone.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enter, expectAccessible, expectClean, newStory, openPlace } from './browser';

const rooms = ['/', '/?as_of=2026-02-20&days=30', '/patients', '/patients?q=zzzz', '/tasks', '/cohorts?cohort=diabetes-hba1c-due', '/campaigns', '/campaigns/colorectal-screening', '/campaigns/welcome?view=outline', '/outbox', '/quarantine', '/definitions?file=campaigns%2Fwelcome.yaml', '/definitions?version=last', '/users', '/sessions', '/account', '/audit', '/nowhere'];
let place: Awaited<ReturnType<typeof openPlace>>;
beforeAll(async () => { place = await openPlace(); });
afterAll(() => place.close());

describe.each(['light', 'dark'] as const)('in the %s', (colorScheme) => {
  it.each(rooms)('%s is accessible and obeys the policy', async (room) => {
    const story = await newStory(place.url, { colorScheme });
    await enter(story, room);
    await story.page.waitForTimeout(room.includes('colorectal') ? 1500 : 600);
    await expectAccessible(story.page);
    await expectClean(story, place.url);
    await story.page.context().close();
  });
  it('the patient is accessible, with a message open and closed', async () => {
    const story = await newStory(place.url, { colorScheme });
    await enter(story, '/outbox?status=not-sent');
    await story.page.locator('.grid-row .strong').first().click();
    await story.page.locator('.person h1').waitFor();
    await story.page.waitForTimeout(500);
    await expectAccessible(story.page);
    await story.page.locator('.record .message-status').first().click();
    await story.page.locator('.decision').first().waitFor();
    await story.page.waitForTimeout(500);
    await expectAccessible(story.page);
    await expectClean(story, place.url);
    await story.page.context().close();
  });
  it('the log-in is accessible', async () => {
    const story = await newStory(place.url, { colorScheme });
    await story.page.goto('/');
    await story.page.locator('form').waitFor();
    await expectAccessible(story.page);
    await expectClean(story, place.url);
    await story.page.context().close();
  });
});

describe.each([['en', 390], ['fr', 390], ['zh', 390], ['fr', 1024], ['zh', 1440]] as const)('%s at %d px', (locale, width) => {
  it('no room is wider than the window, and every word is translated', async () => {
    const story = await newStory(place.url, { locale, viewport: { width, height: 844 } });
    for (const room of rooms) {
      await enter(story, room);
      await story.page.waitForTimeout(350);
      const { wide, text } = await story.page.evaluate(() => ({ wide: document.documentElement.scrollWidth - window.innerWidth + Math.max(0, (document.querySelector('main')?.scrollWidth ?? 0) - (document.querySelector('main')?.clientWidth ?? 0)), text: document.body.innerText }));
      expect(wide, `${room} is too wide by`).toBeLessThanOrEqual(0);
      // A key without words would be shown as itself.
      expect(text.match(/\b(?:home|room|patients|patient|tasks|campaigns|outbox|message|filter|users|audit)\.(?!yaml|md)[a-z.-]{2,}/g) ?? [], room).toEqual([]);
    }
    await expectClean(story, place.url);
    await story.page.context().close();
  });
});
