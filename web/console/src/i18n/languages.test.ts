import { IntlMessageFormat } from 'intl-messageformat';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import en from './en.json';
import fr from './fr.json';
import { isPattern } from './index';
import zh from './zh.json';

const source = path.join(import.meta.dirname, '..');
const files = fs.readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((f) => /\.tsx?$/.test(f) && !/\.test\.ts$|schema\.d\.ts$/.test(f));
const text = files.map((f) => fs.readFileSync(path.join(source, f), 'utf8')).join('\n');
// Words of coded things are looked up by group and code: words.ts.
const groups = ['stage', 'concern', 'status', 'state', 'reason', 'cure', 'check', 'channel', 'message', 'purpose', 'task', 'queue', 'outcome', 'step', 'role', 'gender', 'action', 'kind', 'way'];
const templates = [...text.matchAll(/\bt\(`([\w.-]*)\$\{[^`]*`/g)].map((m) => m[1] as string);
const bundles = { en, fr, zh } as Record<string, Record<string, string>>;

describe('languages', () => {
  it('say texts that are no patterns as the parser would', () => {
    for (const [language, texts] of Object.entries(bundles)) {
      for (const [key, text] of Object.entries({ ...texts, quoted: "it''s", sharp: '# 1', tag: "<b>it's</b>" })) {
        if (!isPattern(text)) expect(new IntlMessageFormat(text, language, undefined, { ignoreTag: true }).format(), key).toBe(text);
      }
    }
    expect(['{a}', "it''s", "'{'", "it's"].map(isPattern)).toEqual([true, true, true, false]);
  });
  it('have the same keys', () => {
    for (const language of ['fr', 'zh']) expect(Object.keys(bundles[language]!).sort()).toEqual(Object.keys(en).sort());
  });
  it('have every key that the source names', () => {
    const named = [...text.matchAll(/\bt\(\s*'([\w.-]+)'/g)].map((m) => m[1] as string);
    const chosen = [...text.matchAll(/\bt\([^'`()]*\?\s*'([\w.-]+)'\s*:\s*(?:[^'`()]*\?\s*'([\w.-]+)'\s*:\s*)?'([\w.-]+)'/g)].flatMap((m) => [m[1], m[2], m[3]].filter((k): k is string => k !== undefined));
    expect([...new Set([...named, ...chosen])].filter((key) => !(key in en))).toEqual([]);
    expect(named.length).toBeGreaterThan(200);
  });
  it('have no key that nobody uses', () => {
    const coded = (key: string) => groups.includes(key.split('.')[0]!) && text.includes(`word('${key.split('.')[0]}')`);
    const unused = Object.keys(en).filter((key) => !text.includes(`'${key}'`) && !coded(key) && !templates.some((prefix) => prefix !== '' && key.startsWith(prefix)));
    expect(unused).toEqual([]);
  });
  it('can all be read as ICU messages, with the same arguments', () => {
    const names = (message: string, language: string) => {
      const found = new Set<string>();
      const walk = (parts: ReturnType<IntlMessageFormat['getAst']>) => { for (const part of parts) { if (part.type !== 0 && part.type !== 7 && 'value' in part) found.add(part.value); if ('options' in part && part.options) for (const option of Object.values(part.options)) walk((option as { value: typeof parts }).value); } };
      walk(new IntlMessageFormat(message, language).getAst());
      return [...found].sort();
    };
    const wrong: string[] = [];
    for (const [key, message] of Object.entries(en)) for (const language of ['fr', 'zh']) {
      const here = names(bundles[language]![key]!, language);
      const there = names(message, 'en');
      // Chinese needs no count to choose a plural.
      if (here.some((n) => !there.includes(n)) || there.some((n) => !here.includes(n) && n !== 'count')) wrong.push(`${language} ${key}: ${here.join()} / ${there.join()}`);
    }
    expect(wrong).toEqual([]);
  });
});
