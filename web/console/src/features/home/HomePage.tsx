import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { mapQuery, practiceQuery } from '@/api/queries';
import { useAccess } from '@/api/session';
import { useWords } from '@/i18n/words';
import { AsOfControl } from '@/ui/AsOfControl';
import { Choice } from '@/ui/Choice';
import { Segments } from '@/ui/Segments';
import { Await, Bone } from '@/ui/States';
import { useAsOf, useParamsOf } from '@/ui/url';
import { Attention } from './Attention';
import { CareStatus } from './CareStatus';
import { Concerns } from './Concerns';
import { Loop } from './Loop';
import './home.css';

export default function HomePage() {
  const { t } = useTranslation();
  const words = useWords();
  const { may } = useAccess();
  const as_of = useAsOf();
  const [{ concern, days }, set] = useParamsOf(['concern', 'days']);
  const span = days === '30' ? 30 : 7;
  const practice = useQuery(practiceQuery);
  const map = useQuery({ ...mapQuery({ ...(concern ? { concern } : {}), ...(as_of ? { as_of } : {}) }), placeholderData: keepPreviousData });
  return (
    <div className="page">
      <header className="page-head">
        <h1>{t('home.title')}</h1>
        <Choice label={t('filter.concern')} value={concern ?? ''} none={t('filter.concern.all')} options={(practice.data?.concerns ?? []).map((c) => ({ value: c, label: words.concern(c) }))} onChange={(value) => set({ concern: value })} />
        <Segments label={t('home.span')} value={String(span)} onChange={(value) => set({ days: value === '7' ? undefined : value })} options={[{ value: '7', label: t('home.days', { days: 7 }) }, { value: '30', label: t('home.days', { days: 30 }) }]} />
        <span className="grow" />
        <AsOfControl />
      </header>
      <div className="home">
        <div className="stack">
          <section className="panel" aria-label={t('home.map')} aria-busy={map.isPlaceholderData}>
            <Await of={map} bones={<div className="loop-bones"><Bone width="100%" height={560} /></div>}>
              {() => <><Loop map={map.data!} days={span} /><CareStatus map={map.data!} feeds={practice.data?.feeds ?? []} /></>}
            </Await>
          </section>
          {map.data && <Concerns map={map.data} chosen={concern ?? ''} choose={(name) => set({ concern: name === concern ? undefined : name })} />}
        </div>
        {may('task.read') && <Attention />}
      </div>
    </div>
  );
}
