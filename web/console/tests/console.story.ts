// What people do with the console, from log-in to undo.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enter, expectAccessible, expectClean, logIn, newStory, openPlace, password, real, user, type Story } from './browser';

let place: Awaited<ReturnType<typeof openPlace>>;
beforeAll(async () => { place = await openPlace(); });
afterAll(() => place.close());

/** A story in its own window, which must end clean. */
function story(name: string, path: string, tell: (s: Story) => Promise<void>, on: { mock?: boolean } = {}) {
  it.skipIf(Boolean(on.mock) && real !== '')(name, async () => {
    const s = await newStory(place.url);
    if (path !== '') await enter(s, path);
    await tell(s);
    await expectClean(s, place.url);
    await s.page.context().close();
  });
}
const number = (text: string | null) => Number((text ?? '').replace(/[^\d]/g, ''));

/** The file that the page shows, in its editor. */
async function draftBeside(page: Page) {
  await page.getByRole('button', { name: 'Edit' }).click();
  const text = page.locator('.source-edit');
  return { text, before: await text.inputValue(), publish: page.getByRole('button', { name: 'Publish' }) };
}
const fileOf = (page: Page) => new URL(page.url()).searchParams.get('file')!;
/** Publishes another text of it beside the page. */
async function publishAs(page: Page, text: string) {
  const other = page.context().request;
  const { csrf } = await (await other.get('/api/v1/session')).json();
  const tag = (await other.get('/api/v1/definitions')).headers()['etag']!;
  const done = await other.post('/api/v1/definitions/publish', { data: { note: 'theirs come first', files: [{ path: fileOf(page), text }] }, headers: { 'X-CSRF-Token': csrf, 'If-Match': tag } });
  expect(done.status()).toBe(200);
}
const published = async (page: Page): Promise<string> => (await (await page.context().request.get(`/api/v1/definitions/${encodeURIComponent(fileOf(page))}`)).json()).text;

describe('log-in', () => {
  story('a wrong password says so; the right one leads to the place that was asked for', '', async ({ page }) => {
    await page.goto('/patients?state=overdue');
    await logIn(page, user, 'not the password');
    await page.getByRole('alert').waitFor();
    await logIn(page);
    await page.getByRole('heading', { name: /^Patients/ }).waitFor();
    expect(page.url()).toContain('/patients?state=overdue');
  });
  story('a one-time code is asked for where one is set', '', async ({ page }) => {
    await page.goto('/');
    await logIn(page, 'chen', password);
    await page.locator('input[autocomplete="one-time-code"]').fill('000000');
    await page.locator('button[type="submit"]').click();
    await page.getByRole('alert').waitFor();
    await page.locator('input[autocomplete="one-time-code"]').fill('123456');
    await page.locator('button[type="submit"]').click();
    await page.getByRole('heading', { name: 'Where our patients are' }).waitFor();
  }, { mock: true });
  story('after the session ended, the same place is there again', '/patients?stage=care', async ({ page }) => {
    await page.locator('.grid-row').first().waitFor();
    await page.getByRole('link', { name: /^Tasks/ }).locator('.nav-count').waitFor(); // the last of the first answers
    place.mock!.state.sessions.clear();
    await page.getByRole('button', { name: /^Stage/ }).click();
    await page.getByRole('menuitem', { name: 'Treatment' }).click();
    await logIn(page);
    await page.locator('.grid-row').first().waitFor();
    expect(page.url()).toContain('stage=treatment');
  }, { mock: true });
  story('rooms that the role does not allow are not there', '', async (s) => {
    await enter(s, '/', 'dora');
    await s.page.getByRole('link', { name: /^Tasks/ }).waitFor();
    expect(await s.page.getByRole('link', { name: 'Audit' }).count()).toBe(0);
    expect(await s.page.getByRole('link', { name: 'Staff' }).count()).toBe(0);
    await s.page.goto('/audit');
    await s.page.getByText('There is nothing here').first().waitFor();
  }, { mock: true });
});

