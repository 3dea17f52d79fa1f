import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { Icon } from './Icon';

/** A search that waits until typing pauses; ↓ goes on into the list. */
export function SearchField({ label, value, onChange, onDown }: { label: string; value: string; onChange: (value: string) => void; onDown?: () => void }) {
  const [typed, setTyped] = useState(value);
  const told = useRef(value);
  useEffect(() => { if (value !== told.current) { told.current = value; setTyped(value); } }, [value]);
  useEffect(() => {
    if (typed === told.current) return undefined;
    const timer = setTimeout(() => { told.current = typed; onChange(typed); }, 180);
    return () => clearTimeout(timer);
  }, [typed, onChange]);
  const press = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' && onDown) { event.preventDefault(); onDown(); }
    if (event.key === 'Enter' && typed !== told.current) { told.current = typed; onChange(typed); }
  };
  return (
    <div className="search-field">
      <Icon name="search" />
      <input type="search" aria-label={label} placeholder={label} value={typed} onChange={(e) => setTyped(e.target.value)} onKeyDown={press} autoComplete="off" spellCheck={false} />
    </div>
  );
}
