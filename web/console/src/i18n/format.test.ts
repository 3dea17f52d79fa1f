import { describe, expect, it } from 'vitest';
import { makeFormat } from './format';

const now = Date.parse('2026-03-12T15:20:00Z');
const format = makeFormat('en', 'America/New_York', now);

describe('format', () => {
  it('groups digits and signs numbers with a real minus', () => {
    expect(format.number(1234567)).toBe('1,234,567');
    expect(format.signedShort(9999)).toBe('+9,999');
    expect(format.signedShort(-12345)).toBe('−12.3K');
  });
  it('shows moments in the practice’s zone, the year only when it is another', () => {
    expect(format.moment('2026-03-01T03:30:00Z')).toBe('28 Feb, 22:30');
    expect(format.day('2019-07-01T12:00:00Z')).toBe('1 Jul 2019');
    expect(makeFormat('zh', 'Asia/Shanghai', now).moment('2026-03-01T20:00:00Z')).toBe('3月2日, 04:00');
  });
  it('moves no birthday by a zone', () => {
    expect(format.date('1964-02-29')).toBe('29 Feb 1964');
    expect(format.date('1964')).toBe('1964');
  });
  it('gives back what is no day and no moment', () => {
    for (const bad of ['2026-13-45', 'soon', '']) {
      for (const tell of [format.date, format.day, format.dayFull, format.time, format.moment, format.ago]) expect(tell(bad)).toBe(bad);
    }
  });
  it('says how long ago in the unit that fits', () => {
    expect(format.ago('2026-03-12T15:14:00Z')).toContain('6');
    expect(makeFormat('fr', 'Europe/Paris', now).ago('2026-03-02T15:20:00Z')).toMatch(/10/);
    expect(format.ago('2024-03-12T15:20:00Z')).toMatch(/2/);
  });
  it('survives an unknown zone', () => {
    expect(makeFormat('en', 'Mars/Olympus', now).zone).toBe('UTC');
  });
  it('gives percent with a digit where it is small', () => {
    expect(format.percent(41, 1000)).toBe('4.1%');
    expect(format.percent(1, 2)).toBe('50%');
    expect(format.percent(1, 0)).toBe('0%');
  });
});

describe('a day without a time', () => {
  it('is the same day in every zone; a moment is not', () => {
    const now = Date.parse('2026-01-01T00:00:00Z');
    for (const zone of ['America/New_York', 'UTC', 'Pacific/Auckland']) {
      const format = makeFormat('en', zone, now);
      expect(format.day('2025-03-10T00:00:00Z'), zone).toBe('10 Mar 2025');
      expect(format.day('2026-01-05T00:00:00Z'), zone).toBe('5 Jan');
      expect(format.moment('2025-03-10T00:00:00.000Z'), zone).toBe('10 Mar 2025');
    }
    expect(makeFormat('en', 'America/New_York', now).day('2025-03-10T01:00:00Z')).toBe('9 Mar 2025');
  });
});
