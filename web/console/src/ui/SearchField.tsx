import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { Icon } from './Icon';

/** A search that waits until typing pauses; ↓ goes on into the list. */
export function SearchField({ label, value, onChange, onDown }: { label: string; value: string; onChange: (value: string) => void; onDown?: () => void }) {
  const [typed, setTyped] = useState(value);
  const told = useRef(value);
  useEffect(() => { if (value !== told.current) { told.current = value; setTyped(value); } }, [value]);
  useEffect(() => {
    if (typed === told.current) return undefined;
    const timer = setTimeout(() => { if (typed !== told.current) { told.current = typed; onChange(typed); } }, 180);
    return () => clearTimeout(timer);
  }, [typed, onChange]);
  // Whoever goes on has typed what they meant.
  const tell = () => { if (typed !== told.current) { told.current = typed; onChange(typed); } };
  const press = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' && onDown) { event.preventDefault(); tell(); onDown(); }
    if (event.key === 'Enter') tell();
  };
  return (
    <div className="search-field">
      <Icon name="search" />
      <input type="search" aria-label={label} placeholder={label} value={typed} onChange={(e) => setTyped(e.target.value)} onKeyDown={press} autoComplete="off" spellCheck={false} />
    </div>
  );
}
