// Log-ins, one's own account, tokens: the parts of the mock that change who is in.
import { Refusal } from './answers.mjs';
import { moment, now } from './practice.mjs';
import { permissions } from './staff.mjs';

export const duty = (user) => (user.must_change ? 'new_password' : user.needs_code && !user.code ? 'second_step' : undefined);

export const userRow = (u) => ({ name: u.name, display: u.display ?? u.name, role: u.role, disabled: u.disabled, second_step: Boolean(u.code), by_provider: Boolean(u.by_provider), must_change: Boolean(u.must_change), last_seen: u.last_seen });

const owner = (state, session) => state.users.find((u) => u.name === session.staff);

function prove(state, session, password) {
  const user = owner(state, session);
  if (user.password !== password) throw new Refusal(403, 'wrong-password', 'This is not your present password', { cure: 'Type the password that you log in with.' });
  return user;
}

export function sessionBody(state, session) {
  if (!session) return { staff: null, csrf: 'before-log-in', ...(state.provider ? { provider: { name: state.provider, url: '/api/v1/session/provider' } } : {}) };
  const due = duty(owner(state, session));
  return { staff: { name: session.staff, display: owner(state, session)?.display ?? session.staff, role: session.role, permissions: due ? ['session.own'] : permissions[session.role] }, csrf: session.csrf, idle_seconds: 1800, ...(due ? { duty: due } : {}) };
}

const codes = (state) => Array.from({ length: 10 }, () => [0, 1, 2, 3].map(() => state.dice.id().toUpperCase().replace(/[^A-Z2-7]/g, 'Q').padEnd(4, 'K').slice(0, 4)).join('-'));

function judge(password) {
  if (password.length < 12) throw new Refusal(422, 'invalid-input', 'The password is too short: 12 characters or more are needed, of any kind; a sentence is good');
}

export const accountOperations = {
  getAccount: (s, { session }) => { const u = owner(s, session); return { name: u.name, display: u.display ?? u.name, role: u.role, has_password: !u.by_provider, by_provider: Boolean(u.by_provider), second_step: Boolean(u.code), second_step_needed: Boolean(u.needs_code), recovery_codes_left: u.recovery?.length ?? 0 }; },
  changeOwnPassword: (s, { body, session }) => { const u = prove(s, session, body.old); judge(body.new); u.password = body.new; u.must_change = false; return sessionBody(s, session); },
  beginSecondStep: (s, { body, session }) => { prove(s, session, body.password); return { secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', uri: `otpauth://totp/Parcours:${session.staff}?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Parcours` }; },
  confirmSecondStep: (s, { body, session }) => { if (body.code !== '123456') throw new Refusal(422, 'wrong-code', 'The code is not the one that is due now', { cure: 'Wait for the next code.' }); const u = owner(s, session); u.code = '123456'; u.recovery = codes(s); return { ...sessionBody(s, session), recovery_codes: u.recovery }; },
  removeSecondStep: (s, { body, session }) => { const u = prove(s, session, body.password); delete u.code; u.recovery = []; return sessionBody(s, session); },
  renewRecoveryCodes: (s, { body, session }) => { const u = prove(s, session, body.password); u.recovery = codes(s); return { recovery_codes: u.recovery }; },
  removeUsersSecondStep: (s, { params }) => { const u = s.users.find((x) => x.name === params.name); if (!u) throw new Refusal(404, 'no-user', 'No such member of staff'); delete u.code; return userRow(u); },
  listTokens: (s) => ({ tokens: s.tokens.map(({ text: _, ...token }) => token) }),
  addToken: (s, { body }) => { const text = `parcours_${s.dice.id()}`; s.tokens.push({ id: s.dice.id(), name: body.name, scopes: body.scopes, added: moment(now), expires: body.expires ?? null, used: null, revoked: false, text }); return { token: text }; },
  revokeToken: (s, { params }) => { const token = s.tokens.find((x) => x.id === params.id); if (!token) throw new Refusal(404, 'not-found', 'There is no such token'); token.revoked = true; return undefined; },
};
