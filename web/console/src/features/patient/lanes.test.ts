import { describe, expect, it } from 'vitest';
import { splitAt, parsePlace } from '@/features/cohorts/place';
import { roundPath } from '@/features/campaigns/layout';
import { initials } from './Header';
import { axisTicks, placeMarks, shortText, type Mark } from './lanes';

const mark = (id: string, from: number, label = 'seen', to: number | null = null): Mark => ({ id, lane: 'clinical', from, to, label });

describe('lanes', () => {
  it('put marks where they belong and drop what is outside', () => {
    const placed = placeMarks([mark('a', 0), mark('b', 50), mark('c', 100), mark('d', 101)], 0, 100, 1000);
    expect(placed.map((m) => [m.id, m.x])).toEqual([['c', 1000], ['b', 500], ['a', 0]]);
  });
  it('leave out labels that would meet, the newest keep theirs', () => {
    const placed = placeMarks([mark('a', 92, 'an older long label'), mark('b', 97, 'a newer long label')], 0, 100, 600);
    expect(placed.find((m) => m.id === 'b')!.labelled).toBe(true);
    expect(placed.find((m) => m.id === 'a')!.labelled).toBe(false);
  });
  it('count what stands on the same spot', () => {
    const placed = placeMarks([mark('a', 50), mark('b', 51), mark('c', 52)], 0, 100, 600);
    expect(placed).toHaveLength(1);
    expect(placed[0]!.hidden).toBe(2);
  });
  it('draw intervals as bars that end at the edge', () => {
    const [bar] = placeMarks([mark('a', -50, 'plan', 150)], 0, 100, 600);
    expect(bar).toMatchObject({ x: 0, width: 600 });
  });
  it('give bars that overlap a line each', () => {
    const placed = placeMarks([mark('a', 10, 'one', 60), mark('b', 20, 'two', 90), mark('c', 70, 'three', 95)], 0, 100, 600);
    expect(Object.fromEntries(placed.map((m) => [m.id, m.line]))).toEqual({ c: 0, b: 1, a: 0 });
  });
  it('choose round moments for the axis', () => {
    const ticks = axisTicks(Date.UTC(2025, 2, 12), Date.UTC(2026, 2, 12), 6);
    expect(ticks.length).toBeGreaterThan(3);
    expect(ticks.length).toBeLessThanOrEqual(7);
    expect(ticks.every((at) => new Date(at).getUTCDate() === 1)).toBe(true);
    expect(axisTicks(Date.UTC(1950, 0, 1), Date.UTC(2026, 0, 1), 8).length).toBeLessThanOrEqual(9);
  });
  it('shorten what a record says', () => {
    expect(shortText('Encounter: Follow-up encounter, because of Asthma')).toBe('Follow-up encounter');
    expect(shortText('MedicationRequest: 24 HR Metformin hydrochloride 500 MG Extended Release')).toHaveLength(33);
  });
});

describe('small things', () => {
  it('make initials in any script', () => {
    expect(initials('Margaux Lefèvre')).toBe('ML');
    expect(initials('王秀英')).toBe('王');
    expect(initials('O’Shaughnessy-Featherstonehaugh, Bartholomew Ignatius')).toBe('OI');
    expect(initials('Cher')).toBe('C');
    expect(initials('')).toBe('');
  });
  it('find the place of a mistake', () => {
    expect(parsePlace('3:14')).toEqual({ line: 3, column: 14 });
    expect(parsePlace('line 3, column 14')).toEqual({ line: 3, column: 14 });
    expect(parsePlace('cql')).toEqual({ line: 0, column: 0 });
    expect(splitAt('ab cd\nef ghi jk', 2, 4)).toEqual(['ab cd\nef ', 'ghi', ' jk']);
    expect(splitAt('ab', 9, 9)).toEqual(['ab', '', '']);
  });
  it('round the corners of an edge', () => {
    expect(roundPath([{ x: 0, y: 0 }, { x: 0, y: 20 }, { x: 30, y: 20 }], 5)).toBe('M0 0L0 15Q0 20 5 20L30 20');
    expect(roundPath([])).toBe('');
  });
});
