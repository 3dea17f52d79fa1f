// Logging in by the organisation's account, the second step, duties, one's own password.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enter, expectAccessible, expectClean, logIn, newStory, openPlace, password, real, type Story } from './browser';

type State = { users: Record<string, unknown>[]; refuse?: string };
let place: Awaited<ReturnType<typeof openPlace>>;
const state = () => place.mock!.state as unknown as State;
const person = (name: string) => state().users.find((u) => u['name'] === name)!;
beforeAll(async () => { place = await openPlace({ provider: 'Riverside Hospital' }); });
afterAll(() => place.close());

function story(name: string, tell: (story: Story) => Promise<void>) {
  it.skipIf(real !== '')(name, async () => {
    const s = await newStory(place.url);
    await tell(s);
    await expectClean(s, place.url);
    await s.page.context().close();
  });
}

describe('the organisation\u2019s account', () => {
  story('leads to the place that was asked for', async ({ page }) => {
    await page.goto('/tasks?state=all');
    await page.getByRole('link', { name: 'Log in with Riverside Hospital' }).click();
    await page.getByRole('heading', { name: 'Tasks' }).waitFor();
    expect(page.url()).toContain('/tasks?state=all');
  });
  story('says why it did not let somebody in', async ({ page }) => {
    state().refuse = 'no-access';
    await page.goto('/');
    await page.getByRole('link', { name: /Log in with/ }).click();
    await page.getByRole('alert').getByText('Your account has no access here').waitFor();
    await expectAccessible(page);
    delete state().refuse;
    await logIn(page);
    await page.getByRole('heading', { name: 'Where our patients are' }).waitFor();
    expect(page.url()).not.toContain('log_in');
  });
});

describe('my account', () => {
  story('sets up a one-time code, and a recovery code stands in for the phone', async (s) => {
    const { page } = s;
    await enter(s, '/account', 'benoit');
    await page.getByRole('button', { name: 'Set up' }).click();
    const form = page.locator('form').filter({ hasText: 'So that nobody else' });
    await form.locator('input[autocomplete="current-password"]').fill(password);
    await form.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('img', { name: 'Picture for your authenticator app' }).waitFor();
    await expectAccessible(page);
    await page.locator('input[autocomplete="one-time-code"]').fill('654321');
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByRole('alert').waitFor();
    await page.locator('input[autocomplete="one-time-code"]').fill('123456');
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.locator('.codes li').first().waitFor();
    const codes = await page.locator('.codes li').allInnerTexts();
    expect(codes).toHaveLength(10);
    await expectAccessible(page);
    expect(await page.getByRole('button', { name: 'Done' }).isDisabled()).toBe(true);
    await page.getByLabel('I have kept these codes').check();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByText('10 recovery codes are left').waitFor();
    await page.context().clearCookies();
    await page.goto('/account');
    await logIn(page, 'benoit');
    await page.getByRole('button', { name: 'My phone is not at hand' }).click();
    await page.getByLabel('Recovery code').fill(codes[0]!);
    await page.locator('button[type="submit"]').click();
    await page.getByText('9 recovery codes are left').waitFor();
    await page.getByRole('button', { name: 'Remove the one-time code' }).click();
    const removing = page.locator('form').filter({ hasText: 'So that nobody else' });
    await removing.locator('input[autocomplete="current-password"]').fill(password);
    await removing.getByRole('button', { name: 'Remove the one-time code' }).click();
    await page.getByText('Your password alone logs you in').waitFor();
  });
  story('changes the password, for which the old one is needed', async (s) => {
    const { page } = s;
    await enter(s, '/account', 'dora');
    const fill = async (old: string, fresh: string, again: string) => {
      await page.getByLabel('Present password').fill(old);
      await page.getByLabel('New password', { exact: true }).fill(fresh);
      await page.getByLabel('The new password once more').fill(again);
    };
    await fill('not the password', 'a walk along the sea', 'a walk along the lake');
    await page.getByText('The two differ').waitFor();
    await fill('not the password', 'a walk along the sea', 'a walk along the sea');
    await page.getByRole('button', { name: 'Change the password' }).click();
    await page.getByRole('alert').getByText('This is not your present password').waitFor();
    await fill(password, 'a walk along the sea', 'a walk along the sea');
    await page.getByRole('button', { name: 'Change the password' }).click();
    await page.getByText('Your password is changed').waitFor();
    expect(person('dora')['password']).toBe('a walk along the sea');
    person('dora')['password'] = password;
  });
  story('whoever got a password from somebody else chooses another first', async ({ page }) => {
    person('dora')['must_change'] = true;
    await page.goto('/tasks');
    await logIn(page, 'dora');
    await page.getByRole('heading', { name: 'Choose your own password' }).waitFor();
    await expectAccessible(page);
    await page.getByLabel('Present password').fill(password);
    await page.getByLabel('New password', { exact: true }).fill('a walk along the sea');
    await page.getByLabel('The new password once more').fill('a walk along the sea');
    await page.getByRole('button', { name: 'Change the password' }).click();
    await page.getByRole('heading', { name: 'Tasks' }).waitFor();
    person('dora')['password'] = password;
  });
  story('a role that needs a second step sets it up first', async ({ page }) => {
    person('benoit')['needs_code'] = true;
    await page.goto('/tasks');
    await logIn(page, 'benoit');
    await page.getByRole('heading', { name: 'Set up a one-time code' }).waitFor();
    await page.getByLabel('Present password').fill(password);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.locator('input[autocomplete="one-time-code"]').fill('123456');
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByLabel('I have kept these codes').check();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('heading', { name: 'Tasks' }).waitFor();
  });
});
