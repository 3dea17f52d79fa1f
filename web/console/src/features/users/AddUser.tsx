import { Button, Modal, PasswordInput, Select, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client, take, type Schemas } from '@/api/client';
import { useWords } from '@/i18n/words';
import { ProblemView } from '@/ui/States';
import { say } from '@/ui/toast';
import { roles } from './change';

/** Somebody new: a name to log in by, a role, a first password. */
export function AddUser({ opened, close }: { opened: boolean; close: () => void }) {
  const { t, role } = useWords();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<Schemas['Role']>('reader');
  const [password, setPassword] = useState('');
  const add = useMutation({
    mutationFn: () => take(client.POST('/api/v1/users', { body: { name, role: chosen, password } })),
    onSuccess: async (user) => {
      await queries.invalidateQueries({ queryKey: ['users'] });
      say(t('users.added', { name: user.display }));
      setName('');
      setPassword('');
      close();
    },
  });
  const named = roles.map((value) => ({ value, label: role(value) }));
  return (
    <Modal opened={opened} onClose={close} title={t('users.add')} centered closeButtonProps={{ 'aria-label': t('close') }}>
      <form className="stack" onSubmit={(e) => { e.preventDefault(); add.mutate(); }}>
        {add.error && <ProblemView error={add.error} />}
        <TextInput label={t('login.name')} value={name} onChange={(e) => setName(e.currentTarget.value)} required withAsterisk={false} maxLength={100} autoComplete="off" data-autofocus />
        <Select label={t('users.role')} data={named} value={chosen} onChange={(value) => setChosen((value as Schemas['Role'] | null) ?? 'reader')} allowDeselect={false} />
        <PasswordInput label={t('login.password')} description={t('users.password.more')} value={password} onChange={(e) => setPassword(e.currentTarget.value)} required withAsterisk={false}
          autoComplete="new-password" visibilityToggleButtonProps={{ 'aria-label': t('login.show'), tabIndex: 0 }} />
        <Button type="submit" loading={add.isPending}>{t('users.add')}</Button>
      </form>
    </Modal>
  );
}
