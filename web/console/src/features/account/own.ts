import { useQueryClient } from '@tanstack/react-query';
import { client, setCsrf, take, type Schemas } from '@/api/client';
import { queryOptions } from '@tanstack/react-query';
import { sessionKey, type Session } from '@/api/session';

export const accountQuery = queryOptions({ queryKey: ['account'], queryFn: () => take(client.GET('/api/v1/account')) });
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
