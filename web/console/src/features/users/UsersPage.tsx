import { Button, Menu, Modal, PasswordInput, Select, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client, take, type Schemas } from '@/api/client';
import { usersQuery } from '@/api/queries';
import { useAccess } from '@/api/session';
import { useClockFormat, useWords } from '@/i18n/words';
import { Icon } from '@/ui/Icon';
import { Await, Bones, ProblemView } from '@/ui/States';
import { say } from '@/ui/toast';
import { toProblem } from '@/api/problem';
import './users.css';

type User = Schemas['User'];
const roles: Schemas['Role'][] = ['reader', 'agent', 'coordinator', 'outreach_manager', 'compliance', 'administrator'];

function useChange() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ name, ...body }: { name: string; role?: Schemas['Role']; password?: string; disabled?: boolean }) => take(client.PATCH('/api/v1/users/{name}', { params: { path: { name } }, body })),
    onError: (error) => say([toProblem(error).message, toProblem(error).cure].filter(Boolean).join('. ')),
    onSettled: () => queries.invalidateQueries({ queryKey: ['users'] }),
  });
}

/** Staff and what each may do. */
export default function UsersPage() {
  const { t } = useWords();
  const found = useQuery(usersQuery);
  const [adding, setAdding] = useState(false);
  const [resetting, setResetting] = useState<string | null>(null);
  return (
    <div className="page">
      <header className="page-head"><h1>{t('room.users')}</h1><span className="grow" /><Button leftSection={<Icon name="plus" size={16} />} onClick={() => setAdding(true)}>{t('users.add')}</Button></header>
      <section className="panel" aria-label={t('room.users')}>
        <Await of={found} bones={<Bones rows={6} height={60} />}>{() => <ul className="people">{found.data!.users.map((user) => <Person key={user.name} user={user} reset={() => setResetting(user.name)} />)}</ul>}</Await>
      </section>
      <Add opened={adding} close={() => setAdding(false)} />
      <NewPassword name={resetting} close={() => setResetting(null)} />
    </div>
  );
}

function Person({ user, reset }: { user: User; reset: () => void }) {
  const { t, role } = useWords();
  const format = useClockFormat();
  const { staff } = useAccess();
  const change = useChange();
  const undoable = (disabled: boolean) => change.mutate({ name: user.name, disabled }, { onSuccess: () => say(t(disabled ? 'users.disabled' : 'users.enabled', { name: user.name }), () => change.mutate({ name: user.name, disabled: !disabled })) });
  return (
    <li className={user.disabled ? 'off' : undefined}>
      <span className="avatar" aria-hidden="true">{user.name.slice(0, 1).toUpperCase()}</span>
      <div className="cell-2 grow"><span className="row wrap"><span className="strong clip">{user.name}</span>{user.name === staff.name && <span className="tag">{t('users.me')}</span>}{user.disabled && <span className="tag alert">{t('users.off')}</span>}</span>
        <span className="small faint">{[user.last_seen ? t('users.seen', { when: format.ago(user.last_seen) }) : t('users.never'), t(user.second_step ? 'users.second' : 'users.second.none')].join(' · ')}</span></div>
      <Menu position="bottom-end" shadow="md">
        <Menu.Target><button type="button" className="chip" aria-label={t('users.role.of', { name: user.name, role: role(user.role) })}>{role(user.role)}<Icon name="down" size={14} /></button></Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{t('users.role')}</Menu.Label>
          {roles.map((r) => <Menu.Item key={r} disabled={user.name === staff.name} rightSection={r === user.role ? <Icon name="check" size={16} /> : null} onClick={() => change.mutate({ name: user.name, role: r })}>{role(r)}</Menu.Item>)}
          <Menu.Divider />
          <Menu.Item disabled={user.name === staff.name} onClick={reset}>{t('users.password')}</Menu.Item>
          <Menu.Item disabled={user.name === staff.name} onClick={() => undoable(!user.disabled)}>{t(user.disabled ? 'users.enable' : 'users.disable')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </li>
  );
}

function Add({ opened, close }: { opened: boolean; close: () => void }) {
  const { t, role } = useWords();
  const queries = useQueryClient();
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<Schemas['Role']>('reader');
  const [password, setPassword] = useState('');
  const add = useMutation({
    mutationFn: () => take(client.POST('/api/v1/users', { body: { name, role: chosen, password } })),
    onSuccess: async (user) => { await queries.invalidateQueries({ queryKey: ['users'] }); say(t('users.added', { name: user.name })); setName(''); setPassword(''); close(); },
  });
  return (
    <Modal opened={opened} onClose={close} title={t('users.add')} centered closeButtonProps={{ 'aria-label': t('close') }}>
      <form className="stack" onSubmit={(e) => { e.preventDefault(); add.mutate(); }}>
        {add.error && <ProblemView error={add.error} />}
        <TextInput label={t('login.name')} value={name} onChange={(e) => setName(e.currentTarget.value)} required withAsterisk={false} maxLength={100} autoComplete="off" data-autofocus />
        <Select label={t('users.role')} data={roles.map((value) => ({ value, label: role(value) }))} value={chosen} onChange={(value) => setChosen((value as Schemas['Role'] | null) ?? 'reader')} allowDeselect={false} />
        <PasswordInput label={t('login.password')} description={t('users.password.more')} value={password} onChange={(e) => setPassword(e.currentTarget.value)} required withAsterisk={false} autoComplete="new-password" visibilityToggleButtonProps={{ 'aria-label': t('login.show'), tabIndex: 0 }} />
        <Button type="submit" loading={add.isPending}>{t('users.add')}</Button>
      </form>
    </Modal>
  );
}

function NewPassword({ name, close }: { name: string | null; close: () => void }) {
  const { t } = useWords();
  const change = useChange();
  const [password, setPassword] = useState('');
  const submit = () => name && change.mutate({ name, password }, { onSuccess: () => { say(t('users.password.done', { name })); setPassword(''); close(); } });
  return (
    <Modal opened={name !== null} onClose={close} title={t('users.password')} centered closeButtonProps={{ 'aria-label': t('close') }}>
      <form className="stack" onSubmit={(e) => { e.preventDefault(); submit(); }}>
        <PasswordInput label={t('users.password.for', { name: name ?? '' })} description={t('users.password.more')} value={password} onChange={(e) => setPassword(e.currentTarget.value)} required withAsterisk={false} autoComplete="new-password" data-autofocus visibilityToggleButtonProps={{ 'aria-label': t('login.show'), tabIndex: 0 }} />
        <Button type="submit" loading={change.isPending}>{t('users.password.set')}</Button>
      </form>
    </Modal>
  );
}