describe('the home map', () => {
  story('every number opens as many people', '/', async ({ page }) => {
    for (const selector of ['.tile .big >> nth=3', '.tile-foot a >> nth=1', '.arc-label >> nth=0', '.care-status a >> nth=3', '.concerns td a >> nth=2', '.tile-moves a >> nth=0']) {
      await page.goto('/');
      const door = page.locator(selector);
      await door.waitFor();
      const wanted = number((await door.textContent()));
      await door.click();
      await page.locator('.grid-foot, .empty').first().waitFor();
      expect(number(await page.locator('h1 .sub').textContent()), selector).toBe(wanted);
    }
  });
  story('goes back in time and returns, and people keep the time', '/', async ({ page }) => {
    await page.locator('.page-head button[aria-haspopup="dialog"]').click();
    await page.getByRole('button', { name: 'A month ago' }).click();
    await page.getByText(/^As of/).waitFor();
    expect(page.url()).toMatch(/as_of=\d{4}-\d\d-\d\d/);
    await page.locator('.tile .big').first().click();
    expect(page.url()).toMatch(/patients\?.*as_of=/);
    await page.getByText(/^As of/).waitFor();
    await page.getByRole('button', { name: 'Back to now' }).click();
    await expect.poll(() => page.url()).not.toContain('as_of');
  });
  story('what waits for a person follows the moment, and counts without naming anybody', '/?as_of=2026-01-05', async (s) => {
    const { page } = s;
    const counts = await (await page.context().request.get('/api/v1/attention?as_of=2026-01-05')).json();
    const badge = page.getByRole('link', { name: /^Tasks/ }).locator('.nav-count');
    await badge.waitFor();
    expect(number(await badge.textContent())).toBe(counts.tasks.reduce((n: number, x: { count: number }) => n + x.count, 0));
    const sent = counts.sent_7_days.reduce((n: number, x: { count: number }) => n + x.count, 0);
    const now = await (await page.context().request.get('/api/v1/attention')).json();
    expect(now.sent_7_days).not.toEqual(counts.sent_7_days);
    if (sent > 0) expect(number(await page.locator('.sent-head .big').first().textContent())).toBe(sent);
    const asked = s.requests.filter((r) => r.includes('/api/v1/attention') || r.includes('/api/v1/tasks')).map((r) => r.slice(place.url.length));
    expect([...new Set(asked)]).toEqual(['/api/v1/attention?as_of=2026-01-05']);
  }, { mock: true });
  it.skipIf(real !== '')('a stage of many thousands says its whole median', async () => {
    const own = await (await import('../mock/listen.mjs' as string)).listen({ scale: 100 });
    const s = await newStory(own.url);
    await enter(s, '/');
    await s.page.locator('.tile-foot').first().waitFor();
    const cut = await s.page.locator('.tile').evaluateAll((tiles) => tiles.flatMap((tile) => [...tile.querySelectorAll<HTMLElement>('.tile-foot > *')].filter((x) => x.scrollWidth > x.clientWidth && getComputedStyle(x).overflow !== 'visible' || x.getBoundingClientRect().bottom > tile.getBoundingClientRect().bottom || x.getBoundingClientRect().right > tile.getBoundingClientRect().right).map((x) => x.textContent)));
    expect(cut).toEqual([]);
    await s.page.context().close();
    await own.close();
  });
  story('says no feed where a kind of record has never come', '/', async ({ page }) => {
    await page.getByText('Insurance: no feed').waitFor();
  }, { mock: true });
  story('draws one health topic', '/', async ({ page }) => {
    await page.getByRole('button', { name: 'Diabetes' }).click();
    await page.getByText(/patients? · Diabetes/).waitFor();
    expect(page.url()).toContain('concern=diabetes');
  });
});

