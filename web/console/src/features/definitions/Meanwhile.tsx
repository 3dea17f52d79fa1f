import { Button } from '@mantine/core';
import { useInfiniteQuery, useQueries } from '@tanstack/react-query';
import type { Schemas } from '@/api/client';
import { definitionQuery, versionsQuery } from '@/api/queries';
import { useFormat, useWords } from '@/i18n/words';
import { Icon } from '@/ui/Icon';
import { Bones, ProblemView } from '@/ui/States';
import { diffLines } from './diff';
import { onto, withDraft, type Work } from './drafts';
import { FileDifference } from './FileDifference';

export type Practice = { etag: string; version?: number | null; definitions: Schemas['DefinitionRow'][] };
type Props = { work: Work; now: Practice; change: (next: Work) => void };

/** Somebody else published after the drafts were begun: what publishing them would make of that,
 * file by file. The drafts go over to it only when somebody decides so. */
export function Meanwhile({ work, now, change }: Props) {
  const { t } = useWords();
  const format = useFormat();
  const history = useInfiniteQuery(versionsQuery);
  const last = history.data?.pages[0]?.versions.find((v) => v.version === now.version);
  const paths = [...work.drafts.keys()].filter((path) => now.definitions.some((d) => d.path === path));
  const read = useQueries({ queries: paths.map((path) => definitionQuery(path, now.etag)) });
  const failed = read.find((r) => r.error && r.data === undefined);
  const theirs = new Map(paths.flatMap((path, i) => { const text = read[i]?.data?.text; return text === undefined ? [] : [[path, text] as const]; }));
  const known = theirs.size === paths.length;
  return (
    <>
      <div className="problem" role="alert">
        <Icon name="quarantine" />
        <div className="grow">
          <h2>{t('definitions.meanwhile')}</h2>
          {last && <p>{t('definitions.version', { version: last.version })} · {last.by} · {format.moment(last.at)} · {last.note}</p>}
          <p>{t('definitions.meanwhile.more')}</p>
        </div>
        <Button size="compact-sm" disabled={!known} onClick={() => change(onto(work, now.etag, theirs))}>{t('definitions.meanwhile.go-on')}</Button>
      </div>
      {failed ? <ProblemView error={failed.error} retry={() => void failed.refetch()} /> : !known ? <Bones rows={4} height={28} /> : [...work.drafts].map(([path, draft]) => {
        const text = theirs.get(path);
        const about = t((text ?? '') === draft.was ? 'definitions.meanwhile.mine' : 'definitions.meanwhile.both');
        return <FileDifference key={path} label={`${path}: ${about}`} file={{ path, how: text === undefined ? 'new' : 'both', lines: diffLines(text ?? '', draft.text) }} beside={
          <>
            <span className={(text ?? '') === draft.was ? 'tag' : 'tag alert'}>{about}</span>
            <span className="grow" />
            <Button size="compact-sm" variant="default" aria-label={`${t('definitions.meanwhile.theirs')}: ${path}`} onClick={() => change(withDraft(work, work.base, path, null))}>{t('definitions.meanwhile.theirs')}</Button>
          </>
        } />;
      })}
    </>
  );
}
