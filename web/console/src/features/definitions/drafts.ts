/** A changed text, and the one that it was made from. */
export type Draft = { text: string; was: string };
/** Changed texts by path, until they are published or discarded. `base` is the tag of the practice
 * that all of them were decided on: of the first one's, whatever was published since. */
export type Work = { base: string; drafts: ReadonlyMap<string, Draft>; /** Why this change. */ note?: string };

export const no_work: Work = { base: '', drafts: new Map() };

/** With another draft of one file, or without one. `tag` is of the practice that is being read. */
export function withDraft(work: Work, tag: string, path: string, draft: Draft | null): Work {
  const drafts = new Map(work.drafts);
  if (draft === null) drafts.delete(path);
  else drafts.set(path, draft);
  return drafts.size === 0 ? no_work : { ...work, base: work.drafts.size === 0 ? tag : work.base, drafts };
}

/** The same drafts on what was published meanwhile, after somebody has compared them. */
export function onto(work: Work, tag: string, theirs: ReadonlyMap<string, string>): Work {
  const drafts = new Map([...work.drafts].map(([path, { text }]) => [path, { text, was: theirs.get(path) ?? '' }] as const).filter(([, d]) => d.text !== d.was));
  return drafts.size === 0 ? no_work : { ...work, base: tag, drafts };
}
