import { Link } from 'react-router-dom';
import type { Schemas } from '@/api/client';
import { useFormat, useWords } from '@/i18n/words';
import { Panel } from '@/ui/Panel';
import { useLinkTo } from '@/ui/url';

/** The same patients by health topic; choosing one draws the map for it. */
export function Concerns({ map, chosen, choose }: { map: Schemas['Map']; chosen: string; choose: (name: string) => void }) {
  const { t, concern } = useWords();
  const format = useFormat();
  const link = useLinkTo();
  const rows = [...map.concerns].sort((a, b) => b.patients - a.patients);
  const most = Math.max(1, ...rows.map((row) => row.patients));
  const door = (row: Schemas['Map']['concerns'][number], count: number, params: Record<string, string>, alert = false) => (count > 0 ? <Link className={alert ? 'door alert' : 'door'} to={link('/patients', { concern: row.concern, ...params })}>{format.number(count)}</Link> : <span className="faint">0</span>);
  return (
    <Panel title={t('home.concerns')} bare>
      <div className="scroll-x">
        <table className="concerns num">
          <thead><tr><th scope="col">{t('filter.concern')}</th><th scope="col" aria-hidden="true" className="wide-only" /><th scope="col">{t('home.concerns.patients')}</th><th scope="col" className="wide-only">{t('home.concerns.headlines')}</th><th scope="col">{t('state.overdue')}</th><th scope="col">{t('state.lost')}</th></tr></thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.concern} className={row.concern === chosen ? 'on' : undefined}>
                <th scope="row"><button type="button" aria-pressed={row.concern === chosen} onClick={() => choose(row.concern)}>{concern(row.concern)}</button></th>
                <td className="bar-cell wide-only" aria-hidden="true"><span className="bar" style={{ width: `${(100 * row.patients) / most}%` }} /></td>
                <td>{door(row, row.patients, {})}</td>
                <td className="faint wide-only">{format.number(row.headlines)}</td>
                <td>{door(row, row.overdue, { state: 'overdue' }, true)}</td>
                <td>{door(row, row.lost, { state: 'lost' }, true)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}
