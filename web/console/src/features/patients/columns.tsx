import type { ColumnDef } from '@tanstack/react-table';
import { useMemo } from 'react';
import { Link } from 'react-router-dom';
import type { Schemas } from '@/api/client';
import { useFormat, useWords } from '@/i18n/words';
import { Stage } from '@/ui/Stage';
import { useLinkTo } from '@/ui/url';

export type Row = Schemas['PatientRow'];
export const patientPath = (id: string) => `/patients/${encodeURIComponent(id)}`;

export function useColumns(): ColumnDef<Row>[] {
  const words = useWords();
  const format = useFormat();
  const link = useLinkTo();
  return useMemo<ColumnDef<Row>[]>(() => {
    const { t } = words;
    return [
      { id: 'name', header: t('patients.name'), meta: { width: 'minmax(0, 2.2fr)', sort: 'name' }, cell: ({ row: { original: p } }) => (
        <div className="cell-2"><Link className="strong clip" to={link(patientPath(p.id))} tabIndex={-1}>{p.name}</Link>
          <span className="small faint clip">{[p.gender ? words.gender(p.gender) : '', p.language ? format.language(p.language) : '', p.phone ?? t('patients.nophone')].filter(Boolean).join(' · ')}</span></div>) },
      { id: 'age', header: t('patients.age'), meta: { width: 'minmax(0, 0.9fr)', sort: 'age', wide: true }, cell: ({ row: { original: p } }) => (
        <div className="cell-2 num"><span>{p.age === null ? t('unknown') : t('age', { age: p.age })}</span><span className="small faint clip">{p.birth_date ? format.date(p.birth_date) : ''}</span></div>) },
      { id: 'stage', header: t('patients.stage'), meta: { width: 'minmax(0, 1.7fr)' }, cell: ({ row: { original: p } }) => (p.headline
        ? <div className="cell-2"><span className="clip"><Stage stage={p.headline.stage} /></span><span className="small faint clip">{p.headline.overdue && <span className="alert narrow-only">{p.headline.lost ? t('patients.lost') : words.state('overdue')} · </span>}{words.concern(p.headline.concern)}</span></div>
        : <span className="soft">{words.status(p.status)}</span>) },
      { id: 'because', header: t('patients.because'), meta: { width: 'minmax(0, 3fr)', wide: true }, cell: ({ row: { original: p } }) => <span className="soft two-lines" title={p.headline?.because}>{p.headline?.because}</span> },
      { id: 'since', header: t('patients.since'), meta: { width: 'minmax(0, 1.1fr)', sort: 'since', end: true, wide: true }, cell: ({ row: { original: p } }) => (
        <div className="cell-2 num end"><span className="clip">{p.headline?.since ? format.day(p.headline.since) : ''}</span>
          <span className="small clip">{p.headline?.lost ? <span className="alert">{t('patients.lost')}</span> : p.headline?.overdue ? <span className="alert">{words.state('overdue')}</span> : p.status !== 'active' ? <span className="faint">{words.status(p.status)}</span> : null}</span></div>) },
    ];
  }, [words, format, link]);
}
