import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { client, take } from '@/api/client';
import { toProblem } from '@/api/problem';
import { useWords } from '@/i18n/words';
import { ProblemView } from '@/ui/States';
import { say } from '@/ui/toast';
import { no_work, type Work } from './drafts';
import { Meanwhile, type Practice } from './Meanwhile';

type Props = { work: Work; change: (next: Work) => void; now: Practice | undefined };

/** Publishes what was changed, with the reason; each mistake is told with its place. Where somebody
 * else published after the first change (`now` is another practice), that is compared before. */
export function Publish({ work, change, now }: Props) {
  const { t } = useWords();
  const queries = useQueryClient();
  const note = work.note ?? '';
  const publish = useMutation({
    mutationFn: () => take(client.POST('/api/v1/definitions/publish', { params: { header: { 'If-Match': work.base } }, body: { note: note.trim(), files: [...work.drafts].map(([path, { text }]) => ({ path, text })) } })),
    onSuccess: (version) => { say(t('definitions.published', { version: version.version })); change(no_work); },
    onSettled: () => Promise.all(['definitions', 'campaigns', 'cohorts', 'practice'].map((key) => queries.invalidateQueries({ queryKey: [key] }))),
  });
  const meanwhile = now !== undefined && now.etag !== work.base && !publish.isPending && !publish.isSuccess;
  const problem = publish.error && !(meanwhile && toProblem(publish.error).status === 412) ? toProblem(publish.error) : null;
  return (
    <section className={meanwhile ? 'panel publish meanwhile' : 'panel publish'} aria-label={t('definitions.publish')}>
      <form className="row wrap" onSubmit={(e) => { e.preventDefault(); if (!meanwhile) publish.mutate(); }}>
        <span className="strong num">{t('definitions.publish.count', { count: work.drafts.size })}</span>
        <TextInput className="grow" aria-label={t('definitions.note')} placeholder={t('definitions.note')} value={note} onChange={(e) => change({ ...work, note: e.currentTarget.value })} maxLength={2000} required />
        <Button type="submit" loading={publish.isPending} disabled={meanwhile || note.trim() === ''}>{t('definitions.publish')}</Button>
      </form>
      <p className="small faint">{t('definitions.publish.more')}</p>
      {problem && <ProblemView error={problem} />}
      {meanwhile && <Meanwhile work={work} now={now} change={(next) => { publish.reset(); change(next); }} />}
    </section>
  );
}
