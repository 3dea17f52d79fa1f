import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useMemo, type ReactNode } from 'react';
import { by } from './background';
import { client, onSessionLost, setCsrf, take, type Schemas } from './client';

export type Session = Schemas['Session'];
export type Permission = string;

type Access = { session: Session; staff: NonNullable<Session['staff']>; may: (permission: Permission) => boolean };
const AccessContext = createContext<Access | null>(null);

export const sessionKey = ['session'] as const;

async function loadSession(asked: ReturnType<typeof by> | Record<string, never>) {
  const session = await take(client.GET('/api/v1/session', asked));
  setCsrf(session.csrf ?? '');
  return session;
}

export const sessionQuery = queryOptions({ queryKey: sessionKey, queryFn: (asked) => loadSession(by(asked)), staleTime: Infinity });

export function useSession() {
  const queries = useQueryClient();
  useEffect(() => {
    // The address stays: after log-in the same place is there again.
    onSessionLost(() => {
      const before = queries.getQueryData<Session>(sessionKey);
      if (before?.staff) void queries.invalidateQueries({ queryKey: sessionKey });
    });
  }, [queries]);
  return useQuery(sessionQuery);
}

export function AccessProvider({ session, children }: { session: Session; children: ReactNode }) {
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
