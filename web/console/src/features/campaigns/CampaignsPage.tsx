import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router-dom';
import type { Schemas } from '@/api/client';
import { campaignsQuery } from '@/api/queries';
import { useAccess } from '@/api/session';
import { useCampaignTitle, useFormat, useWords } from '@/i18n/words';
import { Await, Bones, Empty } from '@/ui/States';
import { withParams } from '@/ui/url';
import { PauseButton } from './pause';
import './campaigns.css';

/** Campaigns that the practice leaves out and in which people are. */
const leftBehind = (all: { left_behind?: Schemas['LeftBehind'][] }) => all.left_behind ?? [];

export const campaignPath = (name: string) => `/campaigns/${encodeURIComponent(name)}`;

/** Figures of a campaign; each opens its people or messages. */
export function Figures({ row }: { row: Schemas['CampaignRow'] }) {
  const { t } = useWords();
  const format = useFormat();
  const { may } = useAccess();
  const figures: [string, number, string | null, boolean?][] = [
    [t('campaigns.running'), row.running, may('patient.search') ? `/patients${withParams('', { campaign: row.name })}` : null],
    [t('campaigns.successes'), row.successes, null], [t('campaigns.ended'), row.ended - row.undone, null],
    [t('campaigns.sent'), row.sent, may('outbox.read') ? `/outbox${withParams('', { campaign: row.name })}` : null],
    [t('campaigns.not-sent'), row.not_sent, may('outbox.read') ? `/outbox${withParams('', { campaign: row.name, status: 'not-sent' })}` : null],
    [t('campaigns.tasks'), row.tasks_open, may('task.read') ? `/tasks${withParams('', { campaign: row.name })}` : null],
  ];
  return (
    <dl className="figures num">
      {figures.map(([name, value, to]) => <div key={name}><dt>{name}</dt><dd>{to ? <Link className="door" to={to}>{format.number(value)}</Link> : format.number(value)}</dd></div>)}
      {row.holdout > 0 && <div><dt>{t('campaigns.holdout')}</dt><dd>{format.number(row.holdout)}</dd></div>}
      {row.holdout > 0 && <div><dt>{t('campaigns.holdout-successes')}</dt><dd>{format.number(row.holdout_successes)}</dd></div>}
    </dl>
  );
}

export default function CampaignsPage() {
  const { t, concern, purpose } = useWords();
  const format = useFormat();
  const title = useCampaignTitle();
  const found = useQuery(campaignsQuery);
  const launched = (row: Schemas['CampaignRow']) => (row.launched ? t('campaigns.launched', { day: format.day(row.launched) }) : t('campaigns.not-launched'));
  const none = <div className="panel"><Empty icon="campaign" title={t('campaigns.none')}>{t('campaigns.none.more')}</Empty></div>;
  return (
    <div className="page">
      <header className="page-head"><h1>{t('room.campaigns')}</h1></header>
      <Await of={found} bones={<div className="panel"><Bones rows={4} height={96} /></div>}>
        {() => found.data!.campaigns.length === 0 && leftBehind(found.data!).length === 0 ? none : (
          <ul className="stack">
            {found.data!.campaigns.map((row) => (
              <li key={row.name} className="panel campaign">
                <div className="row wrap campaign-head">
                  <div className="grow">
                    <Link className="campaign-title door" to={campaignPath(row.name)}>{title(row.name)}</Link>
                    <div className="small faint">{[purpose(row.purpose), concern(row.concern), launched(row)].join(' · ')}</div>
                  </div>
                  {row.paused && <span className="tag alert">{t('campaigns.paused')}</span>}
                  <PauseButton row={row} small />
                </div>
                <Figures row={row} />
              </li>
            ))}
            {leftBehind(found.data!).map((left) => (
              <li key={left.campaign} className="panel campaign left-behind">
                <div className="row wrap campaign-head">
                  <div className="grow">
                    <Link className="campaign-title door" to={campaignPath(left.campaign)}>{title(left.campaign)}</Link>
                    <div className="small faint">{t('campaigns.left-out.more')}</div>
                  </div>
                  <span className="num">{t('campaigns.running')}: {format.number(left.running)}</span>
                  <span className="tag note">{t('campaigns.left-out')}</span>
                </div>
              </li>
            ))}
          </ul>
        )}
      </Await>
    </div>
  );
}
