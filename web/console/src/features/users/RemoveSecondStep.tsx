import { Button, Modal } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { client, take } from '@/api/client';
import { useWords } from '@/i18n/words';
import { ProblemView } from '@/ui/States';
import { say } from '@/ui/toast';
import type { User } from './change';

/** Takes the one-time code off somebody who has lost phone and recovery codes. It cannot be undone,
 * and whoever pretends to be them would want it: the question says so. */
export function RemoveSecondStep({ user, close }: { user: User; close: () => void }) {
  const { t } = useWords();
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => take(client.DELETE('/api/v1/users/{name}/second-step', { params: { path: { name: user.name } } })),
    onSuccess: () => { say(t('users.second.removed', { name: user.display })); close(); },
    onSettled: () => queries.invalidateQueries({ queryKey: ['users'] }),
  });
  return (
    <Modal opened onClose={close} title={t('users.second.remove')} centered closeButtonProps={{ 'aria-label': t('close') }}>
      <div className="stack">
        {remove.error && <ProblemView error={remove.error} />}
        <p>{t('users.second.remove.more', { name: user.display })}</p>
        <div className="row">
          <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>{t('users.second.remove')}</Button>
          <Button variant="default" data-autofocus onClick={close}>{t('account.cancel')}</Button>
        </div>
      </div>
    </Modal>
  );
}
