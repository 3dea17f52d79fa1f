import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router-dom';
import { useReached } from '@/api/events';
import { useFormat } from '@/i18n/words';
import { Icon } from '@/ui/Icon';

/** What the whole screen must be read with: an earlier moment, or no server. */
export function Banners() {
  const { t } = useTranslation();
  const format = useFormat();
  const reached = useReached();
  const [params, setParams] = useSearchParams();
  const as_of = params.get('as_of');
  const readable = as_of !== null && !Number.isNaN(Date.parse(as_of));
  return (
    <>
      {!reached && <div className="banner alert" role="alert"><Icon name="offline" size={16} /><span className="grow">{t('banner.offline')}</span></div>}
      {as_of !== null && (
        <div className="banner" role="status">
          <Icon name="clock" size={16} />
          <span className="grow">{t('banner.asof', { day: readable ? format.dayFull(as_of.length === 10 ? `${as_of}T12:00:00Z` : as_of) : as_of })}</span>
          <button type="button" className="banner-button" onClick={() => setParams((p) => { p.delete('as_of'); return p; })}>{t('banner.now')}</button>
        </div>
      )}
    </>
  );
}
