import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';

type Toast = { id: number; text: string; undo?: () => void };
let toasts: Toast[] = [];
let last = 0;
const listeners = new Set<() => void>();
const change = (next: Toast[]) => { toasts = next; listeners.forEach((tell) => tell()); };

/** Says what was done; with `undo`, for eight seconds, offers to take it back. What stands there
 * already is not said twice. */
export function say(text: string, undo?: () => void) {
  if (!undo && toasts.some((toast) => toast.text === text)) return;
  const toast = { id: ++last, text, ...(undo ? { undo } : {}) };
  change([...toasts.slice(-2), toast]);
  setTimeout(() => change(toasts.filter((x) => x.id !== toast.id)), undo ? 8000 : 4000);
}

export function Toasts() {
  const { t } = useTranslation();
  const shown = useSyncExternalStore((tell) => { listeners.add(tell); return () => listeners.delete(tell); }, () => toasts);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {shown.map((toast) => (
        <div key={toast.id} className="toast">
          <span>{toast.text}</span>
          {toast.undo && <button type="button" onClick={() => { toast.undo?.(); change(toasts.filter((x) => x.id !== toast.id)); }}>{t('undo')}</button>}
        </div>
      ))}
    </div>
  );
}
