import type { ReactNode } from 'react';
import type { Schemas } from '@/api/client';
import { Ahead } from './Ahead';
import { useFormat, useWords } from '@/i18n/words';
import { EmailLink, PhoneLink } from '@/ui/Contact';
import { Stage } from '@/ui/Stage';

/** One or two letters for a name of any script. */
export function initials(name: string): string {
  if (/[\u3400-\u9fff]/.test(name)) return name.slice(0, 1);
  const words = name.split(/[\s,]+/).filter(Boolean);
  return ((words[0]?.[0] ?? '') + (words.length > 1 ? (words.at(-1)?.[0] ?? '') : '')).toUpperCase();
}

/** The person first: who, how to speak with them, where they stand and why, what is next. */
export function Header({ patient, children }: { patient: Schemas['Patient']; children?: ReactNode }) {
  const { t, ...words } = useWords();
  const format = useFormat();
  const { person, headline } = patient;
  const facts = [person.age !== null ? t('age', { age: person.age }) : '', person.gender ? words.gender(person.gender) : '', person.birth_date ? t('patient.born', { day: format.date(person.birth_date) }) : '', ...person.identifiers, person.language ? t('patient.speaks', { language: format.language(person.language) }) : t('patient.language.unknown')].filter(Boolean);
  return (
    <header className="panel person" data-stage={headline?.stage}>
      <div className="person-avatar" aria-hidden="true">{initials(person.name)}</div>
      <div className="person-who">
        <h1>{person.name}</h1>
        <div className="soft person-facts">{facts.map((fact) => <span key={fact}>{fact}</span>)}</div>
        {person.phones.length + person.emails.length > 0 && <div className="person-facts">{person.phones.map((n) => <PhoneLink key={n} number={n} />)}{person.emails.map((a) => <EmailLink key={a} address={a} />)}</div>}
      </div>
      {children}
      <div className="person-stage">
        {headline && <Stage stage={headline.stage} pill />}
        {headline && <span className="strong">{words.concern(headline.concern)}</span>}
        {patient.status !== 'active' && <span className={patient.status === 'deceased' ? 'tag' : 'tag note'}>{words.status(patient.status)}{person.deceased_at ? ` · ${format.day(person.deceased_at)}` : ''}</span>}
        {headline?.overdue && <span className="tag alert">{headline.lost ? t('patients.lost') : words.state('overdue')}</span>}
        {headline && <span className="soft person-because">{headline.because}</span>}
      </div>
      <Ahead patient={patient} />
    </header>
  );
}