describe('patients', () => {
  story('are found by name, opened by the keyboard, and Back keeps the filters', '/patients', async ({ page }) => {
    await page.keyboard.press('/');
    const name = (await page.locator('.grid-row .strong').first().textContent())!;
    await page.keyboard.type(name.slice(0, 6));
    await expect.poll(() => page.url()).toContain('q=');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.locator('.person h1').waitFor();
    await page.goBack();
    await page.locator('.grid-row').first().waitFor();
    expect(page.url()).toContain('q=');
  });
  story('a search that still waits brings nobody back who went on', '/patients', async ({ page }) => {
    await page.route('**/assets/PatientPage*.js', async (route) => { await new Promise((done) => setTimeout(done, 600)); await route.continue(); });
    const name = (await page.locator('.grid-row .strong').first().textContent())!;
    await page.getByRole('searchbox').fill(name.slice(0, 3));
    await expect.poll(() => page.url()).toContain('q=');
    await page.locator('.grid-row').first().waitFor();
    await page.getByRole('searchbox').press('End');
    await page.getByRole('searchbox').pressSequentially(name.slice(3, 4));
    await page.locator('.grid-row .strong').first().click();
    await page.locator('.person h1').waitFor();
    expect(new URL(page.url()).pathname).toMatch(/^\/patients\/./);
  }, { mock: true });
  story('a list of hundreds can be scrolled to its end', '/patients', async ({ page }) => {
    const total = number(await page.locator('h1 .sub').textContent());
    await page.locator('.grid-scroll').focus();
    const shown = async () => number((await page.locator('.grid-foot span').first().textContent())!.split('of')[0]!);
    await expect.poll(async () => { await page.keyboard.press('End'); return shown(); }, { interval: 120 }).toBe(total);
    expect(await page.locator('.grid-row').count()).toBeLessThan(80);
  }, { mock: true });
  story('the because opens its evidence', '/patients?stage=treatment', async ({ page }) => {
    await page.locator('.grid-row .strong').first().click();
    await page.getByRole('button', { name: /Show the evidence/ }).first().click();
    const row = page.locator('.record li.open');
    await row.waitFor();
    expect(await row.textContent()).toContain('decides the stage');
    await row.locator('pre').getByText('resourceType').waitFor();
  });
});

describe('campaigns and messages', () => {
  story('a campaign is paused with a reason and the pause is undone', '/campaigns/colorectal-screening', async ({ page }) => {
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByLabel('Reason').fill('wording is being corrected');
    await page.getByRole('button', { name: 'Pause now' }).click();
    await page.locator('h1 + .tag.alert').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: 'Pause', exact: true }).waitFor();
  });
  story('one that the practice leaves out is named, and shows who is still in it', '/campaigns', async ({ page }) => {
    const left = page.locator('.left-behind');
    await left.getByText('Left out', { exact: true }).waitFor();
    const inside = number(await left.locator('.num').textContent());
    await left.getByRole('link').click();
    await page.locator('h1 + .tag').getByText('Left out').waitFor();
    expect(number(await page.locator('.figures dd').first().textContent())).toBe(inside);
  });
  story('a number in the graph opens its people', '/campaigns/colorectal-screening', async ({ page }) => {
    const door = page.locator('.step-numbers a').first();
    await door.waitFor();
    const wanted = number(await door.textContent());
    await door.click();
    await page.locator('h1 .sub').waitFor();
    expect(number(await page.locator('h1 .sub').textContent())).toBe(wanted);
  });
  story('a message not sent shows the check, its detail and what would change it', '/outbox?status=not-sent', async ({ page }) => {
    await page.locator('.grid-row').first().click();
    await page.locator('.check.fail').first().waitFor();
    // The reason alone: after the check's own name it would read like a contradiction.
    expect(await page.locator('.check.fail .strong').first().textContent()).not.toContain(':');
    await page.getByText('What would change it:').first().waitFor();
    await page.getByRole('button', { name: /other checks passed/ }).first().click();
    await page.getByText('Is alive').first().waitFor();
    expect(page.url()).toContain('message=');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.url()).not.toContain('message=');
  });
  story('the text of a captured message can be read', '/outbox?status=captured&channel=email', async ({ page }) => {
    await page.locator('.grid-row').first().click();
    await page.locator('.letter-text').getByText('Hello').waitFor();
  });
});

