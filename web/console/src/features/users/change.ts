import { useMutation, useQueryClient } from '@tanstack/react-query';
import { client, take, type Schemas } from '@/api/client';
import { toProblem } from '@/api/problem';
import { say } from '@/ui/toast';

export type User = Schemas['User'];
export const roles: Schemas['Role'][] = ['reader', 'agent', 'coordinator', 'outreach_manager', 'compliance', 'administrator'];

type Change = { name: string; role?: Schemas['Role']; password?: string; disabled?: boolean };

/** Changes what somebody may do and how they log in. */
export function useChange() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ name, ...body }: Change) => take(client.PATCH('/api/v1/users/{name}', { params: { path: { name } }, body })),
    onError: (error) => say([toProblem(error).message, toProblem(error).cure].filter(Boolean).join('. ')),
    onSettled: () => queries.invalidateQueries({ queryKey: ['users'] }),
  });
}
