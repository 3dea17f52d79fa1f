// What the clinic sends and hears: captured words, STOP and what follows, pauses, bad imports.
import path from 'node:path';
import { expect } from 'vitest';
import { until } from './clinic';
import { patients, writeBroken } from './records';
import { openStories } from './tell';

const { story, visit, leave } = openStories();

story('a captured message is shown word for word', '/outbox?campaign=check-in&status=captured', async ({ page }) => {
  const row = page.locator('.grid-row', { hasText: patients.mirabel.family });
  await row.waitFor();
  await row.click();
  const letter = page.locator('.letter-text');
  await letter.waitFor();
  expect(await letter.textContent()).toContain('Hello Mirabel, we also wrote you a letter about your check-in.');
  await page.getByText('Your check-in').first().waitFor();
  expect(page.url()).toContain('message=');
  await page.reload();
  await letter.waitFor();
});

story('STOP is obeyed: the next message is not sent, and the page says why', `/patients/${patients.tobias.id}`, async ({ page }, clinic) => {
  const sentTo = (patient: keyof typeof patients) => clinic.gateway.taken.filter((t) => t.to === patients[patient].phone);
  await until('everybody has the first message', () => sentTo('tobias').length === 1 && sentTo('leonie').length === 1);
  const row = page.locator('.record > li', { hasText: 'Again' }).first();
  expect(await row.count()).toBe(0);

  // What is not signed by the gateway is nobody's wish.
  expect(await clinic.reply('tobias', 'STOP', () => 'Zm9yZ2Vk')).toBe(403);
  expect(await clinic.reply('tobias', 'STOP')).toBe(200);
  // The page learns of it by itself; so it does of what follows when he goes on talking.
  await page.getByText(/STOP by sms/).first().waitFor();
  expect(await clinic.reply('tobias', 'Who is this?')).toBe(200);
  await row.waitFor();
  await row.getByText('Not sent').waitFor();
  await row.getByRole('button').click();
  await page.locator('.check.fail').first().waitFor();
  expect(await page.locator('.check.fail').first().textContent()).toMatch(/stop|opted out|suppressed/i);

  // Who answers anything else hears from us again: the silence above is no accident.
  expect(await clinic.reply('leonie', 'Quite well, thank you')).toBe(200);
  await until('the thanks for an answer', () => sentTo('leonie').length === 2);
  expect(sentTo('leonie').at(-1)!.text).toContain('Thank you Léonie');
  expect(sentTo('tobias')).toHaveLength(1);
});

story('a pause is seen by a colleague at once, and so is its end', '/campaigns/check-in', async ({ page }) => {
  const colleague = await visit('/campaigns/check-in');
  const paused = colleague.page.locator('h1 + .tag.alert');
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByLabel('Reason').fill('the wording is being corrected');
  await page.getByRole('button', { name: 'Pause now' }).click();
  await paused.waitFor();
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect.poll(() => paused.count()).toBe(0);
  await page.getByRole('button', { name: 'Pause', exact: true }).waitFor();
  await leave(colleague);
});

story('what an import could not read is seen with its place', '/quarantine', async ({ page }, clinic) => {
  const own = page.locator('.grid-row', { hasText: 'bad/Patient.ndjson' });
  await page.locator('.grid-foot, .empty').first().waitFor();
  expect(await own.count()).toBe(0);
  const folder = path.join(clinic.folder, 'bad');
  writeBroken(folder);
  clinic.run(['import', folder, '--data', clinic.data]);
  // The page learns of it by itself.
  await own.first().waitFor();
  expect(await own.first().textContent()).toMatch(/line 2/i);
});

story('a colleague’s publication is seen at once, and drafts go over to it only when compared', '/definitions?file=cohorts%2Fcheck-in.yaml', async ({ page }) => {
  const colleague = await visit('/definitions?file=cohorts%2Fcheck-in.yaml');
  const draft = async (other: typeof page, words: string) => {
    await other.getByRole('button', { name: 'Edit' }).click();
    const text = other.locator('.source-edit');
    await text.fill(`${await text.inputValue()}# ${words}\n`);
    await other.getByLabel('Why this change').fill(words);
  };
  await draft(page, 'mine');
  await draft(colleague.page, 'theirs');
  await colleague.page.getByRole('button', { name: 'Publish' }).click();
  await colleague.page.locator('.toast').getByText(/^Version \d+ runs/).waitFor();
  const told = page.getByRole('alert').filter({ hasText: 'Somebody else has published since you began' });
  await told.getByText(/ada.*theirs/).waitFor();
  expect(await page.getByRole('button', { name: 'Publish' }).isDisabled()).toBe(true);
  await page.locator('.publish del').getByText('# theirs').waitFor();
  await page.locator('.source-edit').fill((await page.locator('.source-edit').inputValue()).replace('# mine', '# theirs\n# mine'));
  await page.getByRole('button', { name: 'I have compared' }).click();
  await page.getByRole('button', { name: 'Publish' }).click();
  await page.locator('.toast').getByText(/^Version \d+ runs/).waitFor();
  // So does the colleague's page, which stands idle.
  await expect.poll(() => colleague.page.locator('.source-edit').inputValue()).toContain('# mine');
  await leave(colleague);
});

story('a cohort that a colleague saves meanwhile is not replaced unseen', '/cohorts', async ({ page }) => {
  const write = async (other: typeof page, cql: string) => {
    await other.getByLabel('Expression in CQL').fill(cql);
    await other.locator('.cohort-number').waitFor();
    await other.getByLabel('Name to keep it under').fill('adults');
  };
  const save = (other: typeof page) => other.getByRole('button', { name: 'Save', exact: true }).click();
  const colleague = await visit('/cohorts');
  await write(page, 'AgeInYears() >= 18');
  await write(colleague.page, 'AgeInYears() >= 21');
  await save(colleague.page);
  await colleague.page.locator('.toast').getByText('adults is saved').waitFor();
  await save(page);
  const asks = page.getByRole('alert').filter({ hasText: 'ada has saved a cohort under this name' });
  await asks.locator('del').getByText('AgeInYears() >= 21').waitFor();
  await asks.getByRole('button', { name: 'Replace it by mine' }).click();
  await page.locator('.toast').getByText('adults is saved').waitFor();
  // The colleague’s page, which stands idle, learns of it, and nobody is said to have looked for it.
  await expect.poll(() => colleague.page.getByLabel('Expression in CQL').inputValue()).toBe('AgeInYears() >= 18');
  await leave(colleague);
});

story('what the page asks for by itself is written down as nobody’s look', '/tasks', async ({ page }, clinic) => {
  await page.locator('.grid-foot, .empty').first().waitFor();
  const lists = async () => {
    const { entries } = await (await page.context().request.get('/api/v1/audit?action=tasks.list&limit=100')).json();
    return (entries as { detail: string }[]).map((e) => e.detail.includes('refetch'));
  };
  const before = await lists();
  expect(before).not.toContain(true);
  // A call that is answered changes the tasks.
  expect(await clinic.reply('mirabel', 'Please call me, I have a question')).toBe(200);
  await expect.poll(async () => (await lists()).length).toBeGreaterThan(before.length);
  const after = await lists();
  expect(after.filter((by_itself) => !by_itself)).toHaveLength(before.length);
});
