import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Schemas } from '@/api/client';
import { versionQuery, versionsQuery } from '@/api/queries';
import { useFormat, useWords } from '@/i18n/words';
import { Panel } from '@/ui/Panel';
import { Await, Bones, Empty } from '@/ui/States';
import { diffFiles } from './diff';
import { FileDifference } from './FileDifference';

type Version = Schemas['PracticeVersion'];

/** What was published: who, when, why, and what it changed. */
export function History({ chosen, choose }: { chosen: string; choose: (version: string) => void }) {
  const { t } = useWords();
  const format = useFormat();
  const found = useInfiniteQuery(versionsQuery);
  const versions = useMemo(() => found.data?.pages.flatMap((page) => page.versions) ?? [], [found.data]);
  const open = versions.find((v) => String(v.version) === chosen) ?? versions[0];
  return (
    <Await of={found} bones={<div className="panel"><Bones rows={5} height={52} /></div>}>
      {() => !open ? <section className="panel"><Empty icon="clock" title={t('definitions.history.none')}>{t('definitions.history.none.more')}</Empty></section> : (
        <div className="definitions">
          <nav className="panel file-list" aria-label={t('definitions.history')}>
            <ul>{versions.map((v, i) => (
              <li key={v.version}><button type="button" className="version" aria-current={v.version === open.version ? 'true' : undefined} onClick={() => choose(String(v.version))}>
                <span className="row"><span className="grow">{t('definitions.version', { version: v.version })}</span>{i === 0 && <span className="tag note">{t('definitions.runs')}</span>}</span>
                <span className="two-lines soft">{v.note}</span><span className="small faint">{v.by} · {format.moment(v.at)}</span>
              </button></li>
            ))}</ul>
            {found.hasNextPage && <button type="button" className="record-more" onClick={() => void found.fetchNextPage()}>{t('patient.record.more')}</button>}
          </nav>
          <Differences version={open} />
        </div>
      )}
    </Await>
  );
}

function Differences({ version }: { version: Version }) {
  const { t } = useWords();
  const after = useQuery(versionQuery(version.version));
  const before = useQuery({ ...versionQuery(version.version - 1), enabled: version.version > 1 });
  const changed = useMemo(() => (after.data && (version.version === 1 || before.data) ? diffFiles(before.data?.files ?? [], after.data.files) : null), [after.data, before.data, version.version]);
  return (
    <Panel title={t('definitions.version', { version: version.version })} bare label={t('definitions.version', { version: version.version })} beside={<code className="small faint wide-only">{version.digest.slice(0, 12)}</code>}>
      <p className="diff-note">{version.note}</p>
      <Await of={version.version > 1 && before.error ? before : after} bones={<Bones rows={8} height={28} />}>
        {() => !changed ? <Bones rows={8} height={28} /> : changed.length === 0 ? <p className="soft diff-note">{t('definitions.same')}</p> : changed.map((file) => <FileDifference key={file.path} file={file} />)}
      </Await>
    </Panel>
  );
}
