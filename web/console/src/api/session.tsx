import { queryOptions, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import i18next from 'i18next';
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { by } from './background';
import { client, onSessionChanged, onSessionLost, setCsrf, take, type Schemas } from './client';
import { belongTo } from '@/ui/kept';
import { say } from '@/ui/toast';

export type Session = Schemas['Session'];
export type Permission = string;

type Access = { session: Session; staff: NonNullable<Session['staff']>; may: (permission: Permission) => boolean };
const AccessContext = createContext<Access | null>(null);

export const sessionKey = ['session'] as const;

async function loadSession(asked: ReturnType<typeof by> | Record<string, never> = {}) {
  const session = await take(client.GET('/api/v1/session', asked));
  setCsrf(session.csrf ?? '');
  return session;
}

export const sessionQuery = queryOptions({ queryKey: sessionKey, queryFn: (asked) => loadSession(by(asked)), staleTime: Infinity });

/** What is known of the session again. Where somebody else has logged in, nothing of what the one
 * before them saw is left; false then. */
async function renew(queries: QueryClient): Promise<boolean> {
  const before = queries.getQueryData<Session>(sessionKey);
  const now = await loadSession();
  const same = now.staff !== null && now.staff.name === before?.staff?.name;
  queries.setQueryData(sessionKey, now);
  if (!same && before?.staff) say(i18next.t('session.other'));
  if (!same) queries.removeQueries({ predicate: (query) => query.queryKey[0] !== sessionKey[0] });
  return same;
}

export function useSession() {
  const queries = useQueryClient();
  useEffect(() => {
    onSessionChanged(() => renew(queries).catch(() => false));
    // The address stays: after log-in the same place is there again.
    onSessionLost(() => {
      const before = queries.getQueryData<Session>(sessionKey);
      if (before?.staff) void queries.invalidateQueries({ queryKey: sessionKey });
    });
  }, [queries]);
  return useQuery(sessionQuery);
}

export function AccessProvider({ session, children }: { session: Session; children: ReactNode }) {
  useState(() => belongTo(session.staff?.name ?? ''));
  const access = useMemo(() => {
    if (!session.staff) return null;
    const allowed = new Set(session.staff.permissions);
    return { session, staff: session.staff, may: (permission: Permission) => allowed.has(permission) };
  }, [session]);
  return <AccessContext.Provider value={access}>{children}</AccessContext.Provider>;
}

/** Who is logged in and what they may do; only inside the logged-in part. */
export function useAccess(): Access {
  const access = useContext(AccessContext);
  if (!access) throw new Error('nobody is logged in here');
  return access;
}
