// How soon a browser whose processor is four times slower shows the console's first view: first
// contentful paint, and the home map's first figures, with an empty cache, already logged in.
//   node bench/first_view.mjs URL USER PASSWORD [RUNS]
// One JSON object on standard output: medians and the best, slowed and, for comparison, not.
import { createRequire } from 'node:module';

const { chromium } = createRequire(new URL('../web/console/package.json', import.meta.url))('playwright-core');
const [url, name, password, runs = '5'] = process.argv.slice(2);
if (!password) {
  console.error('first_view: name URL, USER and PASSWORD');
  process.exit(2);
}

/** One visit with a cache of its own. */
async function visit(browser, slowed) {
  const context = await browser.newContext({ baseURL: url, viewport: { width: 1440, height: 900 }, locale: 'en' });
  const answer = await context.request.post('/api/v1/session', { data: { name, password } });
  if (answer.status() !== 200) throw new Error(`log-in: ${answer.status()} ${await answer.text()}`);
  const page = await context.newPage();
  const tools = await context.newCDPSession(page);
  await tools.send('Emulation.setCPUThrottlingRate', { rate: slowed });
  let bytes = 0;
  await tools.send('Network.enable');
  tools.on('Network.loadingFinished', (event) => { bytes += event.encodedDataLength; });
  const began = performance.now();
  await page.goto('/', { waitUntil: 'commit' });
  await page.locator('.tile').first().waitFor();
  const view_ms = Math.round(performance.now() - began);
  const paint_ms = await page.evaluate(() => Math.round(performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? -1));
  await context.close();
  return { view_ms, paint_ms, bytes };
}

const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
await visit(browser, 1); // the browser itself is warm
const result = {};
for (const [kind, slowed] of [['slowed', 4], ['plain', 1]]) {
  const visits = [];
  for (let run = 0; run < Number(runs); ++run) visits.push(await visit(browser, slowed));
  result[kind] = {
    view_ms: median(visits.map((v) => v.view_ms)),
    view_best_ms: Math.min(...visits.map((v) => v.view_ms)),
    paint_ms: median(visits.map((v) => v.paint_ms)),
    bytes: visits[0].bytes,
  };
}
await browser.close();
console.log(JSON.stringify(result));
