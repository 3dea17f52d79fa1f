import { queryOptions, useQueryClient } from '@tanstack/react-query';
import { by } from '@/api/background';
import { client, setCsrf, take, type Schemas } from '@/api/client';
import { sessionKey, type Session } from '@/api/session';

export const accountQuery = queryOptions({ queryKey: ['account'], queryFn: (asked) => take(client.GET('/api/v1/account', by(asked))) });
export type Account = Schemas['Account'];

/** After a change of one's own the session is another one: its token, and what is known of the account. */
export function useRenewed() {
  const queries = useQueryClient();
  return ({ recovery_codes: _, ...session }: Session) => {
    setCsrf(session.csrf ?? '');
    queries.setQueryData(sessionKey, session);
    void queries.invalidateQueries({ queryKey: ['account'] });
    void queries.invalidateQueries({ queryKey: ['sessions'] });
  };
}
