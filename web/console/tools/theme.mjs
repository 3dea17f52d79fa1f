// Writes Mantine's theme variables into a static file, src/theme/variables.css: the CSP allows no
// <style> element, so the provider must not make one.
import { convertCssVariables, defaultCssVariablesResolver, DEFAULT_THEME, mergeMantineTheme } from '@mantine/core';
import fs from 'node:fs';
import { transformWithEsbuild } from 'vite';

const source = fs.readFileSync(new URL('../src/theme/theme.ts', import.meta.url), 'utf8');
const { code } = await transformWithEsbuild(source, 'theme.ts', { format: 'esm' });
const file = new URL('../.theme.tmp.mjs', import.meta.url);
fs.writeFileSync(file, code);
try {
  const { theme } = await import(file.href);
  const merged = mergeMantineTheme(DEFAULT_THEME, theme);
  const css = convertCssVariables(defaultCssVariablesResolver(merged), ':root');
  // One rule a line, so that a change can be read.
  fs.writeFileSync(new URL('../src/theme/variables.css', import.meta.url),
    `/* Written by tools/theme.mjs from theme.ts. */\n${css.replaceAll(';', ';\n').replaceAll('{', '{\n')}\n`);
} finally {
  fs.rmSync(file);
}
