import { stages } from '@/ui/Stage';

export const names = ['q', 'stage', 'concern', 'state', 'moved', 'cohort', 'campaign', 'step', 'sort'] as const;
export type Filters = Partial<Record<(typeof names)[number], string>>;
export const states = ['overdue', 'lost', 'in-hospital', 'palliative', 'left', 'deceased', 'registered', 'suspected-death'] as const;
export const sorts = ['name', '-name', 'since', '-since', 'age', '-age'] as const;

type Known<T extends readonly string[]> = T[number];
const oneOf = <const T extends readonly string[]>(list: T, value: string | undefined): Known<T> | undefined => (value !== undefined && (list as readonly string[]).includes(value) ? value : undefined);

/** "help:care:7" → from, to, days; either stage may be empty. */
export function parseMoved(text: string | undefined) {
  const match = /^(\w*):(\w*):(\d{1,4})$/.exec(text ?? '');
  if (!match) return null;
  const from = oneOf(stages, match[1]);
  const to = oneOf(stages, match[2]);
  if ((match[1] && !from) || (match[2] && !to) || (!from && !to)) return null;
  return { from, to, days: Number(match[3]) };
}

/** What the API is asked for: a value in the address that nobody knows is left out. */
export function toQuery(filters: Filters, as_of: string | undefined) {
  const stage = oneOf(stages, filters.stage);
  const state = oneOf(states, filters.state);
  const sort = oneOf(sorts, filters.sort);
  return {
    ...(filters.q ? { q: filters.q } : {}), ...(stage ? { stage } : {}), ...(filters.concern ? { concern: filters.concern } : {}), ...(state ? { state } : {}),
    ...(parseMoved(filters.moved) ? { moved: filters.moved } : {}), ...(filters.cohort ? { cohort: filters.cohort } : {}),
    ...(filters.campaign ? { campaign: filters.campaign, ...(filters.step ? { step: filters.step } : {}) } : {}), ...(sort ? { sort } : {}), ...(as_of ? { as_of } : {}),
  };
}
