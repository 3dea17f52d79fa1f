/** What is dialled of a number as the record writes it: an extension is not part of it. */
export function dialled(number: string): string {
  const [main = ''] = number.replace(/^tel:/i, '').split(/[a-z;,#]/i);
  return main.replace(/(?!^\s*\+)[^\d]/g, '').trim();
}
