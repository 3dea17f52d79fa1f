import { Popover } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { practiceQuery } from '@/api/queries';
import { useFormat } from '@/i18n/words';
import { Icon } from './Icon';
import { useParamsOf } from './url';

const day = 86_400_000;

/** Moves the whole screen back in time. */
export function AsOfControl() {
  const { t } = useTranslation();
  const format = useFormat();
  const practice = useQuery(practiceQuery);
  const [{ as_of }, set] = useParamsOf(['as_of']);
  const [open, setOpen] = useState(false);
  const now = practice.data?.as_of ?? practice.data?.now;
  const back = (days: number) => new Date((now ? Date.parse(now) : 0) - days * day).toISOString().slice(0, 10);
  const choose = (value: string | undefined) => { set({ as_of: value }); setOpen(false); };
  const dated = as_of && /^\d{4}-\d{2}-\d{2}/.test(as_of) ? as_of.slice(0, 10) : '';
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" shadow="md" width={260} trapFocus>
      <Popover.Target>
        <button type="button" className={as_of ? 'chip on' : 'chip'} onClick={() => setOpen(!open)} aria-haspopup="dialog" aria-expanded={open}>
          <Icon name="calendar" size={16} />{dated ? format.date(dated) : practice.data?.as_of ? (practice.data.as_of.includes('T00:00:00') ? format.date(practice.data.as_of.slice(0, 10)) : format.dayFull(practice.data.as_of)) : t('asof.now')}
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('asof.title')}>
        <label className="small soft" htmlFor="as-of">{t('asof.title')}</label>
        <input id="as-of" type="date" className="field-plain" style={{ width: '100%', marginTop: 4 }} value={dated} max={now?.slice(0, 10)} onChange={(e) => { if (/^[12]\d{3}-/.test(e.target.value)) set({ as_of: e.target.value }); }} />
        <div className="row wrap" style={{ marginTop: 12 }}>
          {([['asof.now', undefined], ['asof.week', 7], ['asof.month', 30], ['asof.year', 365]] as const).map(([key, days]) => <button key={key} type="button" className="chip" disabled={now === undefined} onClick={() => choose(days === undefined ? undefined : back(days))}>{t(key)}</button>)}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
