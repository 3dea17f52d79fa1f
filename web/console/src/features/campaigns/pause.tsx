import { Button, Popover, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client, take, type Schemas } from '@/api/client';
import { toProblem } from '@/api/problem';
import { useAccess } from '@/api/session';
import { titleOf } from '@/i18n/words';
import { Icon } from '@/ui/Icon';
import { say } from '@/ui/toast';

type Row = Schemas['CampaignRow'];

function usePause() {
  const queries = useQueryClient();
  const { t, i18n } = useTranslation();
  const change = useMutation({
    mutationFn: ({ name, paused, reason }: { name: string; paused: boolean; reason?: string }) => take(client.PUT('/api/v1/campaigns/{name}/pause', { params: { path: { name } }, body: { paused, ...(reason ? { reason } : {}) } })),
    onSuccess: (row, asked) => say(t(row.paused ? 'campaigns.pause.done' : 'campaigns.resume.done', { name: titleOf(row, i18n.language) }), () => change.mutate({ name: asked.name, paused: !asked.paused, reason: t('undo') })),
    onError: (error) => say([toProblem(error).message, toProblem(error).cure].filter(Boolean).join('. ')),
    onSettled: () => queries.invalidateQueries({ queryKey: ['campaigns'] }),
  });
  return change;
}

/** Always in sight: pausing asks for a reason and can be taken back at once. */
export function PauseButton({ row, small }: { row: Row; small?: boolean }) {
  const { t } = useTranslation();
  const { may } = useAccess();
  const change = usePause();
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  if (!may('campaign.pause')) return null;
  const size = small ? 'compact-sm' : 'sm';
  if (row.paused) return <Button size={size} variant="filled" leftSection={<Icon name="play" size={16} />} loading={change.isPending} onClick={() => change.mutate({ name: row.name, paused: false })}>{t('campaigns.resume')}</Button>;
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" shadow="md" width={300} trapFocus>
      <Popover.Target><Button size={size} variant="default" leftSection={<Icon name="pause" size={16} />} loading={change.isPending} onClick={() => setOpen(!open)}>{t('campaigns.pause')}</Button></Popover.Target>
      <Popover.Dropdown aria-label={t('campaigns.pause')}>
        <form className="stack" style={{ gap: 10 }} onSubmit={(e) => { e.preventDefault(); setOpen(false); change.mutate({ name: row.name, paused: true, reason }); setReason(''); }}>
          <p className="small soft">{t('campaigns.pause.more')}</p>
          <Textarea label={t('campaigns.reason')} value={reason} onChange={(e) => setReason(e.currentTarget.value)} rows={2} maxLength={500} data-autofocus />
          <Button type="submit" size="sm">{t('campaigns.pause.now')}</Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
