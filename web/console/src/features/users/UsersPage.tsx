import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { usersQuery } from '@/api/queries';
import { useWords } from '@/i18n/words';
import { Icon } from '@/ui/Icon';
import { Await, Bones } from '@/ui/States';
import { AddUser } from './AddUser';
import type { User } from './change';
import { NewPassword } from './NewPassword';
import { Person } from './Person';
import { RemoveSecondStep } from './RemoveSecondStep';
import './users.css';

type Asked = { what: 'add' | 'nothing' } | { what: 'password' | 'second-step'; user: User };

/** Staff and what each may do. */
export default function UsersPage() {
  const { t } = useWords();
  const found = useQuery(usersQuery);
  const [asked, ask] = useState<Asked>({ what: 'nothing' });
  const close = () => ask({ what: 'nothing' });
  return (
    <div className="page">
      <header className="page-head">
        <h1>{t('room.users')}</h1><span className="grow" />
        <Button leftSection={<Icon name="plus" size={16} />} onClick={() => ask({ what: 'add' })}>{t('users.add')}</Button>
      </header>
      <section className="panel" aria-label={t('room.users')}>
        <Await of={found} bones={<Bones rows={6} height={60} />}>
          {() => (
            <ul className="people">
              {found.data!.users.map((user) => <Person key={user.name} user={user} ask={(what) => ask({ what, user })} />)}
            </ul>
          )}
        </Await>
      </section>
      <AddUser opened={asked.what === 'add'} close={close} />
      {asked.what === 'password' && <NewPassword user={asked.user} close={close} />}
      {asked.what === 'second-step' && <RemoveSecondStep user={asked.user} close={close} />}
    </div>
  );
}
