import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { client, take, type Schemas } from '@/api/client';
import { toProblem } from '@/api/problem';
import { diffLines } from '@/features/definitions/diff';
import { FileDifference } from '@/features/definitions/FileDifference';
import { useClockFormat, useWords } from '@/i18n/words';
import { Icon } from '@/ui/Icon';
import { ProblemView } from '@/ui/States';
import { say } from '@/ui/toast';
import { replaced, type useTyped } from './typed';
import '../definitions/definitions.css';

type Cohort = Schemas['Cohort'];
type Props = { cohort: Cohort | undefined; all: Cohort[]; typed: ReturnType<typeof useTyped>; sound: boolean; choose: (name: string) => void };

/** Keeps the expression under a name. What somebody else has saved there is replaced only by whoever
 * has seen it. */
export function Save({ cohort, all, typed, sound, choose }: Props) {
  const { t } = useWords();
  const queries = useQueryClient();
  const name = typed.name.trim();
  const renew = () => queries.invalidateQueries({ queryKey: ['cohorts'] });
  const save = useMutation({
    mutationFn: (header: ReturnType<typeof replaced>) => take(client.PUT('/api/v1/cohorts/{name}', { params: { path: { name }, header }, body: { cql: typed.cql.trim() } })),
    onSuccess: async (kept) => { await renew(); typed.discard(); say(t('cohorts.kept', { name: kept.name })); choose(kept.name); },
    onError: () => renew(),
  });
  const there = all.find((c) => c.name === name && c.saved);
  const refused = toProblem(save.error ?? '').status === 412;
  const changed = cohort?.saved && cohort.name === name && typed.changed && typed.etag !== cohort.etag;
  const asks = there !== undefined && !save.isPending && (refused || changed);
  const mine = there !== undefined && there.name === cohort?.name;
  return (
    <>
      <form className="row wrap cohort-save" onSubmit={(e) => { e.preventDefault(); if (!asks) save.mutate(replaced(cohort, name, typed.etag)); }}>
        <TextInput aria-label={t('cohorts.name')} placeholder={t('cohorts.name')} value={typed.name} onChange={(e) => { save.reset(); typed.type({ name: e.currentTarget.value }); }}
          maxLength={100} pattern="[a-z0-9][a-z0-9\-]*" title={t('cohorts.name.more')} required />
        <Button type="submit" variant="default" loading={save.isPending} disabled={!sound || name === '' || asks}>{t('cohorts.save')}</Button>
        {save.error && !asks && <ProblemView error={save.error} />}
      </form>
      {asks && (
        <Taken theirs={there} mine={typed.cql.trim()}>
          <Button size="compact-sm" disabled={!sound} onClick={() => save.mutate({ 'If-Match': there.etag ?? '' })}>{t('cohorts.replace')}</Button>
          <Button size="compact-sm" variant="default" onClick={() => { save.reset(); if (mine) typed.discard(); else choose(there.name); }}>{t(mine ? 'definitions.meanwhile.theirs' : 'cohorts.see')}</Button>
        </Taken>
      )}
    </>
  );
}

/** What stands under the name, and what saving would make of it. */
function Taken({ theirs, mine, children }: { theirs: Cohort; mine: string; children: React.ReactNode }) {
  const { t } = useWords();
  const format = useClockFormat();
  return (
    <div className="taken" role="alert">
      <div className="row wrap">
        <Icon name="quarantine" />
        <span className="strong grow">{theirs.saved_by && theirs.saved_at ? t('cohorts.taken.by', { who: theirs.saved_by, when: format.ago(theirs.saved_at) }) : t('cohorts.taken')}</span>
        {children}
      </div>
      <p className="soft">{t('cohorts.taken.more')}</p>
      <FileDifference file={{ path: theirs.name, how: 'both', lines: diffLines(theirs.cql, mine) }} />
    </div>
  );
}
