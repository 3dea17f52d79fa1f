import { Menu } from '@mantine/core';
import { useAccess } from '@/api/session';
import { useClockFormat, useWords } from '@/i18n/words';
import { Icon } from '@/ui/Icon';
import { say } from '@/ui/toast';
import { roles, useChange, type User } from './change';

type Props = { user: User; ask: (what: 'password' | 'second-step') => void };

/** One member of staff: who, when seen, how they log in, and what can be changed of it. */
export function Person({ user, ask }: Props) {
  const { t } = useWords();
  const format = useClockFormat();
  const { staff } = useAccess();
  const me = user.name === staff.name;
  const seen = user.last_seen ? t('users.seen', { when: format.ago(user.last_seen) }) : t('users.never');
  const log_in_name = user.display === user.name ? [] : [user.name];
  return (
    <li className={user.disabled ? 'off' : undefined}>
      <span className="avatar" aria-hidden="true">{user.display.slice(0, 1).toUpperCase()}</span>
      <div className="cell-2 grow">
        <span className="row wrap">
          <span className="strong clip">{user.display}</span>
          {me && <span className="tag">{t('users.me')}</span>}
          {user.disabled && <span className="tag alert">{t('users.off')}</span>}
        </span>
        <span className="small faint">{[...log_in_name, seen, t(user.second_step ? 'users.second' : 'users.second.none')].join(' · ')}</span>
      </div>
      <Changes user={user} me={me} ask={ask} />
    </li>
  );
}

/** Of oneself nothing is changed here: nobody shuts themselves out. */
function Changes({ user, me, ask }: Props & { me: boolean }) {
  const { t, role } = useWords();
  const change = useChange();
  const disable = (disabled: boolean) => change.mutate({ name: user.name, disabled }, {
    onSuccess: () => say(t(disabled ? 'users.disabled' : 'users.enabled', { name: user.display }), () => change.mutate({ name: user.name, disabled: !disabled })),
  });
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <button type="button" className="chip" aria-label={t('users.role.of', { name: user.display, role: role(user.role) })}>{role(user.role)}<Icon name="down" size={14} /></button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('users.role')}</Menu.Label>
        {roles.map((r) => (
          <Menu.Item key={r} disabled={me} rightSection={r === user.role ? <Icon name="check" size={16} /> : null} onClick={() => change.mutate({ name: user.name, role: r })}>{role(r)}</Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item disabled={me} onClick={() => ask('password')}>{t('users.password')}</Menu.Item>
        {user.second_step && <Menu.Item disabled={me} onClick={() => ask('second-step')}>{t('users.second.remove')}</Menu.Item>}
        <Menu.Item disabled={me} onClick={() => disable(!user.disabled)}>{t(user.disabled ? 'users.enable' : 'users.disable')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
