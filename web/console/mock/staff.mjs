// Invented staff. The same password for all of them: this server serves invented patients only.
const read = ['session.own', 'map.read', 'patient.search', 'patient.read', 'cohort.read', 'campaign.read'];
const agent = [...read, 'task.read', 'task.close', 'outbox.read'];
const coordinator = [...agent, 'cohort.save', 'campaign.pause', 'definition.read', 'quarantine.read'];
export const permissions = {
  reader: read,
  agent,
  coordinator,
  outreach_manager: [...coordinator, 'definition.publish'],
  compliance: [...read, 'task.read', 'outbox.read', 'definition.read', 'audit.read', 'campaign.pause'],
  administrator: [...coordinator, 'definition.publish', 'quarantine.retry', 'import.run', 'audit.read', 'user.manage', 'token.manage'],
};
const seen = '2026-03-12T14:02:00Z';
export const password = 'invented practice';
export const staff = [
  { name: 'amina', role: 'administrator', password, disabled: false, last_seen: seen },
  { name: 'benoit', role: 'coordinator', password, disabled: false, last_seen: seen },
  { name: 'chen', role: 'outreach_manager', password, disabled: false, last_seen: '2026-03-11T19:40:00Z', code: '123456' },
  { name: 'dora', role: 'agent', password, disabled: false, last_seen: null },
  { name: 'elias', role: 'compliance', password, disabled: false, last_seen: '2026-02-20T09:00:00Z', code: '123456' },
  { name: 'farid', role: 'reader', password, disabled: true, last_seen: '2025-12-01T09:00:00Z' },
];
