import { Button, Modal, PasswordInput } from '@mantine/core';
import { useState } from 'react';
import { useWords } from '@/i18n/words';
import { say } from '@/ui/toast';
import { useChange, type User } from './change';

/** Another password for somebody, which they change when they log in. */
export function NewPassword({ user, close }: { user: User; close: () => void }) {
  const { t } = useWords();
  const change = useChange();
  const [password, setPassword] = useState('');
  const submit = () => change.mutate({ name: user.name, password }, { onSuccess: () => { say(t('users.password.done', { name: user.display })); close(); } });
  return (
    <Modal opened onClose={close} title={t('users.password')} centered closeButtonProps={{ 'aria-label': t('close') }}>
      <form className="stack" onSubmit={(e) => { e.preventDefault(); submit(); }}>
        <PasswordInput label={t('users.password.for', { name: user.display })} description={t('users.password.more')} value={password} onChange={(e) => setPassword(e.currentTarget.value)} required withAsterisk={false}
          autoComplete="new-password" data-autofocus visibilityToggleButtonProps={{ 'aria-label': t('login.show'), tabIndex: 0 }} />
        <Button type="submit" loading={change.isPending}>{t('users.password.set')}</Button>
      </form>
    </Modal>
  );
}
