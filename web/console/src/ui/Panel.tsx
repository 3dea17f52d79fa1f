import type { ReactNode } from 'react';

export function Panel({ title, beside, children, bare, label }: { title?: ReactNode; beside?: ReactNode; children: ReactNode; bare?: boolean; label?: string }) {
  return (
    <section className="panel" aria-label={label}>
      {(title || beside) && <div className="panel-head"><h2 className="grow">{title}</h2>{beside}</div>}
      {bare ? children : <div className="panel-body">{children}</div>}
    </section>
  );
}
