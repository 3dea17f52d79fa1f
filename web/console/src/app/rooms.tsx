import { lazy, useState, type ComponentType } from 'react';
import type { Permission } from '@/api/session';
import type { IconName } from '@/ui/Icon';

export type Room = {
  id: string;
  path: string;
  icon: IconName;
  permission: Permission;
  group: 'day' | 'reach' | 'practice' | 'administration';
  /** After `g`. */
  key: string;
  page: ComponentType;
  load: () => Promise<unknown>;
};

/** A room's code comes when it is needed; where it is already here, it is drawn at once (a lazy one
 * would wait half a second behind its fallback). */
function page(load: () => Promise<{ default: ComponentType }>) {
  let here: ComponentType | null = null;
  const once = async () => { const loaded = await load(); here = loaded.default; return loaded; };
  const later = lazy(once);
  function Page() {
    const [Component] = useState<ComponentType>(() => here ?? later);
    return <Component />;
  }
  return { page: Page, load: once };
}

/** Every room of the console: the navigation, the palette, the keys and the routes come from here. */
export const rooms: Room[] = [
  { id: 'home', path: '/', icon: 'home', permission: 'map.read', group: 'day', key: 'h', ...page(() => import('@/features/home/HomePage')) },
  { id: 'patients', path: '/patients', icon: 'people', permission: 'patient.search', group: 'day', key: 'p', ...page(() => import('@/features/patients/PatientsPage')) },
  { id: 'tasks', path: '/tasks', icon: 'task', permission: 'task.read', group: 'day', key: 't', ...page(() => import('@/features/tasks/TasksPage')) },
  { id: 'cohorts', path: '/cohorts', icon: 'cohort', permission: 'cohort.read', group: 'reach', key: 'c', ...page(() => import('@/features/cohorts/CohortsPage')) },
  { id: 'campaigns', path: '/campaigns', icon: 'campaign', permission: 'campaign.read', group: 'reach', key: 'a', ...page(() => import('@/features/campaigns/CampaignsPage')) },
  { id: 'outbox', path: '/outbox', icon: 'outbox', permission: 'outbox.read', group: 'reach', key: 'o', ...page(() => import('@/features/outbox/OutboxPage')) },
  { id: 'definitions', path: '/definitions', icon: 'files', permission: 'definition.read', group: 'practice', key: 'd', ...page(() => import('@/features/definitions/DefinitionsPage')) },
  { id: 'quarantine', path: '/quarantine', icon: 'quarantine', permission: 'quarantine.read', group: 'practice', key: 'q', ...page(() => import('@/features/quarantine/QuarantinePage')) },
  { id: 'users', path: '/users', icon: 'users', permission: 'user.manage', group: 'administration', key: 'u', ...page(() => import('@/features/users/UsersPage')) },
  { id: 'sessions', path: '/sessions', icon: 'key', permission: 'session.own', group: 'administration', key: 's', ...page(() => import('@/features/sessions/SessionsPage')) },
  { id: 'audit', path: '/audit', icon: 'audit', permission: 'audit.read', group: 'administration', key: 'l', ...page(() => import('@/features/audit/AuditPage')) },
];

const patient = page(() => import('@/features/patient/PatientPage'));
export const PatientPage = patient.page;
export const AccountPage = lazy(() => import('@/features/account/AccountPage'));
const campaign = page(() => import('@/features/campaigns/CampaignPage'));
export const CampaignPage = campaign.page;

/** Fetches the code of the room at a path before it is drawn. */
export function preload(path: string): Promise<unknown> {
  if (/^\/patients\/./.test(path)) return patient.load();
  if (/^\/campaigns\/./.test(path)) return campaign.load();
  return rooms.find((room) => room.path === path)?.load() ?? Promise.resolve();
}
