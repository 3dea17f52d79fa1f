import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { client, take, type Schemas } from '@/api/client';
import { definitionQuery, definitionsQuery } from '@/api/queries';
import { useFormat, useWords } from '@/i18n/words';
import { Icon } from '@/ui/Icon';
import { Panel } from '@/ui/Panel';
import { SearchField } from '@/ui/SearchField';
import { Await, Bones, Empty, ProblemView } from '@/ui/States';
import { useParamsOf } from '@/ui/url';
import './definitions.css';

type Row = Schemas['DefinitionRow'];

/** The practice folder, to read: what a clinic has defined, and whether it is sound. */
export default function DefinitionsPage() {
  const { t } = useWords();
  const [{ file, q }, set] = useParamsOf(['file', 'q']);
  const found = useQuery(definitionsQuery);
  const rows = useMemo(() => (found.data?.definitions ?? []).filter((d) => !q || d.path.toLowerCase().includes(q.toLowerCase())), [found.data, q]);
  const search = useMemo(() => (text: string) => set({ q: text || undefined }), [set]);
  return (
    <div className="page fill definitions-page">
      <header className="page-head"><h1>{t('room.definitions')}</h1><span className="grow" /><SearchField label={t('definitions.search')} value={q ?? ''} onChange={search} /></header>
      <div className="definitions">
        <nav className="panel file-list" aria-label={t('definitions.files')}><Await of={found} bones={<Bones rows={10} height={34} />}>{() => <Files rows={rows} file={file ?? ''} choose={(path) => set({ file: path }, false)} />}</Await></nav>
        {file ? <File key={file} path={file} /> : <section className="panel"><Empty icon="files" title={t('definitions.choose')}>{t('definitions.choose.more')}</Empty></section>}
      </div>
    </div>
  );
}

function Files({ rows, file, choose }: { rows: Row[]; file: string; choose: (path: string) => void }) {
  const { t } = useWords();
  const folders = new Map<string, Row[]>();
  for (const row of rows) { const folder = row.path.includes('/') ? row.path.slice(0, row.path.lastIndexOf('/')) : ''; folders.set(folder, [...(folders.get(folder) ?? []), row]); }
  if (rows.length === 0) return <Empty icon="files" title={t('definitions.none')} />;
  return (
    <>
      {[...folders].map(([folder, files]) => (
        <div key={folder}>
          {folder !== '' && <div className="file-folder small faint">{folder}</div>}
          <ul>{files.map((f) => <li key={f.path}><button type="button" aria-current={f.path === file ? 'true' : undefined} onClick={() => choose(f.path)}><span className="clip grow">{f.path.slice(f.path.lastIndexOf('/') + 1)}</span>{!f.built_in && <span className="tag note">{t('definitions.own')}</span>}</button></li>)}</ul>
        </div>
      ))}
    </>
  );
}

function File({ path }: { path: string }) {
  const { t } = useWords();
  const format = useFormat();
  const found = useQuery(definitionQuery(path));
  const [wrong, setWrong] = useState<number[]>([]);
  const check = useMutation({
    mutationFn: (text: string) => take(client.POST('/api/v1/definitions/check', { body: { files: [{ path, text }] } })),
    onSuccess: (answer) => setWrong(answer.mistakes.filter((m) => m.file === path).map((m) => m.line)),
  });
  const text = found.data?.text ?? '';
  const mistakes = check.data?.mistakes ?? null;
  return (
    <Panel title={<code>{path}</code>} bare label={path} beside={<><span className="small faint wide-only num">{found.data ? [t(found.data.built_in ? 'definitions.built-in' : 'definitions.own'), format.bytes(new Blob([text]).size)].join(' · ') : ''}</span><Button size="compact-sm" variant="default" loading={check.isPending} disabled={!found.data} onClick={() => check.mutate(text)}>{t('definitions.check')}</Button></>}>
      {check.error && <div style={{ padding: '10px 18px' }}><ProblemView error={check.error} /></div>}
      {mistakes && (
        <div className="mistakes" role="status">
          {mistakes.length === 0 ? <p className="row"><Icon name="check" size={16} />{t('definitions.sound')}</p> : <ul>{mistakes.map((m, i) => <li key={i}><code>{m.file}:{m.line}:{m.column}</code> {m.message}</li>)}</ul>}
        </div>
      )}
      <Await of={found} bones={<Bones rows={8} height={28} />}>
        {() => <pre className="source" tabIndex={0} aria-label={path}>{text.split('\n').map((line, i) => <div key={i} className={wrong.includes(i + 1) ? 'wrong' : undefined}><span className="line-number" aria-hidden="true">{i + 1}</span>{line}{'\n'}</div>)}</pre>}
      </Await>
    </Panel>
  );
}
