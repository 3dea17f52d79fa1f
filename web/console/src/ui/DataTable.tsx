import { flexRender, getCoreRowModel, useReactTable, type ColumnDef, type Header, type Row, type RowData } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useId, useMemo, useRef, type CSSProperties, type FocusEvent, type KeyboardEvent, type MouseEvent, type ReactNode, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { useCursor } from './cursor';
import { Icon } from './Icon';
import { CurrentRow } from './RowLink';

declare module '@tanstack/react-table' {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars
  interface ColumnMeta<TData extends RowData, TValue> { width: string; sort?: string; end?: boolean; wide?: boolean }
}

/** The next page of a list. */
type More = { has: boolean; loading: boolean; load: () => void };
type Paged = { hasNextPage: boolean; isFetchingNextPage: boolean; isFetchNextPageError: boolean; fetchNextPage: () => unknown };

/** A page that failed is not asked for over and over: `Await` offers to. */
export function moreOf(found: Paged): More {
  return { has: found.hasNextPage && !found.isFetchNextPageError, loading: found.isFetchingNextPage, load: () => void found.fetchNextPage() };
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
  more?: More;
  foot?: ReactNode;
  /** The key of the row that is opened. */
  chosen?: string;
  /** Keys besides the arrows and Enter, pressed once, for the row that the keyboard stands on. */
  onKey?: (event: KeyboardEvent, row: T) => void;
  /** What the keys do, where it is more than to move and open. */
  hint?: string;
  focus?: RefObject<HTMLDivElement>;
};

// As in ui.css: rows scroll beneath the head of the list.
const head_px = 38;

/** A long list: only the rows in sight are in the page; ↑ ↓ move, Enter opens. */
export function DataTable<T>({ label, rows, columns, rowKey, onOpen, rowHeight = 52, sort, onSort, more, foot, chosen, onKey, hint, focus }: Props<T>) {
  const { t } = useTranslation();
  const id = useId();
  const own = useRef<HTMLDivElement>(null);
  const scroll = focus ?? own;
  const table = useReactTable({ data: rows, columns, getCoreRowModel: getCoreRowModel(), getRowId: (row) => rowKey(row) });
  const model = table.getRowModel().rows;
  const cursor = useCursor(useMemo(() => model.map((row) => row.id), [model]));
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroll.current, estimateSize: () => rowHeight, overscan: 12, scrollPaddingEnd: head_px });
  const items = virtual.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;
  useEffect(() => { if (more?.has && !more.loading && lastShown >= rows.length - 20) more.load(); }, [lastShown, rows.length, more]);
  const press = (event: KeyboardEvent<HTMLElement>) => {
    if ((event.target as HTMLElement).closest('.grid-head')) return;
    const next = cursor.move(event.key);
    const row = rows[cursor.at];
    if (next !== null) {
      event.preventDefault();
      event.currentTarget.focus(); // from the link of the row that is left
      cursor.stand(next);
      virtual.scrollToIndex(next);
    } else if (event.target === event.currentTarget && !event.repeat && row) {
      if (event.key === 'Enter') onOpen?.(row);
      else onKey?.(event, row);
    }
  };
  const enter = (event: FocusEvent<HTMLElement>) => {
    const here = event.target === event.currentTarget && event.currentTarget.matches(':focus-visible');
    if (here && cursor.at < 0) cursor.stand(0);
  };
  const click = (event: MouseEvent, index: number, row: T) => {
    cursor.stand(index);
    if (!(event.target as HTMLElement).closest('a, button')) onOpen?.(row);
  };
  const shown = items.some((item) => item.index === cursor.at);
  return (
    <div className="grid-table" style={widths(columns)}>
      <div className="grid-scroll" ref={scroll} role="grid" aria-label={label} aria-rowcount={rows.length + 1} tabIndex={0} aria-describedby={onOpen ? `${id}-keys` : undefined}
        aria-activedescendant={shown ? `${id}-${cursor.at}` : undefined} onKeyDown={press} onFocus={enter}>
        <div role="rowgroup" className="grid-top">
          <div className="grid-head" role="row" aria-rowindex={1}>
            {table.getHeaderGroups()[0]?.headers.map((header) => <HeadCell key={header.id} header={header} sort={sort} onSort={onSort} />)}
          </div>
        </div>
        <div role="rowgroup" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {items.map((item) => {
            const row = model[item.index];
            const current = item.index === cursor.at;
            return row && <BodyRow key={row.id} id={`${id}-${item.index}`} row={row} index={item.index} current={current} chosen={row.id === chosen} top={item.start} height={rowHeight} click={click} />;
          })}
        </div>
      </div>
      {onOpen && <span id={`${id}-keys`} className="hidden">{hint ?? t('table.keys')}</span>}
      {foot && <div className="grid-foot num">{foot}</div>}
    </div>
  );
}

function widths<T>(columns: ColumnDef<T>[]) {
  const width = (list: ColumnDef<T>[]) => list.map((c) => c.meta?.width ?? '1fr').join(' ');
  return { '--cols': width(columns), '--cols-narrow': width(columns.filter((c) => !c.meta?.wide)) } as CSSProperties;
}

const cellClass = (wide?: boolean, end?: boolean) => [wide ? 'wide-only' : '', end ? 'end' : ''].join(' ').trim() || undefined;

function HeadCell<T>({ header, sort, onSort }: { header: Header<T, unknown>; sort: string | undefined; onSort: ((sort: string) => void) | undefined }) {
  const meta = header.column.columnDef.meta;
  const dir = meta?.sort && sort === meta.sort ? 'ascending' : meta?.sort && sort === `-${meta.sort}` ? 'descending' : 'none';
  const title = flexRender(header.column.columnDef.header, header.getContext());
  return (
    <div role="columnheader" className={cellClass(meta?.wide, meta?.end)} {...(meta?.sort ? { 'aria-sort': dir } : {})}>
      {meta?.sort && onSort
        ? <button type="button" onClick={() => onSort(dir === 'ascending' ? `-${meta.sort}` : meta.sort!)}>{title}{dir !== 'none' && <Icon name={dir === 'ascending' ? 'up' : 'down'} size={12} />}</button>
        : title}
    </div>
  );
}

type BodyRowProps<T> = { id: string; row: Row<T>; index: number; current: boolean; chosen: boolean; top: number; height: number; click: (event: MouseEvent, index: number, row: T) => void };

function BodyRow<T>({ id, row, index, current, chosen, top, height, click }: BodyRowProps<T>) {
  const className = ['grid-row', chosen ? 'on' : '', current ? 'at' : ''].filter(Boolean).join(' ');
  return (
    <CurrentRow.Provider value={current}>
      <div id={id} role="row" aria-rowindex={index + 2} aria-selected={chosen} className={className} style={{ height, transform: `translateY(${top}px)` }} onClick={(event) => click(event, index, row.original)}>
        {row.getVisibleCells().map((cell) => {
          const meta = cell.column.columnDef.meta;
          return <div key={cell.id} role="gridcell" className={cellClass(meta?.wide, meta?.end)}>{flexRender(cell.column.columnDef.cell, cell.getContext())}</div>;
        })}
      </div>
    </CurrentRow.Provider>
  );
}
