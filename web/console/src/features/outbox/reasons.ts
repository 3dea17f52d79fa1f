/** The gate's reasons, in the order of its checks. */
export const reasons = [
  'check-failed', 'deceased', 'merged', 'left-care', 'no-longer-true', 'holdout', 'palliative', 'no-consent', 'opted-out', 'not-for', 'no-guardian', 'no-address', 'bad-address', 'suppressed',
  'no-channel', 'wrong-channel', 'no-content', 'no-language', 'not-approved', 'missing-variable', 'cannot-render', 'duplicate', 'too-late', 'suspected-death', 'stale-feed', 'quiet-hours', 'contact-budget', 'channel-busy', 'channel-rests', 'household', 'backlog', 'calls-paced',
];
