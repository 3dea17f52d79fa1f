import { useQueryClient } from '@tanstack/react-query';
import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Problem } from '@/api/problem';
import { ProblemView } from './States';

/** Code that is not at the server any more, or did not come: browsers say it in their own words. */
export function isMissingCode(error: unknown): boolean {
  return error instanceof Error && /dynamically imported module|importing a module script|Unable to preload CSS/i.test(error.message);
}

/** Loads the page anew, from a server that answers: without one there would be no page at all. */
async function loadAgain() {
  await fetch('/', { cache: 'no-store' });
  window.location.reload();
}

type Props = { children: ReactNode; /** Where another value begins anew. */ place?: string };
type State = { error: unknown; broken: boolean; place: string | undefined };

/** What breaks while it is drawn is told in its place; all around it goes on. */
export class Boundary extends Component<Props, State> {
  override state: State = { error: null, broken: false, place: this.props.place };

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { error, broken: true };
  }
  static getDerivedStateFromProps(props: Props, state: State): Partial<State> | null {
    return props.place === state.place ? null : { error: null, broken: false, place: props.place };
  }
  override render() {
    if (!this.state.broken) return this.props.children;
    return <Broken error={this.state.error} again={() => this.setState({ error: null, broken: false })} />;
  }
}

function Broken({ error, again }: { error: unknown; again: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  // It may be what was answered that could not be drawn.
  const afresh = () => { queries.removeQueries({ type: 'inactive' }); again(); };
  const missing = isMissingCode(error);
  const detail = error instanceof Error ? error.message : String(error);
  const problem = missing
    ? new Problem({ status: 0, code: 'missing-code', title: t('broken.code'), cure: t('broken.code.cure') })
    : new Problem({ status: 0, code: 'broken', title: t('broken'), detail, cure: t('broken.cure') });
  return (
    <div className="page">
      <h1 className="hidden">{problem.message}</h1>
      <ProblemView error={problem} retry={missing ? () => void loadAgain().catch(() => {}) : afresh} label={t('broken.again')} />
    </div>
  );
}
