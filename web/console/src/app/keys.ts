import { useEffect } from 'react';
import { useNavigate } from 'react-router-dom';
import { useAccess } from '@/api/session';
import { rooms } from './rooms';

/** Typing into a field is not a command. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));
}

/** ⌘K, /, ?, and g followed by a room's letter. */
export function useKeys({ palette, sheet }: { palette: () => void; sheet: () => void }) {
  const navigate = useNavigate();
  const { may } = useAccess();
  useEffect(() => {
    let going = 0;
    const press = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() === 'k' && (event.metaKey || event.ctrlKey)) { event.preventDefault(); return palette(); }
      if (isTyping(event.target) || event.metaKey || event.ctrlKey || event.altKey) return;
      if (document.querySelector('[aria-modal="true"]')) return;
      if (event.key === '?') return sheet();
      if (event.key === '/') { event.preventDefault(); return (document.querySelector<HTMLInputElement>('main input[type="search"]') ?? { focus: palette }).focus(); }
      if (event.key === 'g') { going = event.timeStamp; return; }
      const room = event.timeStamp - going < 1200 ? rooms.find((r) => r.key === event.key && may(r.permission)) : undefined;
      going = 0;
      if (room) { event.preventDefault(); navigate(room.path); }
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [navigate, may, palette, sheet]);
}
