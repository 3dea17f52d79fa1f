/** "3:14" or "line 3, column 14" → line 3, column 14; zero where there is no place. */
export function parsePlace(at: string): { line: number; column: number } {
  const match = /^(?:line )?(\d+)(?::|, column )(\d+)$/.exec(at.trim());
  return match ? { line: Number(match[1]), column: Number(match[2]) } : { line: 0, column: 0 };
}

/** Splits a text around a mistake: before it, the word that begins there (at least one letter), after. */
export function splitAt(text: string, line: number, column: number): [string, string, string] {
  const lines = text.split('\n');
  const index = Math.min(text.length, lines.slice(0, line - 1).reduce((n, l) => n + l.length + 1, 0) + Math.max(0, column - 1));
  const word = /^[\w"']+|^\S/.exec(text.slice(index))?.[0] ?? '';
  return [text.slice(0, index), word, text.slice(index + word.length)];
}
