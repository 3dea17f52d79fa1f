import { createContext, useContext, type ReactNode } from 'react';
import { Link } from 'react-router-dom';

/** Whether the keyboard stands on the row that a cell belongs to. */
export const CurrentRow = createContext(false);

/** A link within a row of a list. The tab key reaches that of the row one stands on, and no other. */
export function RowLink({ to, className, children }: { to: string; className?: string; children: ReactNode }) {
  const current = useContext(CurrentRow);
  return <Link className={className} to={to} tabIndex={current ? 0 : -1}>{children}</Link>;
}
