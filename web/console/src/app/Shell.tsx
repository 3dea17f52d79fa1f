import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router-dom';
import { useLiveUpdates } from '@/api/events';
import { Icon } from '@/ui/Icon';
import { Banners } from './Banners';
import { useKeys } from './keys';
import { Mark } from './Mark';
import { Navigation } from './Navigation';
import { Palette } from './Palette';
import { ShortcutsSheet } from './ShortcutsSheet';

/** Navigation, banners, palette and keys around the room. */
export function Shell({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const [palette, setPalette] = useState(false);
  const [sheet, setSheet] = useState(false);
  const [menu, setMenu] = useState(false);
  const main = useRef<HTMLElement>(null);
  useLiveUpdates();
  useKeys({ palette: useCallback(() => setPalette(true), []), sheet: useCallback(() => setSheet(true), []) });
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;  // to scroll lays the page out, once more than it needs
    shown.current = pathname;
    setMenu(false);
    main.current?.scrollTo(0, 0);
  }, [pathname]);
  return (
    <div className="shell">
      <a className="skip" href="#room">{t('shell.skip')}</a>
      <header className="topbar">
        <button type="button" className="icon-button" aria-label={t('shell.menu')} aria-expanded={menu} onClick={() => setMenu(!menu)}><Icon name={menu ? 'close' : 'menu'} /></button>
        <span className="brand"><Mark />Parcours</span>
        <button type="button" className="icon-button" aria-label={t('shell.search')} onClick={() => setPalette(true)}><Icon name="search" /></button>
      </header>
      <Navigation open={menu} search={() => setPalette(true)} sheet={() => setSheet(true)} />
      {menu && <button type="button" className="scrim" aria-label={t('close')} onClick={() => setMenu(false)} />}
      <main id="room" ref={main} tabIndex={-1}>
        <Banners />
        {children}
      </main>
      {palette && <Palette close={() => setPalette(false)} />}
      <ShortcutsSheet opened={sheet} close={() => setSheet(false)} />
    </div>
  );
}
