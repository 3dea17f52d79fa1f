/** The gate's reasons, in the order of its checks. */
export const reasons = [
  'check-failed', 'deceased', 'merged', 'left-care', 'no-longer-true', 'palliative', 'no-consent', 'opted-out', 'not-for', 'no-guardian', 'minor-confidential', 'no-address', 'bad-address', 'suppressed', 'unsafe-contact',
  'no-channel', 'wrong-channel', 'no-content', 'no-language', 'not-approved', 'shared-address', 'missing-variable', 'cannot-render', 'duplicate', 'too-late', 'suspected-death', 'stale-feed', 'quiet-hours', 'contact-budget', 'channel-busy', 'channel-rests', 'household', 'backlog', 'calls-paced',
];
