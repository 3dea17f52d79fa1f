import type { ReactNode } from 'react';
import { useWords } from '@/i18n/words';
import { foldSame, type Changed } from './diff';

/** The lines that one text has and another has not; `beside` stands by the file's name, and
 * `label` names it where another part of the page has the file's name. */
export function FileDifference({ file, beside, label }: { file: Changed; beside?: ReactNode; label?: string }) {
  const { t } = useWords();
  return (
    <section className="diff-file" aria-label={label ?? file.path}>
      <h3 className="row"><code>{file.path}</code>{file.how !== 'both' && <span className="tag">{t(file.how === 'new' ? 'definitions.added' : 'definitions.removed')}</span>}{beside}</h3>
      <pre className="source" tabIndex={0} aria-label={file.path}>
        {foldSame(file.lines).map((line, i) => (line.kind === 'fold'
          ? <div key={i} className="fold">{t('definitions.unchanged', { count: line.count })}</div>
          : <div key={i} className={line.kind}><span className="line-number" aria-hidden="true">{line.kind === 'new' ? '+' : line.kind === 'old' ? '−' : ' '}</span>{line.kind === 'same' ? line.text : line.kind === 'new' ? <ins>{line.text}</ins> : <del>{line.text}</del>}{'\n'}</div>))}
      </pre>
    </section>
  );
}
