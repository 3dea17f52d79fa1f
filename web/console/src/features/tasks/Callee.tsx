import type { Schemas } from '@/api/client';
import { useFormat, useWords } from '@/i18n/words';
import { EmailLink, PhoneLink } from '@/ui/Contact';

type Person = Pick<Schemas['Patient']['person'], 'phones' | 'emails' | 'birth_date' | 'language'>;

/** Whom one calls: the number, what to ask to be sure who answers, and in which language. */
export function Callee({ person }: { person: Person }) {
  const { t } = useWords();
  const format = useFormat();
  return (
    <div className="callee">
      {person.phones.length === 0 && <span className="faint">{t('patient.phone.none')}</span>}
      {person.phones.map((number) => <PhoneLink key={number} number={number} />)}
      {person.emails.map((address) => <EmailLink key={address} address={address} />)}
      {person.birth_date && <span className="soft">{t('patient.born', { day: format.date(person.birth_date) })}</span>}
      <span className="soft">{person.language ? t('patient.speaks', { language: format.language(person.language) }) : t('patient.language.unknown')}</span>
    </div>
  );
}

/** What to say, in words; where they cannot be had, its name. */
export function Script({ name, text }: { name: string; text: string | undefined }) {
  const { t } = useWords();
  if (name === '') return null;
  return (
    <div className="script">
      <div className="small faint">{t('tasks.script')} <code>{name}</code></div>
      {text && <div className="script-text" role="region" aria-label={t('tasks.script')} tabIndex={0}>{text}</div>}
    </div>
  );
}
