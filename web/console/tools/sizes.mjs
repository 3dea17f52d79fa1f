// Prints the sizes of what a browser loads; fails where the first script (with everything that it
// imports at once, gzip) is larger than 250 kB.
import fs from 'node:fs';
import { gzipSync } from 'node:zlib';

const budget_kb = 250;
const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(fs.readFileSync(new URL('manifest.json', dist), 'utf8'));
const kb = (file) => gzipSync(fs.readFileSync(new URL(file, dist)), { level: 9 }).length / 1000;
const entry = Object.values(manifest).find((chunk) => chunk.isEntry);

function withImports(chunk, found = new Set()) {
  found.add(chunk.file);
  for (const name of chunk.imports ?? []) withImports(manifest[name], found);
  return found;
}

const first = [...withImports(entry)].reduce((sum, file) => sum + kb(file), 0);
const styles = (entry.css ?? []).reduce((sum, file) => sum + kb(file), 0);
console.log(`first script ${first.toFixed(0)} kB gzip of ${budget_kb}, first styles ${styles.toFixed(0)} kB`);
const own = withImports(entry);
for (const chunk of Object.values(manifest)) {
  if (!chunk.isDynamicEntry || !chunk.src?.startsWith('src/')) continue;
  const more = [...withImports(chunk)].filter((file) => !own.has(file)).reduce((sum, file) => sum + kb(file), 0);
  console.log(`  ${chunk.src.replace('src/', '').padEnd(44)} ${more.toFixed(1).padStart(6)} kB`);
}
if (first > budget_kb) { console.error(`the first script is larger than ${budget_kb} kB`); process.exit(1); }
