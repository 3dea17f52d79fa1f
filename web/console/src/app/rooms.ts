import { lazy, type ComponentType, type LazyExoticComponent } from 'react';
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
  page: LazyExoticComponent<ComponentType>;
};

/** Every room of the console: the navigation, the palette, the keys and the routes come from here. */
export const rooms: Room[] = [
  { id: 'home', path: '/', icon: 'home', permission: 'map.read', group: 'day', key: 'h', page: lazy(() => import('@/features/home/HomePage')) },
  { id: 'patients', path: '/patients', icon: 'people', permission: 'patient.search', group: 'day', key: 'p', page: lazy(() => import('@/features/patients/PatientsPage')) },
  { id: 'tasks', path: '/tasks', icon: 'task', permission: 'task.read', group: 'day', key: 't', page: lazy(() => import('@/features/tasks/TasksPage')) },
  { id: 'cohorts', path: '/cohorts', icon: 'cohort', permission: 'cohort.read', group: 'reach', key: 'c', page: lazy(() => import('@/features/cohorts/CohortsPage')) },
  { id: 'campaigns', path: '/campaigns', icon: 'campaign', permission: 'campaign.read', group: 'reach', key: 'a', page: lazy(() => import('@/features/campaigns/CampaignsPage')) },
  { id: 'outbox', path: '/outbox', icon: 'outbox', permission: 'outbox.read', group: 'reach', key: 'o', page: lazy(() => import('@/features/outbox/OutboxPage')) },
  { id: 'definitions', path: '/definitions', icon: 'files', permission: 'definition.read', group: 'practice', key: 'd', page: lazy(() => import('@/features/definitions/DefinitionsPage')) },
  { id: 'quarantine', path: '/quarantine', icon: 'quarantine', permission: 'quarantine.read', group: 'practice', key: 'q', page: lazy(() => import('@/features/quarantine/QuarantinePage')) },
  { id: 'users', path: '/users', icon: 'users', permission: 'user.manage', group: 'administration', key: 'u', page: lazy(() => import('@/features/users/UsersPage')) },
  { id: 'sessions', path: '/sessions', icon: 'key', permission: 'session.own', group: 'administration', key: 's', page: lazy(() => import('@/features/sessions/SessionsPage')) },
  { id: 'audit', path: '/audit', icon: 'audit', permission: 'audit.read', group: 'administration', key: 'l', page: lazy(() => import('@/features/audit/AuditPage')) },
];

export const PatientPage = lazy(() => import('@/features/patient/PatientPage'));
export const CampaignPage = lazy(() => import('@/features/campaigns/CampaignPage'));
