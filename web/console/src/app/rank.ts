const fold = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** How well a text answers what was typed: 0 for not at all. The beginning of the text, then of a
 * word, then anywhere, then letters in order. Accents do not matter. */
export function rank(text: string, typed: string): number {
  const wanted = fold(typed.trim());
  if (wanted === '') return 1;
  const whole = fold(text);
  if (whole === wanted) return 100;
  if (whole.startsWith(wanted)) return 80;
  if (whole.split(/[\s\-·:]+/).some((word) => word.startsWith(wanted))) return 60;
  if (whole.includes(wanted)) return 40;
  let at = 0;
  for (const letter of whole) if (letter === wanted[at]) at += 1;
  return at === wanted.length && wanted.length > 1 ? 10 : 0;
}

/** A date in what was typed, as the palette offers to move the time: "2026-01-31", "31.1.2026". */
export function findDay(typed: string): string | null {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(typed.trim());
  const local = /^(\d{1,2})[./](\d{1,2})[./](\d{4})$/.exec(typed.trim());
  const parts = iso ? [iso[1], iso[2], iso[3]] : local ? [local[3], local[2], local[1]] : null;
  if (!parts) return null;
  const day = `${parts[0]}-${parts[1]!.padStart(2, '0')}-${parts[2]!.padStart(2, '0')}`;
  const at = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day) ? day : null;
}
