import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client, take } from '@/api/client';
import { toProblem } from '@/api/problem';
import { useWords } from '@/i18n/words';
import { ProblemView } from '@/ui/States';
import { say } from '@/ui/toast';
import type { Drafts } from './DefinitionsPage';

/** Publishes what was changed, with the reason; each mistake is told with its place. */
export function Publish({ drafts, etag, done }: { drafts: Drafts; etag: string; done: () => void }) {
  const { t } = useWords();
  const queries = useQueryClient();
  const [note, setNote] = useState('');
  const publish = useMutation({
    mutationFn: () => take(client.POST('/api/v1/definitions/publish', { params: { header: { 'If-Match': etag } }, body: { note: note.trim(), files: [...drafts].map(([path, text]) => ({ path, text })) } })),
    onSuccess: (version) => { say(t('definitions.published', { version: version.version })); done(); },
    onSettled: () => Promise.all(['definitions', 'campaigns', 'cohorts', 'practice'].map((key) => queries.invalidateQueries({ queryKey: [key] }))),
  });
  const places = publish.error ? toProblem(publish.error).places : [];
  return (
    <section className="panel publish" aria-label={t('definitions.publish')}>
      <form className="row wrap" onSubmit={(e) => { e.preventDefault(); publish.mutate(); }}>
        <span className="strong num">{t('definitions.publish.count', { count: drafts.size })}</span>
        <TextInput className="grow" aria-label={t('definitions.note')} placeholder={t('definitions.note')} value={note} onChange={(e) => setNote(e.currentTarget.value)} maxLength={2000} required />
        <Button type="submit" loading={publish.isPending} disabled={note.trim() === ''}>{t('definitions.publish')}</Button>
      </form>
      <p className="small faint">{t('definitions.publish.more')}</p>
      {publish.error && <ProblemView error={publish.error} />}
      {places.length > 0 && <ul className="mistakes">{places.map((p, i) => <li key={i}><code>{p.at}</code> {p.detail}</li>)}</ul>}
    </section>
  );
}
