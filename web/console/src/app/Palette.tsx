import { Modal } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router-dom';
import { campaignsQuery, patientsQuery } from '@/api/queries';
import { useAccess } from '@/api/session';
import { useCampaignTitle, useFormat, useWords } from '@/i18n/words';
import { Icon, type IconName } from '@/ui/Icon';
import { useLinkTo } from '@/ui/url';
import { findDay, rank } from './rank';
import { rooms } from './rooms';

type Item = { id: string; group: string; icon: IconName; name: string; beside?: ReactNode; to: string; score: number };

/** Who is shown is written down in the audit: nobody is asked for that is not shown. */
const people_shown = 7;

/** One letter fits everybody; one Chinese character is a name. */
const enough = (text: string) => text.length > 1 || /[\u3400-\u9fff]/.test(text);

function useItems(typed: string): Item[] {
  const { t } = useTranslation();
  const words = useWords();
  const format = useFormat();
  const link = useLinkTo();
  const { may } = useAccess();
  const title = useCampaignTitle();
  const [settled] = useDebouncedValue(typed.trim(), 150);
  const search = patientsQuery({ q: settled, limit: people_shown });
  const people = useInfiniteQuery({ ...search, enabled: may('patient.search') && enough(settled), placeholderData: keepPreviousData });
  const campaigns = useQuery({ ...campaignsQuery, enabled: may('campaign.read') });
  return useMemo(() => {
    const day = findDay(typed);
    const days: Item[] = day && may('map.read')
      ? [{ id: 'asof', group: t('palette.time'), icon: 'clock', name: t('palette.asof', { day: format.date(day) }), to: `/?as_of=${day}`, score: 90 }]
      : [];
    const open = rooms.filter((room) => may(room.permission)).map((room): Item => {
      const name = t(`room.${room.id}`);
      const keys = <span className="row"><kbd>g</kbd><kbd>{room.key}</kbd></span>;
      return { id: room.id, group: t('palette.rooms'), icon: room.icon, name, beside: keys, to: room.path, score: rank(name, typed) };
    });
    const running = (campaigns.data?.campaigns ?? []).map((campaign): Item => {
      const name = title(campaign.name);
      const score = typed.trim() === '' ? 0 : Math.max(rank(name, typed), rank(campaign.name, typed));
      const beside = campaign.paused ? t('campaigns.paused') : undefined;
      return { id: campaign.name, group: t('palette.campaigns'), icon: 'campaign', name, beside, to: `/campaigns/${campaign.name}`, score };
    });
    const found = (enough(typed.trim()) ? people.data?.pages[0]?.patients ?? [] : []).map((p): Item => {
      const born = p.birth_date ? format.date(p.birth_date) : '';
      const beside = [born, p.headline ? words.concern(p.headline.concern) : ''].filter(Boolean).join(' · ');
      return { id: p.id, group: t('palette.patients'), icon: 'people', name: p.name, beside, to: link(`/patients/${encodeURIComponent(p.id)}`), score: 70 };
    });
    return [...days, ...open, ...running, ...found].filter((item) => item.score > 0);
  }, [typed, people.data, campaigns.data, t, words, format, link, may, title]);
}

/** Jump to a room, a patient, a campaign or a day. */
export function Palette({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const found = useItems(typed);
  const groups = useMemo(() => {
    const best = new Map<string, Item[]>();
    for (const item of found) best.set(item.group, [...(best.get(item.group) ?? []), item]);
    const first = typed === '' ? 12 : 7;
    return [...best.entries()]
      .map(([name, items]) => ({ name, items: items.sort((a, b) => b.score - a.score).slice(0, first) }))
      .sort((a, b) => (b.items[0]?.score ?? 0) - (a.items[0]?.score ?? 0));
  }, [found, typed]);
  const flat = groups.flatMap((g) => g.items);
  const current = Math.min(at, flat.length - 1);
  useEffect(() => { list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' }); }, [current]);
  const go = (item: Item | undefined) => { if (item) { close(); navigate(item.to); } };
  const press = (event: KeyboardEvent) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setAt((current + (event.key === 'ArrowDown' ? 1 : -1) + flat.length) % Math.max(1, flat.length));
    }
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) go(flat[current]);
  };
  return (
    <Modal opened onClose={close} withCloseButton={false} padding={0} size={600} yOffset="12vh" aria-label={t('shell.search')} transitionProps={{ duration: 0 }}>
      <div className="palette-field"><Icon name="search" />
        <input data-autofocus autoFocus role="combobox" aria-expanded="true" aria-controls="palette-list" aria-activedescendant={flat[current] ? `palette-${current}` : undefined}
          aria-label={t('shell.search')} placeholder={t('palette.hint')} value={typed} onChange={(e) => { setTyped(e.target.value); setAt(0); }} onKeyDown={press} autoComplete="off" spellCheck={false} />
        <kbd>Esc</kbd>
      </div>
      <div className="palette-list" id="palette-list" role="listbox" ref={list} aria-label={t('shell.search')}>
        {groups.map((group) => (
          <div key={group.name} role="group" aria-label={group.name}>
            <div className="palette-group" aria-hidden="true">{group.name}</div>
            {group.items.map((item) => {
              const index = flat.indexOf(item);
              return (
                <div key={item.id} id={`palette-${index}`} role="option" aria-selected={index === current} className="palette-item" onMouseMove={() => setAt(index)} onClick={() => go(item)}>
                  <Icon name={item.icon} /><span className="clip grow">{item.name}</span><span className="small faint clip">{item.beside}</span>
                </div>
              );
            })}
          </div>
        ))}
        {flat.length === 0 && <div className="palette-none">{t('palette.none')}</div>}
      </div>
    </Modal>
  );
}
