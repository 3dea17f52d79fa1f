import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useParams } from 'react-router-dom';
import { patientQuery } from '@/api/queries';
import { useAccess } from '@/api/session';
import { MessageDrawer } from '@/features/outbox/MessageDrawer';
import { useWords } from '@/i18n/words';
import { AsOfControl } from '@/ui/AsOfControl';
import { Await, Bone, Bones } from '@/ui/States';
import { useAsOf, useParamsOf } from '@/ui/url';
import { Header } from './Header';
import { Messages } from './Messages';
import { Positions } from './Positions';
import { Answers, Enrolments, Reach, Tasks } from './Reached';
import { Record } from './Record';
import { Timeline } from './Timeline';
import './patient.css';

const first = 100;

/** Patient 360: who, where and why, what happened, what was said, what is awaited. */
export default function PatientPage() {
  const { patient: id = '' } = useParams();
  const { t } = useWords();
  const { may } = useAccess();
  const as_of = useAsOf();
  const [rows, setRows] = useState(first);
  const [{ message }, set] = useParamsOf(['message', 'row', 'lane']);
  const asked = useQuery({ ...patientQuery(id, { timeline: rows, ...(as_of ? { as_of } : {}) }), placeholderData: (before, query) => (query?.queryKey[1] === id ? keepPreviousData(before) : undefined) });
  const patient = asked.data;
  const openMark = (mark: string) => {
    const at = mark.indexOf('-');
    const key = mark.slice(at + 1);
    if (mark.startsWith('row-')) set({ row: key, lane: undefined });
    if (mark.startsWith('message-')) set({ message: key });
  };
  const bones = <div className="stack"><h1 className="hidden">{t('loading')}</h1><div className="panel" style={{ padding: 20 }}><Bone width={260} height={26} /></div><div className="panel"><Bones rows={6} /></div></div>;
  return (
    <div className="page">
      <Await of={asked} bones={bones}>
        {() => (
          <>
            <Header patient={patient!}><AsOfControl /></Header>
            <Timeline patient={patient!} open={openMark} />
            <div className="patient">
              <div className="stack"><Tasks patient={patient!} /><Messages patient={patient!} open={(key) => set({ message: key })} /><Record patient={patient!} more={patient!.timeline.length >= rows && rows < 500 ? () => setRows(500) : null} /></div>
              <div className="stack"><Positions patient={patient!} openRow={(row) => set({ row, lane: undefined })} /><Enrolments patient={patient!} /><Answers patient={patient!} /><Reach patient={patient!} /></div>
            </div>
            <MessageDrawer message={patient!.messages.find((m) => m.id === message) ?? null} close={() => set({ message: undefined })} linkPatient={false} mayText={may('patient.read')} />
          </>
        )}
      </Await>
    </div>
  );
}
