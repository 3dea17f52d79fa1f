import { useMemo, useRef, useState } from 'react';

/** Where the keyboard stands in a list: on a row, by its key; `index` is where that row was last
 * seen, from which one goes on when it is gone. */
export type Cursor = { key: string; index: number } | null;

const page_rows = 10;
const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: page_rows, PageUp: -page_rows, Home: -Infinity, End: Infinity };

/** The index that a key moves to; null where the key moves nothing. `found` is where the row stands
 * now: below zero where it is gone, and the next row has moved up into its place. */
export function moveTo(key: string, cursor: Cursor, found: number, count: number): number | null {
  const step = steps[key];
  if (step === undefined || count === 0) return null;
  const gone = cursor !== null && found < 0;
  const from = gone ? (step > 0 ? cursor.index - 1 : cursor.index) : found;
  return Math.max(0, Math.min(count - 1, from + step));
}

/** The keyboard's row of a list that may change under it: it stays on the same row wherever that
 * one goes, and on none where that one is gone, so that no key ever means another row. */
export function useCursor(keys: string[]) {
  const [cursor, setCursor] = useState<Cursor>(null);
  const places = useMemo(() => new Map(keys.map((key, index) => [key, index])), [keys]);
  const at = cursor === null ? -1 : places.get(cursor.key) ?? -1;
  const last = useRef(0);
  if (at >= 0) last.current = at;
  const stand = (index: number) => { const key = keys[index]; if (key !== undefined) setCursor({ key, index }); };
  const seen: Cursor = cursor === null ? null : { key: cursor.key, index: last.current };
  return { at, stand, move: (key: string) => moveTo(key, seen, at, keys.length) };
}