describe('work', () => {
  story('a task is closed with its outcome from the keyboard', '/tasks', async ({ page }) => {
    const before = number(await page.locator('h1 .sub').textContent());
    await page.locator('.grid-scroll').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.locator('.task-open').waitFor();
    await page.keyboard.press('2');
    await expect.poll(async () => number(await page.locator('h1 .sub').textContent())).toBe(before - 1);
    await page.locator('.toast').waitFor();
  });
  story('whoever calls finds the number, the birthday, the language and the words', '/tasks?kind=call', async ({ page }) => {
    const get = async (path: string) => (await page.context().request.get(path)).json();
    const { tasks } = await get('/api/v1/tasks?kind=call&limit=50');
    let task = tasks[0];
    for (const row of tasks) { task = await get(`/api/v1/tasks/${row.id}`); if (task.phones.length > 0 && task.script_text !== '') break; }
    await page.goto(`/tasks?kind=call&task=${task.id}`);
    for (const place of [page.locator('.task-open'), page.locator('.panel', { has: page.getByRole('heading', { name: 'Needs a person' }) })]) {
      await place.locator(`a[href="tel:${task.phones[0].replace(/[^+\d]/g, '')}"]`).first().waitFor();
      await place.getByText(/^born /).first().waitFor();
      await place.getByText(/^speaks /).first().waitFor();
      await place.locator('.script-text').first().waitFor();
      expect(await place.locator('.script-text').allTextContents()).toContain(task.script_text);
      await expectAccessible(page);
      const door = page.getByRole('link', { name: 'Open the patient' });
      if (await door.count() > 0) await door.click();
    }
    expect(await page.locator('.person a[href^="tel:"]').first().textContent()).toBe(task.phones[0]);
  }, { mock: true });
  story('the quarantine is read again', '/quarantine', async ({ page }) => {
    await page.locator('.grid-foot, .empty').first().waitFor();
    if (await page.getByText('Everything could be read').count() > 0) return;
    await page.getByRole('button', { name: 'Read all again' }).click();
    await page.locator('.toast').getByText(/tried/).waitFor();
  });
  story('a cohort counts as one types, shows its mistake in place, is saved and seen', '/cohorts', async ({ page }) => {
    const box = page.getByLabel('Expression in CQL');
    await box.fill('AgeInYears() >= 65 and bananas');
    await page.getByText('Line 1, column 24:').waitFor();
    expect(await page.locator('.cql mark').textContent()).toBe('bananas');
    await box.fill('AgeInYears() >= 65');
    const shown = page.locator('.cohort-number');
    await shown.waitFor();
    const wanted = number(await shown.textContent());
    expect(wanted).toBeGreaterThan(0);
    await page.getByLabel('Name to keep it under').fill('elders');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: /elders/ }).waitFor();
    await page.getByRole('link', { name: 'See the people' }).click();
    await page.locator('h1 .sub').waitFor();
    expect(number(await page.locator('h1 .sub').textContent())).toBe(wanted);
  });
  story('whoever left before a cohort was kept is not brought back', '/cohorts', async ({ page }) => {
    await page.getByLabel('Expression').fill('AgeInYears() >= 66');
    await page.locator('.cohort-number').waitFor();
    await page.getByLabel('Name to keep it under').fill('wanderers');
    let asked = 0;
    await page.route(/\/api\/v1\/cohorts(\?|$)/, async (route) => { asked += 1; await new Promise((done) => setTimeout(done, 400)); await route.continue(); });
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await expect.poll(() => asked).toBeGreaterThan(0);
    await page.getByRole('link', { name: /^Tasks/ }).click();
    await page.getByRole('heading', { name: /Tasks/ }).waitFor();
    await page.locator('.toast').getByText(/wanderers/).waitFor();
    expect(new URL(page.url()).pathname).toBe('/tasks');
  }, { mock: true });
  story('a definition is checked', '/definitions?file=campaigns%2Fwelcome.yaml', async ({ page }) => {
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    await page.getByText('No mistakes found.').waitFor();
  });
  story('a file is changed and published with a reason, and the history shows what changed', '/definitions?file=campaigns%2Fwelcome.yaml', async ({ page }) => {
    await page.getByRole('button', { name: 'Edit' }).click();
    const text = page.locator('.source-edit');
    const before = await text.inputValue();
    await text.fill(`${before}# a note of the story\n`);
    await page.getByText('1 changed file').waitFor();
    await page.getByRole('button', { name: 'Discard' }).click();
    expect(await page.getByText('1 changed file').count()).toBe(0);
    await page.getByRole('button', { name: 'Edit' }).click();
    await text.fill(`${before}# a note of the story\n`);
    await page.getByLabel('Why this change').fill('to see it change');
    await page.getByRole('button', { name: 'Publish' }).click();
    await page.locator('.toast').getByText(/^Version \d+ runs/).waitFor();
    await page.getByRole('button', { name: 'History', exact: true }).click();
    await page.locator('.version[aria-current]').getByText('to see it change').waitFor();
    await page.locator('.diff-file ins').getByText('# a note of the story').waitFor();
  });
  story('a colleague’s publication is seen at once, and drafts go over to it only when compared', '/definitions?file=cohorts%2Fpalliative-care.yaml', async ({ page }) => {
    const { text, before, publish } = await draftBeside(page);
    await text.fill(`${before}# mine\n`);
    await page.getByLabel('Why this change').fill('mine');
    await publishAs(page, `${before}# theirs\n`);
    const told = page.getByRole('alert').filter({ hasText: 'Somebody else has published since you began' });
    await told.waitFor();
    await told.getByText(/amina.*theirs come first/).waitFor();
    expect(await text.inputValue()).toBe(`${before}# mine\n`);
    expect(await publish.isDisabled()).toBe(true);
    const file = page.locator('.publish .diff-file');
    await file.locator('del').getByText('# theirs').waitFor();
    await file.locator('ins').getByText('# mine').waitFor();
    await file.getByText('Changed by them too').waitFor();
    await expectAccessible(page);
    await text.fill(`${before}# theirs\n# mine\n`);
    await expect.poll(() => file.locator('del').count()).toBe(0);
    await page.getByRole('button', { name: 'I have compared' }).click();
    await told.waitFor({ state: 'detached' });
    await publish.click();
    await page.locator('.toast').getByText(/^Version \d+ runs/).waitFor();
    expect(await published(page)).toBe(`${before}# theirs\n# mine\n`);
    await expect.poll(() => page.locator('.publish').count()).toBe(0);
  }, { mock: true });
  story('who was not told of a colleague’s publication overwrites nothing either, however often they try', '/definitions?file=cohorts%2Fnew-patients.yaml', async ({ page }) => {
    const { text, before, publish } = await draftBeside(page);
    await text.fill(`${before}# mine\n`);
    await page.getByLabel('Why this change').fill('mine');
    place.mock!.state.streams.clear();
    await publishAs(page, `${before}# theirs\n`);
    const refused = page.waitForResponse((r) => r.url().endsWith('/publish'));
    const listed = page.waitForResponse((r) => r.url().endsWith('/definitions'));
    await publish.click();
    expect((await refused).status()).toBe(412);
    await listed;
    await expect.poll(() => page.locator('.publish [data-loading]').count()).toBe(0);
    if (await publish.isEnabled()) {
      const again = page.waitForResponse((r) => r.url().endsWith('/publish'));
      await publish.click();
      await again;
    }
    expect(await published(page)).toBe(`${before}# theirs\n`);
    await page.getByText('Somebody else has published since you began').waitFor();
    await page.getByRole('button', { name: 'Keep theirs: cohorts/new-patients.yaml' }).click();
    await page.locator('.publish').waitFor({ state: 'detached' });
    await expect.poll(() => text.inputValue()).toBe(`${before}# theirs\n`);
  }, { mock: true });
  story('a cohort says how it was found, part by part', '/cohorts?cohort=diabetes-hba1c-due', async ({ page }) => {
    await page.locator('.plan-clause').first().waitFor();
    const all = number(await page.locator('.cohort-number').textContent());
    const left = await page.locator('.plan-clause .strong').allTextContents();
    expect(left.length).toBeGreaterThan(1);
    expect(number(left[0])).toBeGreaterThanOrEqual(all > 0 ? 1 : 0);
    await page.locator('.cql textarea').fill('AgeInYears() >= 65');
    await expect.poll(() => page.locator('.plan-clause').count()).toBe(1);
    await expect.poll(async () => number(await page.locator('.plan-clause .strong').textContent()) === number(await page.locator('.cohort-number').textContent())).toBe(true);
  });
  story('a link to one message and to one task opens it', '/outbox', async ({ page }) => {
    const get = async (path: string) => (await page.context().request.get(path)).json();
    const { total } = await get('/api/v1/outbox?limit=1');
    const { messages } = await get(`/api/v1/outbox?limit=1&cursor=${total - 1}`);
    await page.goto(`/outbox?message=${messages[0].id}`);
    await page.getByRole('dialog').getByText(messages[0].patient_name).first().waitFor();
    const { tasks } = await get('/api/v1/tasks?limit=1&sort=-due');
    await page.goto(`/tasks?task=${tasks[0].id}`);
    await page.locator('.task-open .strong').getByText(tasks[0].patient_name).waitFor();
  });
  story('who was seen when is told from the clock on the wall, not from the practice’s moment', '/users', async ({ page }) => {
    await page.getByText(/^seen/).first().waitFor();
    const told = await page.getByText(/^seen/).allTextContents();
    expect(told.join()).not.toMatch(/seen in /);
    expect(told[0]).toMatch(/^seen 1 ?h(r\.?)? ago/);
  }, { mock: true });
  story('a member of staff is added, disabled and enabled by undo', '/users', async ({ page }) => {
    await page.getByRole('button', { name: 'Add a member of staff' }).first().click();
    const form = page.getByRole('dialog');
    await form.getByLabel('Name').fill('zoe');
    await form.locator('input[type="password"]').fill('four words are best');
    await form.getByRole('button', { name: 'Add a member of staff' }).click();
    await page.getByText('zoe', { exact: true }).waitFor();
    await page.getByRole('button', { name: /^zoe:/ }).click();
    await page.getByRole('menuitem', { name: 'Disable' }).click();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => page.locator('li.off', { hasText: 'zoe' }).count()).toBe(0);
  }, { mock: true });
});

