import { Button } from '@mantine/core';
import { Link } from 'react-router-dom';
import { useAccess } from '@/api/session';
import { useFormat, useWords } from '@/i18n/words';
import { useLinkTo } from '@/ui/url';

/** How many they are, which opens who they are. */
export function Count({ data, cql }: { data: { patients: number; seconds: number }; cql: string }) {
  const { t } = useWords();
  const format = useFormat();
  const link = useLinkTo();
  const { may } = useAccess();
  const people = link('/patients', { cohort: cql });
  const number = <span className="cohort-number num">{format.number(data.patients)}</span>;
  return (
    <div className="row wrap">
      {may('patient.search') ? <Link className="door" to={people}>{number}</Link> : number}
      <span className="soft">{t('cohorts.count', { count: data.patients })}</span>
      <span className="small faint num grow">{t('cohorts.found', { time: format.seconds(data.seconds) })}</span>
      {may('patient.search') && <Button component={Link} to={people} variant="default" size="sm">{t('cohorts.people')}</Button>}
    </div>
  );
}
