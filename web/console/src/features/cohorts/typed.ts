import type { Schemas } from '@/api/client';
import { useKept } from '@/ui/kept';

type Cohort = Schemas['Cohort'];
/** What was typed and is not saved; `etag` is of the saved cohort that it was made from. */
export type Typed = { cql: string; name: string; etag: string };

export const keptAs = (cohort: string) => `cohort ${cohort}`;

/** The texts of the editor: as they are kept, until they are typed over. */
export function useTyped(cohort: Cohort | undefined) {
  const as_kept: Typed = { cql: cohort?.cql ?? '', name: cohort?.saved ? cohort.name : '', etag: cohort?.etag ?? '' };
  const [typed, keep] = useKept<Typed>(keptAs(cohort?.name ?? ''));
  const now = typed ?? as_kept;
  const type = (change: Partial<Pick<Typed, 'cql' | 'name'>>) => {
    const next = { ...now, ...change };
    keep(next.cql === as_kept.cql && next.name === as_kept.name ? null : next);
  };
  return { ...now, changed: typed !== null, type, discard: () => keep(null) };
}

/** What a saving names as replaced: what was seen of this name, or nothing where it was not chosen. */
export function replaced(cohort: Cohort | undefined, name: string, etag: string) {
  return cohort?.saved && cohort.name === name && etag !== '' ? { 'If-Match': etag } : { 'If-None-Match': '*' as const };
}
