// Invented staff. The same password for all of them: this server serves invented patients only.
const read = ['session.own', 'map.read', 'patient.search', 'patient.read', 'cohort.read', 'campaign.read'];
const agent = [...read, 'task.read', 'task.close', 'answer.save', 'outbox.read'];
const coordinator = [...agent, 'cohort.save', 'campaign.pause', 'campaign.enrol', 'definition.read', 'quarantine.read'];
export const permissions = {
  reader: read,
  agent,
  coordinator,
  outreach_manager: [...coordinator, 'definition.publish'],
  compliance: [...read, 'task.read', 'outbox.read', 'definition.read', 'audit.read', 'campaign.pause'],
  administrator: [...coordinator, 'definition.publish', 'quarantine.retry', 'import.run', 'audit.read', 'user.manage', 'token.manage'],
};
// By the clock on the wall, unlike what the practice records.
const before = (hours) => `${new Date(Date.now() - hours * 3_600_000).toISOString().slice(0, 19)}Z`;
const seen = before(1.3);
export const password = 'invented practice';
export const staff = [
  { name: 'amina', role: 'administrator', password, disabled: false, last_seen: seen },
  { name: 'benoit', display: 'Benoît', role: 'coordinator', password, disabled: false, last_seen: seen },
  { name: 'chen', role: 'outreach_manager', password, disabled: false, last_seen: before(20), code: '123456' },
  { name: 'dora', role: 'agent', password, disabled: false, last_seen: null },
  { name: 'elias', role: 'compliance', password, disabled: false, last_seen: before(480), code: '123456' },
  { name: 'farid', role: 'reader', password, disabled: true, last_seen: before(2400) },
];
