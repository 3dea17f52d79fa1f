import type { ColumnDef } from '@tanstack/react-table';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Schemas } from '@/api/client';
import { campaignsQuery, messageQuery, outboxQuery } from '@/api/queries';
import { patientPath } from '@/features/patients/columns';
import { useCampaignTitle, useFormat, useWords } from '@/i18n/words';
import { Choice } from '@/ui/Choice';
import { DataTable, moreOf } from '@/ui/DataTable';
import { RowLink } from '@/ui/RowLink';
import { Await, Empty } from '@/ui/States';
import { useParamsOf } from '@/ui/url';
import { MessageDrawer } from './MessageDrawer';
import { MessageStatus } from './MessageStatus';
import { reasons } from './reasons';

type Message = Schemas['Message'];
const statuses: Schemas['MessageStatus'][] = ['sent', 'captured', 'waiting', 'not-sent', 'unknown', 'withdrawn', 'attempting'];

function useColumns(): ColumnDef<Message>[] {
  const { t, channel, reason, step } = useWords();
  const format = useFormat();
  const title = useCampaignTitle();
  return useMemo<ColumnDef<Message>[]>(() => [
    { id: 'status', header: t('outbox.status'), meta: { width: 'minmax(96px, 0.9fr)' }, cell: ({ row: { original: m } }) => <MessageStatus status={m.status} /> },
    { id: 'patient', header: t('message.patient'), meta: { width: 'minmax(0, 1.4fr)' }, cell: ({ row: { original: m } }) => (
      <div className="cell-2"><RowLink className="strong clip" to={patientPath(m.patient)}>{m.patient_name}</RowLink></div>) },
    { id: 'what', header: t('outbox.what'), meta: { width: 'minmax(0, 2fr)', wide: true }, cell: ({ row: { original: m } }) => (
      <div className="cell-2"><span className="clip">{title(m.campaign)}</span><span className="small faint clip">{step(m.step)} · {channel(m.channel)}</span></div>) },
    { id: 'why', header: t('outbox.why'), meta: { width: 'minmax(0, 2fr)', wide: true }, cell: ({ row: { original: m } }) => (
      <span className="soft two-lines">{m.reason !== '' ? reason(m.reason) : (m.notices.at(-1)?.what ?? '')}</span>) },
    { id: 'planned', header: t('message.planned'), meta: { width: 'minmax(0, 1.1fr)', end: true }, cell: ({ row: { original: m } }) => <span className="soft num">{format.moment(m.planned)}</span> },
  ], [t, channel, reason, step, format, title]);
}

/** Every message considered: what was said to whom, or why it was not. */
export default function OutboxPage() {
  const words = useWords();
  const { t } = words;
  const format = useFormat();
  const title = useCampaignTitle();
  const [filters, set] = useParamsOf(['status', 'reason', 'campaign', 'channel', 'message']);
  const status = statuses.find((s) => s === filters.status);
  const { reason, campaign, channel } = filters;
  const query = { ...(status ? { status } : {}), ...(reason ? { reason } : {}), ...(campaign ? { campaign } : {}), ...(channel ? { channel } : {}) };
  const found = useInfiniteQuery({ ...outboxQuery(query), placeholderData: keepPreviousData });
  const campaigns = useQuery(campaignsQuery);
  const rows = useMemo(() => found.data?.pages.flatMap((page) => page.messages) ?? [], [found.data]);
  const total = found.data?.pages[0]?.total ?? 0;
  const columns = useColumns();
  // A link to a message holds also where it is not among the rows that are loaded.
  const listed = rows.find((m) => m.id === filters.message);
  const single = useQuery({ ...messageQuery(filters.message ?? ''), enabled: Boolean(filters.message) && found.isSuccess && !listed });
  const choices = (list: readonly string[], word: (code: string) => string) => list.map((value) => ({ value, label: word(value) }));
  const opened = listed ?? (filters.message && single.data?.id === filters.message ? single.data : null);
  const foot = (
    <>
      <span>{t('table.shown', { shown: format.number(rows.length), total: format.number(total) })}</span>
      <span className="wide-only">{t('table.keys')}</span>
    </>
  );
  return (
    <div className="page fill">
      <header className="page-head"><h1>{t('room.outbox')} {found.data && <span className="sub num">{format.number(total)}</span>}</h1></header>
      <div className="filters">
        <Choice label={t('outbox.status')} value={filters.status ?? ''} none={t('outbox.status.all')} options={choices(statuses, words.message)} onChange={(value) => set({ status: value })} />
        <Choice label={t('outbox.why')} value={filters.reason ?? ''} none={t('outbox.why.all')} options={choices(reasons, words.reason)} onChange={(value) => set({ reason: value })} />
        <Choice label={t('message.campaign')} value={filters.campaign ?? ''} none={t('outbox.campaign.all')} options={choices((campaigns.data?.campaigns ?? []).map((c) => c.name), title)} onChange={(value) => set({ campaign: value })} />
        <Choice label={t('outbox.channel')} value={filters.channel ?? ''} none={t('outbox.channel.all')} options={choices(['email', 'sms'], words.channel)} onChange={(value) => set({ channel: value })} />
      </div>
      <section className="panel" aria-label={t('room.outbox')} aria-busy={found.isPlaceholderData}>
        <Await of={found}>
          {() => rows.length === 0 ? <Empty icon="outbox" title={t('outbox.none')}>{t('outbox.none.more')}</Empty> : (
            <DataTable label={t('room.outbox')} rows={rows} columns={columns} rowKey={(m) => m.id} onOpen={(m) => set({ message: m.id })}
              chosen={filters.message} more={moreOf(found)} foot={foot} />
          )}
        </Await>
      </section>
      <MessageDrawer message={opened} close={() => set({ message: undefined })} />
    </div>
  );
}
