import { Link } from 'react-router-dom';
import type { Schemas } from '@/api/client';
import { useFormat, useWords } from '@/i18n/words';
import { useLinkTo } from '@/ui/url';

/** Beside the stages: in hospital, palliative, lost, left … A kind of record that has never come is
 * "no feed", which is not zero. */
export function CareStatus({ map, feeds }: { map: Schemas['Map']; feeds: Schemas['Practice']['feeds'] }) {
  const { t, kind } = useWords();
  const format = useFormat();
  const link = useLinkTo();
  const concern = map.concern ?? undefined;
  const figures: { name: string; value: number | null; state: string; alert?: boolean; all?: boolean }[] = [
    { name: t('state.in-hospital'), value: map.in_hospital, state: 'in-hospital' },
    { name: t('state.palliative'), value: map.palliative, state: 'palliative' },
    { name: t('state.overdue'), value: map.overdue, state: 'overdue', alert: true },
    { name: t('state.lost'), value: map.lost, state: 'lost', alert: true },
    { name: t('state.suspected-death'), value: map.suspected_deaths, state: 'suspected-death', alert: true },
    { name: t('state.registered'), value: map.registered, state: 'registered', all: true },
    { name: t('state.left'), value: map.left, state: 'left', all: true },
    { name: t('state.deceased'), value: map.deceased, state: 'deceased', all: true },
  ];
  const silent = feeds.filter((feed) => feed.newest === null);
  return (
    <dl className="care-status">
      {figures.map((figure) => (
        <div key={figure.state}>
          <dt>{figure.name}</dt>
          <dd className="num">
            {figure.value === null
              ? <span className="faint">{t('nofeed')}</span>
              : <Link className={figure.alert && figure.value > 0 ? 'door alert' : 'door'} to={link('/patients', { state: figure.state, concern: figure.all ? undefined : concern })}>{format.number(figure.value)}</Link>}
          </dd>
        </div>
      ))}
      {silent.length > 0 && (
        <div className="care-feeds"><dt>{t('home.feeds')}</dt><dd className="faint">{silent.map((feed) => t('home.feed', { kind: kind(feed.kind) })).join(' · ')}</dd></div>
      )}
    </dl>
  );
}
