import { useRef } from 'react';
import { splitAt } from './place';

/** A text field for CQL with line numbers; a mistake is marked at its place beneath the letters. */
export function CqlBox({ value, onChange, label, place, readOnly, rows = 7 }: { value: string; onChange?: (value: string) => void; label: string; place: { line: number; column: number } | null; readOnly?: boolean; rows?: number }) {
  const under = useRef<HTMLPreElement>(null);
  const lines = value.split('\n');
  const [before, word, after] = place ? splitAt(value, place.line, place.column) : [value, '', ''];
  const scroll = (e: React.UIEvent<HTMLTextAreaElement>) => { if (under.current) { under.current.scrollTop = e.currentTarget.scrollTop; under.current.scrollLeft = e.currentTarget.scrollLeft; } };
  return (
    <div className={place ? 'cql wrong' : 'cql'}>
      <pre ref={under} className="cql-under" aria-hidden="true">{before}{place && <mark>{word || ' '}</mark>}{after}{'\n'}</pre>
      <textarea aria-label={label} aria-invalid={place !== null} value={value} readOnly={readOnly} onChange={(e) => onChange?.(e.target.value)} onScroll={scroll} rows={Math.max(rows, Math.min(18, lines.length + 1))} spellCheck={false} autoCapitalize="off" autoComplete="off" wrap="off" />
    </div>
  );
}