describe('the shell', () => {
  story('the palette finds rooms, patients and days', '/', async ({ page }) => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('outb');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('cohor');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Cohorts', exact: true }).waitFor();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('2026-02-01');
    await page.keyboard.press('Enter');
    await page.getByText(/^As of 1 Feb 2026/).waitFor();
  });
  story('keys lead to rooms, and ? shows them', '/', async ({ page }) => {
    await page.keyboard.press('g');
    await page.keyboard.press('t');
    await page.getByRole('heading', { name: /^Tasks/ }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText('Search or jump').waitFor();
  });
  story('speaks French and Chinese, and remembers it', '/', async ({ page }) => {
    await page.getByRole('button', { name: /^Account of/ }).click();
    await page.getByRole('menuitem', { name: 'Français' }).click();
    await page.getByRole('heading', { name: 'Où en sont nos patients' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('fr');
    await page.reload();
    await page.getByRole('heading', { name: 'Où en sont nos patients' }).waitFor();
    await page.getByRole('button', { name: /^Compte de/ }).click();
    await page.getByRole('menuitem', { name: '中文' }).click();
    await page.getByRole('heading', { name: '我们的患者在哪里' }).waitFor();
  });
  story('turns dark and stays so', '/', async ({ page }) => {
    await page.getByRole('button', { name: /^Account of/ }).click();
    await page.getByRole('menuitem', { name: 'Dark' }).click();
    await expect.poll(() => page.locator('html').getAttribute('data-mantine-color-scheme')).toBe('dark');
    await page.reload();
    await page.locator('main h1').first().waitFor();
    expect(await page.locator('html').getAttribute('data-mantine-color-scheme')).toBe('dark');
  });
  story('what fails says what is wrong and what helps, and can be tried again', '/?mock_fail=getMap', async ({ page }) => {
    await page.getByText('The store did not answer in time').waitFor();
    await page.getByText(/Try again in a moment/).waitFor();
    await page.evaluate(() => history.replaceState(null, '', '/'));
    await page.getByRole('button', { name: 'Try again' }).first().click();
    await page.locator('.tile').first().waitFor();
  }, { mock: true });
  story('a change elsewhere is shown without asking', '/tasks', async ({ page }) => {
    const before = number(await page.locator('h1 .sub').textContent());
    const other = page.context().request;
    const session = await (await other.get('/api/v1/session')).json();
    const { tasks } = await (await other.get('/api/v1/tasks?limit=1')).json();
    await other.post(`/api/v1/tasks/${tasks[0].id}/close`, { data: { outcome: tasks[0].outcomes[0] }, headers: { 'X-CSRF-Token': session.csrf } });
    await expect.poll(async () => number(await page.locator('h1 .sub').textContent())).toBe(before - 1);
  });
  it.skipIf(real !== '')('the server goes and comes back', async () => {
    const own = await (await import('../mock/listen.mjs' as string)).listen();
    const port = Number(new URL(own.url).port);
    const s = await newStory(own.url);
    await enter(s, '/patients');
    await s.page.locator('.grid-row').first().waitFor();
    await own.close();
    await s.page.getByRole('button', { name: /^Stage/ }).click();
    await s.page.getByRole('menuitem', { name: 'Help' }).click();
    await s.page.getByText('The server cannot be reached. What you see may be out of date.').waitFor();
    const again = await (await import('../mock/listen.mjs' as string)).listen({ port });
    await logIn(s.page);
    await s.page.locator('.grid-row').first().waitFor();
    await expect.poll(() => s.page.locator('.banner.alert').count()).toBe(0);
    await s.page.context().close();
    await again.close();
  });
});
