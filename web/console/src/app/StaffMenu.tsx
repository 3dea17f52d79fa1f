import { Menu, useMantineColorScheme } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { client, take } from '@/api/client';
import { sessionKey, useAccess } from '@/api/session';
import { choose, languages, type Language } from '@/i18n';
import { useWords } from '@/i18n/words';
import { Icon, type IconName } from '@/ui/Icon';

const schemes: { value: 'auto' | 'light' | 'dark'; icon: IconName }[] = [
  { value: 'auto', icon: 'clock' }, { value: 'light', icon: 'sun' }, { value: 'dark', icon: 'moon' },
];

/** Who I am; language, light or dark, keys, log out. */
export function StaffMenu({ rail, sheet }: { rail: boolean; sheet: () => void }) {
  const { t, i18n } = useTranslation();
  const words = useWords();
  const { staff } = useAccess();
  const queries = useQueryClient();
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const leave = useMutation({ mutationFn: () => take(client.DELETE('/api/v1/session')), onSettled: () => { queries.removeQueries({ predicate: (q) => q.queryKey[0] !== 'session' }); return queries.invalidateQueries({ queryKey: sessionKey }); } });
  return (
    <Menu position={rail ? 'right-end' : 'top-start'} width={232} shadow="md" withinPortal>
      <Menu.Target>
        <button type="button" className="staff">
          <span className="hidden">{t('shell.account', { name: staff.display })}</span>
          <span className="avatar" aria-hidden="true">{staff.display.slice(0, 1).toUpperCase()}</span>
          <span className="nav-name cell-2"><span className="clip">{staff.display}</span><span className="small faint clip">{words.role(staff.role)}</span></span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} to="/account" leftSection={<Icon name="users" />}>{t('account.title')}</Menu.Item>
        <Menu.Divider />
        <Menu.Label>{t('shell.language')}</Menu.Label>
        {(Object.keys(languages) as Language[]).map((code) => (
          <Menu.Item key={code} lang={code} leftSection={<Icon name="globe" />} rightSection={i18n.language === code ? <Icon name="check" size={16} /> : null} onClick={() => void choose(code)}>{languages[code]}</Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label>{t('shell.look')}</Menu.Label>
        {schemes.map(({ value, icon }) => (
          <Menu.Item key={value} leftSection={<Icon name={icon} />} rightSection={colorScheme === value ? <Icon name="check" size={16} /> : null} onClick={() => setColorScheme(value)}>{t(`look.${value}`)}</Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<Icon name="keyboard" />} rightSection={<kbd>?</kbd>} onClick={sheet}>{t('keys.title')}</Menu.Item>
        <Menu.Item leftSection={<Icon name="out" />} onClick={() => leave.mutate()}>{t('shell.logout')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
