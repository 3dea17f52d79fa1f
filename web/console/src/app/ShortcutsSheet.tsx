import { Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useAccess } from '@/api/session';
import { rooms } from './rooms';

export function ShortcutsSheet({ opened, close }: { opened: boolean; close: () => void }) {
  const { t } = useTranslation();
  const { may } = useAccess();
  const general: [string[], string][] = [
    [['⌘', 'K'], t('keys.palette')], [['/'], t('keys.search')], [['↑', '↓'], t('keys.move')], [['↵'], t('keys.open')],
    [['1', '…', '9'], t('keys.outcome')], [['Esc'], t('keys.close')], [['?'], t('keys.title')],
  ];
  return (
    <Modal opened={opened} onClose={close} title={t('keys.title')} size={640} centered closeButtonProps={{ 'aria-label': t('close') }}>
      <div className="keys-sheet">
        <dl>{general.map(([keys, what]) => <div key={what} className="row"><dd className="grow">{what}</dd><dt className="row">{keys.map((k) => <kbd key={k}>{k}</kbd>)}</dt></div>)}</dl>
        <dl>{rooms.filter((r) => may(r.permission)).map((room) => <div key={room.id} className="row"><dd className="grow">{t(`room.${room.id}`)}</dd><dt className="row"><kbd>g</kbd><kbd>{room.key}</kbd></dt></div>)}</dl>
      </div>
    </Modal>
  );
}
