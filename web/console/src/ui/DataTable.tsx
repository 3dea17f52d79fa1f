import { flexRender, getCoreRowModel, useReactTable, type ColumnDef, type RowData } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { Icon } from './Icon';

declare module '@tanstack/react-table' {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars
  interface ColumnMeta<TData extends RowData, TValue> { width: string; sort?: string; end?: boolean; wide?: boolean }
}

type Props<T> = {
  label: string;
  rows: T[];
  columns: ColumnDef<T>[];
  rowKey: (row: T) => string;
  onOpen?: (row: T) => void;
  rowHeight?: number;
  sort?: string;
  onSort?: (sort: string) => void;
  more?: { has: boolean; loading: boolean; load: () => void };
  foot?: ReactNode;
  chosen?: string;
  /** Keys besides the arrows, for the row that the keyboard stands on. */
  onKey?: (event: KeyboardEvent, row: T) => void;
  focus?: RefObject<HTMLDivElement>;
};

/** A long list: only the rows in sight are in the page; ↑ ↓ move, Enter opens. */
export function DataTable<T>({ label, rows, columns, rowKey, onOpen, rowHeight = 52, sort, onSort, more, foot, chosen, onKey, focus }: Props<T>) {
  const { t } = useTranslation();
  const id = useId();
  const own = useRef<HTMLDivElement>(null);
  const scroll = focus ?? own;
  const [at, setAt] = useState(-1);
  const table = useReactTable({ data: rows, columns, getCoreRowModel: getCoreRowModel(), getRowId: (row) => rowKey(row) });
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroll.current, estimateSize: () => rowHeight, overscan: 12 });
  const items = virtual.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;
  useEffect(() => { if (more?.has && !more.loading && lastShown >= rows.length - 20) more.load(); }, [lastShown, rows.length, more]);
  useEffect(() => { setAt((before) => Math.min(before, rows.length - 1)); }, [rows.length]);
  const defs = table.getAllColumns();
  const style = { gridTemplateColumns: `var(--cols)`, '--cols': defs.map((c) => c.columnDef.meta?.width ?? '1fr').join(' '), '--cols-narrow': defs.filter((c) => !c.columnDef.meta?.wide).map((c) => c.columnDef.meta?.width ?? '1fr').join(' ') } as React.CSSProperties;
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -rows.length, End: rows.length }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const next = Math.max(0, Math.min(rows.length - 1, at + step));
      setAt(next);
      virtual.scrollToIndex(next);
    } else if (event.key === 'Enter' && at >= 0 && rows[at]) onOpen?.(rows[at]);
    else if (at >= 0 && rows[at]) onKey?.(event, rows[at]);
  };
  const className = (wide?: boolean, end?: boolean) => [wide ? 'wide-only' : '', end ? 'end' : ''].join(' ').trim() || undefined;
  return (
    <div className="grid-table" role="grid" aria-label={label} aria-rowcount={rows.length + 1} style={style}>
      <div role="rowgroup">
        <div className="grid-head" role="row">
          {table.getHeaderGroups()[0]?.headers.map((header) => {
            const meta = header.column.columnDef.meta;
            const dir = meta?.sort && sort === meta.sort ? 'ascending' : meta?.sort && sort === `-${meta.sort}` ? 'descending' : 'none';
            return (
              <div key={header.id} role="columnheader" className={className(meta?.wide, meta?.end)} {...(meta?.sort ? { 'aria-sort': dir } : {})}>
                {meta?.sort && onSort
                  ? <button type="button" onClick={() => onSort(dir === 'ascending' ? `-${meta.sort}` : meta.sort!)}>{flexRender(header.column.columnDef.header, header.getContext())}{dir !== 'none' && <Icon name={dir === 'ascending' ? 'up' : 'down'} size={12} />}</button>
                  : flexRender(header.column.columnDef.header, header.getContext())}
              </div>
            );
          })}
        </div>
      </div>
      <div className="grid-scroll" ref={scroll} role="rowgroup" tabIndex={0} aria-label={t('table.rows', { label })} aria-activedescendant={at >= 0 ? `${id}-${at}` : undefined} onKeyDown={press} onFocus={(e) => { if (at < 0 && e.target === e.currentTarget && e.currentTarget.matches(':focus-visible')) setAt(0); }}>
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }} role="presentation">
          {items.map((item) => {
            const row = table.getRowModel().rows[item.index];
            if (!row) return null;
            return (
              <div key={row.id} id={`${id}-${item.index}`} role="row" aria-rowindex={item.index + 2} aria-selected={row.id === chosen || item.index === at} className={row.id === chosen || item.index === at ? 'grid-row on' : 'grid-row'} style={{ height: rowHeight, transform: `translateY(${item.start}px)` }} onClick={(e) => { setAt(item.index); if (!(e.target as HTMLElement).closest('a, button')) onOpen?.(row.original); }}>
                {row.getVisibleCells().map((cell) => <div key={cell.id} role="gridcell" className={className(cell.column.columnDef.meta?.wide, cell.column.columnDef.meta?.end)}>{flexRender(cell.column.columnDef.cell, cell.getContext())}</div>)}
              </div>
            );
          })}
        </div>
      </div>
      {foot && <div className="grid-foot num">{foot}</div>}
    </div>
  );
}
