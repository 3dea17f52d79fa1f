import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Schemas } from '@/api/client';
import { definitionsQuery } from '@/api/queries';
import { useAccess } from '@/api/session';
import { useWords } from '@/i18n/words';
import { Icon } from '@/ui/Icon';
import { SearchField } from '@/ui/SearchField';
import { Await, Bones, Empty } from '@/ui/States';
import { useParamsOf } from '@/ui/url';
import { DefinitionFile } from './DefinitionFile';
import { withDraft, type Draft, type Work } from './drafts';
import { useWork } from './work';
import { History } from './History';
import { Publish } from './Publish';
import './definitions.css';

type Row = Schemas['DefinitionRow'];

/** The practice folder: to read, to check, to publish with a reason, and what was published before. */
export default function DefinitionsPage() {
  const { t } = useWords();
  const { may } = useAccess();
  const [{ file, q, version }, set] = useParamsOf(['file', 'q', 'version']);
  const [work, setWork] = useWork();
  const found = useQuery(definitionsQuery);
  const rows = useMemo(() => (found.data?.definitions ?? []).filter((d) => !q || d.path.toLowerCase().includes(q.toLowerCase())), [found.data, q]);
  const search = useMemo(() => (text: string) => set({ q: text || undefined }), [set]);
  const { drafts } = work;
  // Files are read in the state that the drafts were decided on, so that they belong together.
  const tag = drafts.size > 0 ? work.base : found.data?.etag ?? '';
  const may_change = may('definition.publish') && tag !== '';
  const draft = (path: string, next: Draft | null) => setWork((before) => withDraft(before, tag, path, next));
  return (
    <div className="page fill definitions-page">
      <header className="page-head">
        <h1>{t('room.definitions')}</h1>{found.data?.version != null && <span className="tag num">{t('definitions.version', { version: found.data.version })}</span>}
        <span className="grow" />
        {!version && <SearchField label={t('definitions.search')} value={q ?? ''} onChange={search} />}
        <Button variant="default" size="sm" leftSection={<Icon name={version ? 'files' : 'clock'} size={16} />} onClick={() => set({ version: version ? undefined : 'last' }, false)}>{t(version ? 'definitions.history.back' : 'definitions.history')}</Button>
      </header>
      {drafts.size > 0 && !version && <Publish work={work} change={setWork} now={found.data} />}
      {version ? <History chosen={version} choose={(next) => set({ version: next }, false)} /> : (
        <div className="definitions">
          <nav className="panel file-list" aria-label={t('definitions.files')}>
            <Await of={found} bones={<Bones rows={10} height={34} />}>
              {() => <Files rows={rows} drafts={drafts} file={file ?? ''} choose={(path) => set({ file: path }, false)} />}
            </Await>
          </nav>
          {!file && <section className="panel"><Empty icon="files" title={t('definitions.choose')}>{t('definitions.choose.more')}</Empty></section>}
          {file && found.isPending && <section className="panel"><Bones rows={8} height={28} /></section>}
          {file && !found.isPending && <DefinitionFile key={file} path={file} tag={tag} drafts={drafts} change={may_change ? (next) => draft(file, next) : null} />}
        </div>
      )}
    </div>
  );
}

function Files({ rows, drafts, file, choose }: { rows: Row[]; drafts: Work['drafts']; file: string; choose: (path: string) => void }) {
  const { t } = useWords();
  const folders = new Map<string, Row[]>();
  for (const row of rows) {
    const folder = row.path.includes('/') ? row.path.slice(0, row.path.lastIndexOf('/')) : '';
    folders.set(folder, [...(folders.get(folder) ?? []), row]);
  }
  if (rows.length === 0) return <Empty icon="files" title={t('definitions.none')} />;
  return (
    <>
      {[...folders].map(([folder, files]) => (
        <div key={folder}>
          {folder !== '' && <div className="file-folder small faint">{folder}</div>}
          <ul>
            {files.map((f) => (
              <li key={f.path}>
                <button type="button" aria-current={f.path === file ? 'true' : undefined} onClick={() => choose(f.path)}>
                  <span className="clip grow">{f.path.slice(f.path.lastIndexOf('/') + 1)}</span>
                  {drafts.has(f.path) ? <span className="tag alert">{t('definitions.changed')}</span> : !f.built_in && <span className="tag note">{t('definitions.own')}</span>}
                </button>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </>
  );
}
