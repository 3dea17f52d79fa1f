import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { client, take, type Schemas } from '@/api/client';
import { definitionQuery } from '@/api/queries';
import { useFormat, useWords } from '@/i18n/words';
import { Icon } from '@/ui/Icon';
import { Panel } from '@/ui/Panel';
import { Await, Bones, ProblemView } from '@/ui/States';
import type { Draft, Work } from './drafts';

type Props = { path: string; tag: string; drafts: Work['drafts']; change: ((draft: Draft | null) => void) | null };

/** One file of the practice that `tag` names: its text, what is wrong with it, and, where `change`
 * is given, another text. */
export function DefinitionFile({ path, tag, drafts, change }: Props) {
  const { t } = useWords();
  const format = useFormat();
  const found = useQuery(definitionQuery(path, tag));
  const draft = drafts.get(path) ?? null;
  // As it would be published: with every other draft.
  const check = useMutation({
    mutationFn: (text: string) => take(client.POST('/api/v1/definitions/check', { body: { files: withTexts(drafts, path, text) } })),
  });
  const wrong = check.data?.mistakes.filter((m) => m.file === path).map((m) => m.line) ?? [];
  const kept = draft?.was ?? found.data?.text ?? '';
  const text = draft?.text ?? kept;
  const edit = (next: string | null) => { check.reset(); change?.(next === null || next === kept ? null : { text: next, was: kept }); };
  const about = found.data ? [t(found.data.built_in ? 'definitions.built-in' : 'definitions.own'), format.bytes(new Blob([text]).size)].join(' · ') : '';
  const [editing, setEditing] = useState(draft !== null);
  return (
    <Panel title={<code>{path}</code>} bare label={path} beside={
      <>
        <span className="small faint wide-only num">{about}</span>
        {draft !== null && <Button size="compact-sm" variant="subtle" color="gray" onClick={() => { edit(null); setEditing(false); }}>{t('definitions.discard')}</Button>}
        {change && !editing && <Button size="compact-sm" variant="default" disabled={!found.data} onClick={() => setEditing(true)}>{t('definitions.edit')}</Button>}
        <Button size="compact-sm" variant="default" loading={check.isPending} disabled={!found.data} onClick={() => check.mutate(text)}>{t('definitions.check')}</Button>
      </>
    }>
      {check.error && <div style={{ padding: '10px 18px' }}><ProblemView error={check.error} /></div>}
      {check.data && <Mistakes mistakes={check.data.mistakes} />}
      <Await of={found} bones={<Bones rows={8} height={28} />}>
        {() => editing && change
          ? <textarea className="source source-edit" aria-label={path} value={text} spellCheck={false} wrap="off" onChange={(e) => edit(e.target.value)} />
          : <pre className="source" tabIndex={0} aria-label={path}>{text.split('\n').map((line, i) => <div key={i} className={wrong.includes(i + 1) ? 'wrong' : undefined}><span className="line-number" aria-hidden="true">{i + 1}</span>{line}{'\n'}</div>)}</pre>}
      </Await>
    </Panel>
  );
}

/** The drafts' texts, and one file's text whether it is a draft or not. */
function withTexts(drafts: Work['drafts'], path: string, text: string) {
  const others = [...drafts].filter(([name]) => name !== path).map(([name, other]) => ({ path: name, text: other.text }));
  return [{ path, text }, ...others];
}

function Mistakes({ mistakes }: { mistakes: Schemas['Mistake'][] }) {
  const { t } = useWords();
  return (
    <div className="mistakes" role="status">
      {mistakes.length === 0 ? <p className="row"><Icon name="check" size={16} />{t('definitions.sound')}</p> : <ul>{mistakes.map((m, i) => <li key={i}><code>{m.file}:{m.line}:{m.column}</code> {m.message}</li>)}</ul>}
    </div>
  );
}
