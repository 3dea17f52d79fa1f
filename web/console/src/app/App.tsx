import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Route, Routes, useLocation } from 'react-router-dom';
import { AccessProvider, useAccess, useSession } from '@/api/session';
import { LogInPage } from '@/features/login/LogInPage';
import { Boundary } from '@/ui/Boundary';
import { Bones, Empty, ProblemView } from '@/ui/States';
import { Toasts } from '@/ui/toast';
import { AccountPage, CampaignPage, PatientPage, rooms } from './rooms';
import { Shell } from './Shell';

// Few ever see it, and it draws the picture for the phone.
const DutyPage = lazy(() => import('@/features/account/DutyPage').then((m) => ({ default: m.DutyPage })));

export function App() {
  const session = useSession();
  const { pathname, search } = useLocation();
  if (session.error && !session.data) {
    return (
      <main className="page" style={{ maxWidth: 560, paddingTop: 96 }}>
        <ProblemView error={session.error} retry={() => void session.refetch()} />
      </main>
    );
  }
  if (!session.data) return null;
  if (!session.data.staff) return <LogInPage session={session.data} />;
  if (session.data.duty) return <Suspense fallback={null}><DutyPage duty={session.data.duty} /></Suspense>;
  return (
    // Of somebody else nothing stays, neither on the screen nor in what they have typed.
    <AccessProvider key={session.data.staff.name} session={session.data}>
      <Shell><Boundary place={pathname + search}><Rooms /></Boundary></Shell>
      <Toasts />
    </AccessProvider>
  );
}

function Rooms() {
  const { may } = useAccess();
  const open = rooms.filter((room) => may(room.permission));
  return (
    <Suspense fallback={<div className="page"><Bones /></div>}>
      <Routes>
        {open.map(({ id, path, page: Page }) => <Route key={id} path={path} element={<Page />} />)}
        {may('patient.read') && <Route path="/patients/:patient" element={<PatientPage />} />}
        {may('campaign.read') && <Route path="/campaigns/:name" element={<CampaignPage />} />}
        <Route path="/account" element={<AccountPage />} />
        <Route path="*" element={<Nothing />} />
      </Routes>
    </Suspense>
  );
}

function Nothing() {
  const { t } = useTranslation();
  return (
    <div className="page">
      <h1 className="hidden">{t('nothing.title')}</h1>
      <Empty icon="search" title={t('nothing.title')}><Link className="quiet-link" to="/">{t('nothing.home')}</Link></Empty>
    </div>
  );
}
