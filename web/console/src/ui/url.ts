import { useCallback, useMemo } from 'react';
import { useLocation, useNavigate } from 'react-router-dom';

type Values = Record<string, string | undefined | null>;

/** Sets and removes parameters; the order stays, so that equal filters have equal addresses. */
export function withParams(search: string, changes: Values): string {
  const params = new URLSearchParams(search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === null || value === '') params.delete(name);
    else params.set(name, value);
  }
  const text = params.toString().replaceAll('%3A', ':').replaceAll('%2C', ',');
  return text === '' ? '' : `?${text}`;
}

/** The filters of a room are its address: what is not named is left out. */
export function pickParams<const N extends string>(search: string, names: readonly N[]): Partial<Record<N, string>> {
  const params = new URLSearchParams(search);
  const found: Partial<Record<N, string>> = {};
  for (const name of names) {
    const value = params.get(name);
    if (value) found[name] = value;
  }
  return found;
}

export function useParamsOf<const N extends string>(names: readonly N[]) {
  const navigate = useNavigate();
  const { pathname, search } = useLocation();
  const key = names.join(' ');
  const values = useMemo(() => pickParams(search, key.split(' ') as N[]), [search, key]);
  const set = useCallback(
    // The address as it is now, not as it was drawn: a search that still waits must not undo a
    // filter that was chosen meanwhile, nor bring somebody back who has left the room.
    (changes: Partial<Record<N, string | undefined>>, replace = true) => {
      if (window.location.pathname === pathname) navigate({ search: withParams(window.location.search, changes as Values) }, { replace });
    },
    [navigate, pathname],
  );
  return [values, set] as const;
}

/** Links inside the console keep the moment that is looked at. */
export function useLinkTo() {
  const { search } = useLocation();
  const as_of = new URLSearchParams(search).get('as_of');
  return useCallback((path: string, params: Values = {}) => {
    const [bare, own] = path.split('?');
    return `${bare}${withParams(own ?? '', { ...params, ...(as_of && !('as_of' in params) ? { as_of } : {}) })}`;
  }, [as_of]);
}

export function useAsOf(): string | undefined {
  const { search } = useLocation();
  return new URLSearchParams(search).get('as_of') ?? undefined;
}
