import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { client, take } from '@/api/client';
import { toProblem } from '@/api/problem';
import { wordFor } from '@/i18n/words';
import { say } from '@/ui/toast';

/** Closes a task with an outcome; the lists that show it are asked again. */
export function useCloseTask() {
  const queries = useQueryClient();
  const { t } = useTranslation();
  return useMutation({
    mutationFn: ({ id, outcome }: { id: string; outcome: string }) => take(client.POST('/api/v1/tasks/{id}/close', { params: { path: { id } }, body: { outcome } })),
    onSuccess: (task) => say(t('tasks.closed', { name: task.patient_name, outcome: wordFor('outcome', task.outcome) })),
    onError: (error) => say([toProblem(error).message, toProblem(error).cure].filter(Boolean).join('. ')),
    onSettled: () => Promise.all(['tasks', 'attention', 'patient', 'campaigns'].map((key) => queries.invalidateQueries({ queryKey: [key] }))),
  });
}
