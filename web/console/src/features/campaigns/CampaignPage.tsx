import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { Link, useParams } from 'react-router-dom';
import type { Schemas } from '@/api/client';
import { campaignQuery } from '@/api/queries';
import { useAccess } from '@/api/session';
import { titleOf, useCampaignTitle, useFormat, useWords } from '@/i18n/words';
import { Icon } from '@/ui/Icon';
import { Panel } from '@/ui/Panel';
import { Segments } from '@/ui/Segments';
import { Await, Bone, Bones } from '@/ui/States';
import { useParamsOf, withParams } from '@/ui/url';
import { Figures } from './CampaignsPage';
import { PauseButton } from './pause';
import './campaigns.css';

const loadGraph = () => import('./Graph');
const Graph = lazy(loadGraph);
// Beside the campaign's numbers, not after them; a phone shows the outline.
if (window.innerWidth > 720) void loadGraph();

export default function CampaignPage() {
  const { name = '' } = useParams();
  const { t, language, concern, purpose, outcome } = useWords();
  const format = useFormat();
  const title = useCampaignTitle();
  const { may } = useAccess();
  const [{ view }, set] = useParamsOf(['view']);
  const found = useQuery(campaignQuery(name));
  const c = found.data;
  // On a phone the graph would be too small to read.
  const narrow = useMediaQuery('(max-width: 720px)', window.innerWidth <= 720) ?? false;
  const outline = (view ?? (narrow ? 'outline' : 'graph')) === 'outline';
  return (
    <div className="page">
      <header className="page-head">
        <Link to="/campaigns" className="icon-button" aria-label={t('campaigns.back')}><Icon name="left" /></Link>
        <h1>{c ? titleOf(c.row, language) : title(name)}</h1>{c?.row.paused && <span className="tag alert">{t('campaigns.paused')}</span>}{c?.left_out && <span className="tag note">{t('campaigns.left-out')}</span>}
        <span className="grow" />{c && <PauseButton row={c.row} />}
      </header>
      <Await of={found} bones={<div className="panel"><Bones rows={8} /></div>}>
        {() => (
          <>
            {c!.left_out && <p className="soft">{t('campaigns.left-out.more')}</p>}
            <section className="panel" aria-label={t('campaigns.figures')}><Figures row={c!.row} /></section>
            <div className="campaign-grid">
              <Panel title={t('campaigns.steps')} bare beside={<Segments label={t('campaigns.view')} value={outline ? 'outline' : 'graph'} onChange={(v) => set({ view: v === (narrow ? 'outline' : 'graph') ? undefined : v })} options={[{ value: 'graph', label: t('campaigns.graph.short') }, { value: 'outline', label: t('campaigns.outline') }]} />}>
                {outline ? <Outline campaign={c!} /> : <Suspense fallback={<div style={{ padding: 24 }}><Bone width="100%" height={420} /></div>}><Graph campaign={c!} /></Suspense>}
              </Panel>
              <div className="stack">
                <Panel title={t('campaigns.about')}>
                  <dl className="facts">
                    <dt>{t('message.purpose')}</dt><dd>{purpose(c!.row.purpose)}</dd><dt>{t('filter.concern')}</dt><dd>{concern(c!.row.concern)}</dd>
                    <dt>{t('campaigns.enter')}</dt><dd>{c!.cohort}</dd>
                    {c!.success && <><dt>{t('campaigns.success')}</dt><dd><code className="cql-small">{c!.success}</code></dd></>}
                    <dt>{t('campaigns.release')}</dt><dd><code>{c!.release}</code></dd>
                    <dt>{t('campaigns.file')}</dt><dd>{may('definition.read') && !c!.left_out ? <Link className="quiet-link" to={`/definitions${withParams('', { file: c!.file })}`}><code>{c!.file}</code></Link> : <code>{c!.file}</code>}</dd>
                  </dl>
                </Panel>
                {c!.results.length > 0 && <Panel title={t('campaigns.results')}><ul className="results num">{[...c!.results].sort((a, b) => b.count - a.count).map((r) => <li key={r.name}><span className="grow">{outcome(r.name)}</span><span className="faint">{format.percent(r.count, c!.row.ended)}</span><span className="strong">{format.number(r.count)}</span></li>)}</ul></Panel>}
              </div>
            </div>
          </>
        )}
      </Await>
    </div>
  );
}

/** The same as the graph, as a table: for reading aloud, for screen readers, for small screens. */
function Outline({ campaign }: { campaign: Schemas['Campaign'] }) {
  const { t, step } = useWords();
  const format = useFormat();
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label={t('campaigns.outline')}>
      <table className="outline">
        <thead><tr><th scope="col">{t('campaigns.step')}</th><th scope="col">{t('campaigns.does')}</th><th scope="col">{t('campaigns.next')}</th><th scope="col" className="end-cell">{t('campaigns.entered')}</th><th scope="col" className="end-cell">{t('campaigns.now')}</th></tr></thead>
        <tbody>{campaign.steps.map((s) => (
          <tr key={s.name}><th scope="row">{s.name}<div className="small faint">{step(s.kind)}</div></th><td className="soft">{s.summary}</td>
            <td className="small soft">{campaign.edges.filter((e) => e.from === s.name).map((e) => <div key={e.to + e.label}>{e.label ? `${e.label} → ` : '→ '}{e.to} <span className="faint">{format.number(e.moved)}</span></div>)}</td>
            <td className="end-cell soft num">{format.number(s.entered)}</td><td className="end-cell num">{s.kind === 'end' ? '' : <Link className="door strong" to={`/patients${withParams('', { campaign: campaign.row.name, step: s.name })}`}>{format.number(s.here)}</Link>}</td></tr>
        ))}</tbody>
      </table>
    </div>
  );
}
