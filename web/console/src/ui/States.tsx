import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '@/api/problem';
import { Icon, type IconName } from './Icon';

/** What went wrong and what would help. */
export function ProblemView({ error, retry, label }: { error: unknown; retry?: () => void; label?: string }) {
  const { t } = useTranslation();
  const problem = toProblem(error);
  return (
    <div className="problem" role="alert">
      <Icon name={problem.offline ? 'offline' : 'quarantine'} />
      <div className="grow">
        <div className="strong">{problem.offline ? t('problem.offline') : problem.message}</div>
        {problem.detail !== '' && <p>{problem.detail}</p>}
        {problem.places.map((place) => <p key={place.at + place.detail}>{place.at !== '' && <code>{place.at} </code>}{place.detail}</p>)}
        <p>{problem.offline ? t('problem.offline.cure') : problem.cure || t('problem.cure')}</p>
      </div>
      {retry && <Button size="compact-sm" variant="default" onClick={retry}>{label ?? t('problem.retry')}</Button>}
    </div>
  );
}

export function Empty({ icon, title, children }: { icon: IconName; title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <Icon name={icon} size={28} />
      <div className="strong">{title}</div>
      {children && <p>{children}</p>}
    </div>
  );
}

export function Bone({ width, height = 14 }: { width: number | string; height?: number }) {
  return <div className="bone" style={{ width, height }} />;
}

/** Lines of a list that is on its way. */
export function Bones({ rows = 8, height = 52 }: { rows?: number; height?: number }) {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t('loading')}>
      {Array.from({ length: rows }, (_, i) => (
        <div key={i} className="row" style={{ height, padding: '0 18px', gap: 24 }}>
          <Bone width={`${22 + ((i * 7) % 14)}%`} /><Bone width="16%" /><Bone width={`${24 + ((i * 11) % 18)}%`} />
        </div>
      ))}
    </div>
  );
}

/** What is shown may be old, and why. That the server is away, a banner says once for all. */
function Stale({ error, retry }: { error: unknown; retry: () => void }) {
  const { t } = useTranslation();
  const problem = toProblem(error);
  if (problem.offline) return null;
  return (
    <div className="stale" role="alert">
      <Icon name="quarantine" size={16} />
      <span className="grow">{t('problem.stale')} {[problem.message, problem.detail].filter(Boolean).join(': ')}</span>
      <Button size="compact-sm" variant="default" onClick={retry}>{t('problem.retry')}</Button>
    </div>
  );
}

type Asked = { isPending: boolean; error: unknown; refetch: () => unknown };

/** Loading, problem, or the content: every room is one of them. What is already here stays while
 * it is asked for again; where that failed, it says so. */
export function Await({ of, bones, children }: { of: Asked & { data?: unknown }; bones?: ReactNode; children: () => ReactNode }) {
  if (of.data !== undefined) return <>{of.error ? <Stale error={of.error} retry={() => void of.refetch()} /> : null}{children()}</>;
  if (of.error) return <div style={{ padding: 18 }}><ProblemView error={of.error} retry={() => void of.refetch()} /></div>;
  return <>{bones ?? <Bones />}</>;
}
