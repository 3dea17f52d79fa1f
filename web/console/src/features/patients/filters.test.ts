import { describe, expect, it } from 'vitest';
import { pickParams, withParams } from '@/ui/url';
import { parseMoved, toQuery } from './filters';

describe('filters in the address', () => {
  it('keep the order and drop what is empty', () => {
    expect(withParams('?q=le&stage=care', { stage: 'help', state: '' })).toBe('?q=le&stage=help');
    expect(withParams('?q=le', { q: undefined })).toBe('');
    expect(withParams('', { moved: 'help:care:7' })).toBe('?moved=help:care:7');
    expect(withParams('', { q: 'Lefèvre & 李' })).toBe(`?q=${encodeURIComponent('Lefèvre')}+%26+${encodeURIComponent('李')}`);
  });
  it('are read back as written', () => {
    const written = withParams('', { q: 'a+b %', cohort: 'exists [Condition: "x"]' });
    expect(pickParams(written, ['q', 'cohort', 'stage'])).toEqual({ q: 'a+b %', cohort: 'exists [Condition: "x"]' });
  });
  it('say who moved', () => {
    expect(parseMoved('help:care:7')).toEqual({ from: 'help', to: 'care', days: 7 });
    expect(parseMoved(':care:30')).toEqual({ from: undefined, to: 'care', days: 30 });
    for (const bad of [undefined, '', '::7', 'help:care', 'x:care:7', 'help:care:x', 'help:care:12345']) expect(parseMoved(bad)).toBeNull();
  });
  it('never ask the server for what nobody knows', () => {
    expect(toQuery({ stage: 'heaven', state: 'happy', sort: 'height', moved: 'a:b:c', q: 'x' }, undefined)).toEqual({ q: 'x' });
    expect(toQuery({ stage: 'care', state: 'overdue', sort: '-since', campaign: 'welcome', step: 'pause' }, '2026-01-01')).toEqual({ stage: 'care', state: 'overdue', sort: '-since', campaign: 'welcome', step: 'pause', as_of: '2026-01-01' });
    expect(toQuery({ step: 'pause' }, undefined)).toEqual({});
  });
});
