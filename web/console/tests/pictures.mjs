// Pictures of each room at three sizes and in both modes, into tests/pictures/, for looking at; of
// the mock, or of a server named by PARCOURS_URL with PARCOURS_USER and PARCOURS_PASSWORD.
// node tests/pictures.mjs [ROOM…] [--languages] [--one]
import fs from 'node:fs';
import { chromium } from 'playwright-core';
import { listen } from '../mock/listen.mjs';
import { password } from '../mock/staff.mjs';

const out = new URL('./pictures/', import.meta.url).pathname;
const sizes = [['wide', 1440, 900], ['middle', 1024, 768], ['phone', 390, 844]];
const rooms = {
  home: '/', 'home-past': '/?as_of=2026-02-20&days=30', 'home-concern': '/?concern=heart', patients: '/patients?state=overdue', patient: '/patients/{patient}?span=5', 'patient-why': '/patients/{patient}?message={message}',
  tasks: '/tasks?task={task}', cohorts: '/cohorts?cohort=diabetes-hba1c-due', campaigns: '/campaigns', campaign: '/campaigns/colorectal-screening', 'campaign-outline': '/campaigns/diabetes-hba1c?view=outline',
  outbox: '/outbox', 'outbox-message': '/outbox?status=not-sent&message={refused}', quarantine: '/quarantine', definitions: '/definitions?file=campaigns%2Fwelcome.yaml', users: '/users', sessions: '/sessions?staff=all', audit: '/audit',
  error: '/?mock_fail=getMap', nothing: '/nowhere',
};
const asked = process.argv.slice(2).filter((a) => !a.startsWith('--'));
const wanted = asked.length > 0 ? asked : [...Object.keys(rooms), 'login'];
const languages = process.argv.includes('--languages') ? ['en', 'fr', 'zh'] : ['en'];
const one = process.argv.includes('--one');

fs.mkdirSync(out, { recursive: true });
const url = process.env['PARCOURS_URL'];
const mock = url ? { url, close: () => {} } : await listen();
const staff = { name: process.env['PARCOURS_USER'] ?? 'amina', password: process.env['PARCOURS_PASSWORD'] ?? password };
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
for (const language of languages) for (const scheme of ['light', 'dark']) for (const [size, width, height] of sizes) {
  if (one && size !== 'wide') continue;
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, locale: language, baseURL: mock.url });
  const page = await context.newPage();
  page.on('console', (m) => { if (m.type() === 'error' && !m.text().includes('503')) console.log(`${size} ${scheme}: ${m.text()}`); });
  const shoot = async (name) => { await page.waitForTimeout(name === 'campaign' ? 2500 : 900); await page.screenshot({ path: `${out}${name}-${size}-${scheme}${language === 'en' ? '' : `-${language}`}.png` }); };
  if (wanted.includes('login')) { await page.goto('/'); await page.waitForSelector('form'); await shoot('login'); }
  await context.request.post('/api/v1/session', { data: staff });
  const get = async (path) => (await context.request.get(path)).json();
  const { tasks } = await get('/api/v1/tasks?limit=8');
  const refused = (await get('/api/v1/outbox?status=not-sent')).messages[0];
  const ids = { patient: refused?.patient, message: refused?.id, task: tasks.at(-1)?.id, refused: refused?.id };
  for (const name of wanted) {
    if (!rooms[name]) continue;
    await page.goto(rooms[name].replace(/\{(\w+)\}/g, (_, key) => ids[key]), { waitUntil: 'load' });
    await shoot(name);
  }
  await context.close();
}
await browser.close();
await mock.close();
