import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { by } from './background';
import { client, take } from './client';
import type { operations } from './schema';

type Query<O extends keyof operations> = operations[O]['parameters']['query'];
const minute = 60_000;

// The first word of a key is the kind of thing; events.ts invalidates by it.
export const practiceQuery = queryOptions({ queryKey: ['practice'], queryFn: (asked) => take(client.GET('/api/v1/practice', by(asked))), staleTime: 5 * minute });

export const mapQuery = (query: Query<'getMap'>) =>
  queryOptions({ queryKey: ['map', query], queryFn: (asked) => take(client.GET('/api/v1/map', { params: { query }, ...by(asked) })) });

/** Counts alone, nobody's name: what every page may ask without leaving a trace at a patient. */
export const attentionQuery = (as_of?: string) =>
  queryOptions({ queryKey: ['attention', as_of], queryFn: (asked) => take(client.GET('/api/v1/attention', { params: { query: as_of ? { as_of } : {} }, ...by(asked) })) });

export const patientsQuery = (query: Query<'listPatients'>) =>
  infiniteQueryOptions({
    queryKey: ['patients', query],
    queryFn: ({ pageParam, ...asked }) => take(client.GET('/api/v1/patients', { params: { query: { limit: 100, ...query, ...(pageParam ? { cursor: pageParam } : {}) } }, ...by(asked) })),
    initialPageParam: '' as string,
    getNextPageParam: (last) => last.next,
  });

export const patientQuery = (patient: string, query: Query<'getPatient'>) =>
  queryOptions({ queryKey: ['patient', patient, query], queryFn: (asked) => take(client.GET('/api/v1/patients/{patient}', { params: { path: { patient }, query }, ...by(asked) })) });

export const recordQuery = (patient: string, type: string) =>
  queryOptions({ queryKey: ['patient', patient, 'record', type], queryFn: (asked) => take(client.GET('/api/v1/patients/{patient}/record', { params: { path: { patient }, query: { type, limit: 200 } }, ...by(asked) })) });

export const cohortsQuery = queryOptions({ queryKey: ['cohorts'], queryFn: (asked) => take(client.GET('/api/v1/cohorts', by(asked))) });

export const countQuery = (cql: string, as_of?: string) =>
  queryOptions({ queryKey: ['cohort-count', cql, as_of], queryFn: (asked) => take(client.POST('/api/v1/cohorts/count', { body: { cql, ...(as_of ? { as_of } : {}) }, ...by(asked) })), retry: false });

/** With the tag that a publication names, so that nobody's change is overwritten unseen. */
export const definitionsQuery = queryOptions({
  queryKey: ['definitions'],
  queryFn: async (asked) => {
    const answered = client.GET('/api/v1/definitions', by(asked));
    const data = await take(answered);
    return { ...data, etag: (await answered).response.headers.get('ETag') ?? '' };
  },
  staleTime: minute,
});
export const versionsQuery = infiniteQueryOptions({
  queryKey: ['definitions', 'history'],
  queryFn: ({ pageParam, ...asked }) => take(client.GET('/api/v1/definitions/history', { params: { query: { limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } }, ...by(asked) })),
  initialPageParam: '' as string,
  getNextPageParam: (last) => last.next,
});
export const versionQuery = (version: number) =>
  queryOptions({ queryKey: ['definitions', 'history', version], queryFn: (asked) => take(client.GET('/api/v1/definitions/history/{version}', { params: { path: { version } }, ...by(asked) })), staleTime: Infinity });

/** A text of the practice that `tag` names, or of a newer one: never of an older one. */
export const definitionQuery = (path: string, tag: string) =>
  queryOptions({ queryKey: ['definitions', 'text', path, tag], queryFn: (asked) => take(client.GET('/api/v1/definitions/{path}', { params: { path: { path } }, ...by(asked) })), staleTime: minute });

export const explainQuery = (cql: string, as_of?: string) =>
  queryOptions({ queryKey: ['cohort-count', 'explain', cql, as_of], queryFn: (asked) => take(client.POST('/api/v1/cohorts/explain', { body: { cql, ...(as_of ? { as_of } : {}) }, ...by(asked) })), retry: false });
export const campaignsQuery = queryOptions({ queryKey: ['campaigns'], queryFn: (asked) => take(client.GET('/api/v1/campaigns', by(asked))) });

export const campaignQuery = (name: string) =>
  queryOptions({ queryKey: ['campaigns', name], queryFn: (asked) => take(client.GET('/api/v1/campaigns/{name}', { params: { path: { name } }, ...by(asked) })) });

export const tasksQuery = (query: Query<'listTasks'>) =>
  infiniteQueryOptions({
    queryKey: ['tasks', query],
    queryFn: ({ pageParam, ...asked }) => take(client.GET('/api/v1/tasks', { params: { query: { ...query, limit: 100, ...(pageParam ? { cursor: pageParam } : {}) } }, ...by(asked) })),
    initialPageParam: '' as string,
    getNextPageParam: (last) => last.next,
  });

export const taskQuery = (id: string) => queryOptions({ queryKey: ['tasks', 'one', id], queryFn: (asked) => take(client.GET('/api/v1/tasks/{id}', { params: { path: { id } }, ...by(asked) })), retry: false });
export const messageQuery = (id: string) => queryOptions({ queryKey: ['outbox', 'one', id], queryFn: (asked) => take(client.GET('/api/v1/outbox/{id}', { params: { path: { id } }, ...by(asked) })), retry: false });
export const outboxQuery = (query: Query<'listOutbox'>) =>
  infiniteQueryOptions({
    queryKey: ['outbox', query],
    queryFn: ({ pageParam, ...asked }) => take(client.GET('/api/v1/outbox', { params: { query: { ...query, limit: 50, ...(pageParam ? { cursor: pageParam } : {}) } }, ...by(asked) })),
    initialPageParam: '' as string,
    getNextPageParam: (last) => last.next,
  });

export const quarantineQuery = infiniteQueryOptions({
  queryKey: ['quarantine'],
  queryFn: ({ pageParam, ...asked }) => take(client.GET('/api/v1/quarantine', { params: { query: { limit: 100, ...(pageParam ? { cursor: pageParam } : {}) } }, ...by(asked) })),
  initialPageParam: '' as string,
  getNextPageParam: (last) => last.next,
});

export const auditQuery = (query: Query<'listAudit'>) =>
  infiniteQueryOptions({
    queryKey: ['audit', query],
    queryFn: ({ pageParam, ...asked }) => take(client.GET('/api/v1/audit', { params: { query: { ...query, limit: 100, ...(pageParam ? { cursor: pageParam } : {}) } }, ...by(asked) })),
    initialPageParam: '' as string,
    getNextPageParam: (last) => last.next,
  });

export const usersQuery = queryOptions({ queryKey: ['users'], queryFn: (asked) => take(client.GET('/api/v1/users', by(asked))) });

export const sessionsQuery = (staff: 'me' | 'all') =>
  queryOptions({ queryKey: ['sessions', staff], queryFn: (asked) => take(client.GET('/api/v1/session/all', { params: { query: { staff } }, ...by(asked) })) });
