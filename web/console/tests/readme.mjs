// The pictures of README.md: half a virtual year of an invented practice of 2,000, served by the
// program that is named.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium } from 'playwright-core';

const program = process.argv[2];
const out = path.join(import.meta.dirname, '../../../docs/pictures');
const bytes_max = 250_000;
const staff = { name: 'amina', password: 'a walk along the river' };
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'parcours-pictures-'));
const data = path.join(folder, 'data');

function run(words, input = '') {
  const ended = spawnSync(program, words, { input, encoding: 'utf8' });
  if (ended.status !== 0) throw new Error(`parcours ${words[0]}: ${ended.stderr || ended.error}`);
}

function serve() {
  const server = spawn(program, ['serve', '--data', data, '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  return new Promise((done, fail) => {
    server.on('exit', () => fail(new Error(`the server ended: ${said}`)));
    server.stderr.on('data', (piece) => {
      said += piece;
      const url = / at (http:\/\/[\d.:]+);/.exec(said)?.[1];
      if (url) done({ server, url });
    });
  });
}

/** Somebody of whom there is much to tell: messages, tasks, several health topics. */
async function chooseSomebody(get) {
  const { messages } = await get('/api/v1/outbox?limit=200');
  let best = { id: '', worth: -1 };
  for (const id of [...new Set(messages.map((m) => m.patient))].sort().slice(0, 80)) {
    const p = await get(`/api/v1/patients/${id}`);
    const recent = p.timeline.filter((row) => row.at && Date.parse(p.as_of) - Date.parse(row.at) < 365 * 86_400_000);
    const worth = 3 * Math.min(4, p.messages.length) + 2 * Math.min(4, p.positions.length) + 3 * p.tasks.filter((t) => t.outcome === '').length + Math.min(8, recent.length) + 2 * new Set(recent.map((row) => row.lane)).size + 3 * Math.min(2, p.enrolments.length);
    if (worth > best.worth) best = { id, worth };
  }
  return best.id;
}

async function takePictures(url) {
  const browser = await chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en', baseURL: url, reducedMotion: 'reduce' });
  await context.request.post('/api/v1/session', { data: staff });
  const get = async (where) => (await context.request.get(where)).json();
  const page = await context.newPage();
  const somebody = await chooseSomebody(get);
  const pictures = [['home', '/?days=30', 'light', '.arc-label'], ['home-dark', '/?days=30', 'dark', '.arc-label'], ['patient', `/patients/${somebody}`, 'light', '.record'], ['campaign', '/campaigns/colorectal-screening', 'light', '.step-box']];
  for (const [name, where, colorScheme, ready] of pictures) {
    await page.emulateMedia({ colorScheme });
    await page.goto(where);
    await page.locator(ready).first().waitFor();
    await page.waitForLoadState('networkidle', { timeout: 3000 }).catch(() => {}); // the stream of events stays open
    const file = path.join(out, `${name}.png`);
    await page.screenshot({ path: file });
    const { size } = fs.statSync(file);
    console.log(`docs/pictures/${name}.png ${Math.round(size / 1000)} kB`);
    if (size > bytes_max) throw new Error(`${name}.png is larger than ${bytes_max / 1000} kB`);
  }
  await browser.close();
}

fs.mkdirSync(out, { recursive: true });
let server;
try {
  run(['synth', '--patients', '2000', '--seed', '7', '--out', path.join(folder, 'export')]);
  run(['import', path.join(folder, 'export'), '--data', data]);
  run(['work', '--data', data, '--virtual', '--from', '2025-07-01', '--until', '2026-01-01']);
  run(['user', 'add', staff.name, '--role', 'administrator', '--data', data], `${staff.password}\n`);
  const served = await serve();
  server = served.server;
  server.removeAllListeners('exit');
  await takePictures(served.url);
} finally {
  if (server) { const ended = new Promise((done) => server.once('exit', done)); server.kill('SIGTERM'); await ended; }
  fs.rmSync(folder, { recursive: true, force: true });
}
