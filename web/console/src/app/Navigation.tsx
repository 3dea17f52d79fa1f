import { Tooltip } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router-dom';
import { attentionQuery, practiceQuery } from '@/api/queries';
import { useAccess } from '@/api/session';
import { useFormat } from '@/i18n/words';
import { Icon } from '@/ui/Icon';
import { useAsOf, useLinkTo } from '@/ui/url';
import { Mark } from './Mark';
import { rooms, type Room } from './rooms';
import { StaffMenu } from './StaffMenu';

/** How much waits in a room. */
function useCounts(): Record<string, number | undefined> {
  const { may } = useAccess();
  const attention = useQuery({ ...attentionQuery(useAsOf()), placeholderData: keepPreviousData, enabled: may('task.read') });
  const open = attention.data?.tasks.reduce((n, group) => n + group.count, 0) ?? 0;
  return {
    tasks: open > 0 ? open : undefined,
    quarantine: attention.data && attention.data.quarantined > 0 ? attention.data.quarantined : undefined,
  };
}

function RoomLink({ room, rail, count }: { room: Room; rail: boolean; count?: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const link = useLinkTo();
  const name = t(`room.${room.id}`);
  const to = room.group === 'day' ? link(room.path) : room.path;
  return (
    <Tooltip label={name} position="right" disabled={!rail} openDelay={0}>
      <NavLink to={to} end={room.path === '/'} className="nav-link" {...(rail ? { 'aria-label': count ? `${name} ${format.number(count)}` : name } : {})}>
        <Icon name={room.icon} /><span className="nav-name">{name}</span>
        {count && <span className="nav-count num">{format.number(count)}</span>}
      </NavLink>
    </Tooltip>
  );
}

export function Navigation({ open, search, sheet }: { open: boolean; search: () => void; sheet: () => void }) {
  const { t } = useTranslation();
  const { may } = useAccess();
  const counts = useCounts();
  const practice = useQuery(practiceQuery);
  const rail = useMediaQuery('(min-width: 721px) and (max-width: 1180px)') ?? false;
  const allowed = rooms.filter((room) => may(room.permission));
  return (
    <nav className={open ? 'nav open' : 'nav'} aria-label={t('shell.rooms')}>
      <div className="nav-brand"><Mark /><span className="nav-name">Parcours</span></div>
      <button type="button" className="nav-search" onClick={search} {...(rail ? { 'aria-label': t('shell.search') } : {})}>
        <Icon name="search" size={16} /><span className="nav-name">{t('shell.search')}</span><kbd className="nav-name" aria-hidden="true">⌘K</kbd>
      </button>
      <div className="nav-rooms">
        {(['day', 'reach', 'practice', 'administration'] as const).map((group) => {
          const here = allowed.filter((room) => room.group === group);
          if (here.length === 0) return null;
          return (
            <div key={group} className="nav-group">
              {group !== 'day' && <div className="nav-title">{t(`group.${group}`)}</div>}
              {here.map((room) => <RoomLink key={room.id} room={room} rail={rail} {...(counts[room.id] ? { count: counts[room.id]! } : {})} />)}
            </div>
          );
        })}
      </div>
      {practice.data && (
        <div className="nav-practice nav-name">
          <div className="clip">{practice.data.name}</div>
          {practice.data.sandbox && <Tooltip label={t('shell.sandbox.more')} multiline w={240}><div className="small faint sandbox" tabIndex={0}>{t('shell.sandbox')}</div></Tooltip>}
        </div>
      )}
      <StaffMenu rail={rail} sheet={sheet} />
    </nav>
  );
}
