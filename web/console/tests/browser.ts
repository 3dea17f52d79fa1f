// A browser for the stories: against the mock server, or a real one:
//   PARCOURS_URL=http://127.0.0.1:8080 PARCOURS_USER=… PARCOURS_PASSWORD=… npx vitest run --config vitest.browser.config.ts
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { expect } from 'vitest';

export const real = process.env['PARCOURS_URL'] ?? '';
export const user = process.env['PARCOURS_USER'] ?? 'amina';
export const password = process.env['PARCOURS_PASSWORD'] ?? 'invented practice';
const axeSource = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

type Mock = { url: string; state: { sessions: Map<string, unknown>; streams: Set<unknown>; world: { tasks: unknown[] } }; server: unknown; close: () => Promise<void> };
let browser: Browser | undefined;

/** A place to test: the mock (each file its own), or the server named by PARCOURS_URL. */
export async function openPlace(options: Record<string, unknown> = {}) {
  const mock: Mock | null = real === '' ? await (await import('../mock/listen.mjs' as string)).listen(options) : null;
  await openBrowser();
  return { mock, url: mock?.url ?? real, close: async () => { await mock?.close(); await closeBrowser(); } };
}

export async function openBrowser() {
  browser ??= await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
}
export async function closeBrowser() {
  await browser?.close();
  browser = undefined;
}

export type Story = { page: Page; faults: string[]; requests: string[] };

/** A new window. `faults` collects what must never happen: errors, and anything that the content
 * security policy had to stop. */
export async function newStory(url: string, options: BrowserContextOptions = {}): Promise<Story> {
  const context = await browser!.newContext({ baseURL: url, viewport: { width: 1440, height: 900 }, locale: 'en', ...options });
  const page = await context.newPage();
  const faults: string[] = [];
  const requests: string[] = [];
  await page.addInitScript(() => {
    const seen: string[] = [];
    Object.assign(window, { violations: seen });
    document.addEventListener('securitypolicyviolation', (e) => seen.push(`${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`));
  });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => { if (message.type() === 'error' && !/Failed to load resource|ERR_CONNECTION|ERR_INCOMPLETE/.test(message.text())) faults.push(message.text()); });
  page.on('request', (request) => requests.push(request.url()));
  page.setDefaultTimeout(30_000);
  return { page, faults, requests };
}

/** Logs in by the page, where it stands. */
export async function logIn(page: Page, name = user, word = password) {
  await page.locator('input[autocomplete="username"]').fill(name);
  await page.locator('input[autocomplete="current-password"]').fill(word);
  await page.locator('button[type="submit"]').click();
}

/** Logs in without the page: quicker, where the log-in is not the story. */
export async function enter(story: Story, path: string, name = user, word = password) {
  const answer = await story.page.context().request.post('/api/v1/session', { data: { name, password: word } });
  expect(answer.status()).toBe(200);
  const heard = story.page.waitForResponse((r) => new URL(r.url()).pathname === '/api/v1/events').catch(() => null);
  await story.page.goto(path);
  await story.page.locator('main h1').first().waitFor({ state: 'attached' });
  // What changes before the page hears of changes it would never learn of. Outside the shell nothing is heard.
  if (await story.page.locator('.shell').count() > 0) await heard;
}

/** Nothing was stopped by the policy, no error was shown to the developer, nobody else was asked. */
export async function expectClean(story: Story, url: string) {
  const violations = await story.page.evaluate(() => (window as unknown as { violations: string[] }).violations);
  expect(violations, 'content security policy').toEqual([]);
  expect(story.faults, 'errors').toEqual([]);
  expect(story.requests.filter((r) => !r.startsWith(url) && !r.startsWith('data:') && !r.startsWith('blob:')), 'requests to others').toEqual([]);
}

export async function expectAccessible(page: Page) {
  // What stands is judged, not what is on its way there.
  await page.evaluate(() => Promise.all(document.getAnimations().filter((a) => a.effect?.getComputedTiming().iterations !== Infinity).map((a) => a.finished.catch(() => undefined))));
  await page.evaluate(axeSource);
  const found = await page.evaluate(async () => {
    const axe = (window as unknown as { axe: { run: (where: unknown, what: unknown) => Promise<{ violations: { id: string; help: string; nodes: { target: string[]; failureSummary: string }[] }[] }> } }).axe;
    const result = await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
    return result.violations.map((v) => `${v.id}: ${v.help} — ${v.nodes.slice(0, 3).map((n) => `${n.target.join(' ')} (${n.failureSummary.split('\n')[1]?.trim() ?? ''})`).join('; ')}`);
  });
  expect(found.join('\n')).toBe('');
}
