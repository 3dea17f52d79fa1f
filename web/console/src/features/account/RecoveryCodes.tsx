import { Button, Checkbox } from '@mantine/core';
import { useState } from 'react';
import { useWords } from '@/i18n/words';
import { say } from '@/ui/toast';

/** Codes for a lost telephone, which nobody can show again: kept first, then gone. */
export function RecoveryCodes({ codes, done }: { codes: string[]; done: () => void }) {
  const { t } = useWords();
  const [kept, setKept] = useState(false);
  const copy = async () => { await navigator.clipboard.writeText(codes.join('\n')); say(t('account.codes.copied')); };
  return (
    <div className="stack" role="group" aria-label={t('account.codes')}>
      <p>{t('account.codes.more')}</p>
      <ul className="codes num">{codes.map((code) => <li key={code}>{code}</li>)}</ul>
      <Checkbox radius="sm" label={t('account.codes.kept')} checked={kept} onChange={(e) => setKept(e.currentTarget.checked)} />
      <div className="account-actions">
        <Button disabled={!kept} onClick={done}>{t('account.codes.done')}</Button>
        <Button variant="default" onClick={() => void copy()}>{t('account.codes.copy')}</Button>
      </div>
    </div>
  );
}
