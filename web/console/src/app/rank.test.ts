import { describe, expect, it } from 'vitest';
import { findDay, rank } from './rank';

describe('the palette', () => {
  it('prefers the beginning of the text, then of a word, then anywhere', () => {
    expect(rank('Tasks', 'task')).toBeGreaterThan(rank('All tasks', 'task'));
    expect(rank('All tasks', 'task')).toBeGreaterThan(rank('Multitasks', 'task'));
    expect(rank('Multitasks', 'task')).toBeGreaterThan(rank('Campaigns', 'cmg'));
    expect(rank('Campaigns', 'cmg')).toBeGreaterThan(0);
    expect(rank('Campaigns', 'xyz')).toBe(0);
  });
  it('does not mind accents, case or script', () => {
    expect(rank('Équipe', 'equ')).toBe(80);
    expect(rank('患者', '患')).toBe(80);
    expect(rank('Home', '')).toBe(1);
  });
  it('finds a day, and only a real one', () => {
    expect(findDay('2026-1-31')).toBe('2026-01-31');
    expect(findDay('31.1.2026')).toBe('2026-01-31');
    expect(findDay(' 31/01/2026 ')).toBe('2026-01-31');
    for (const bad of ['2026-02-30', '31.13.2026', '617 555', '2026']) expect(findDay(bad)).toBeNull();
  });
});
