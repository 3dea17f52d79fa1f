export type Format = ReturnType<typeof makeFormat>;

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Made when first asked for: a formatter of Intl takes milliseconds to make, and few are needed at once. */
function later<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function makeFormatters(language: string, zone: string) {
  const locale = language === 'zh' ? 'zh-Hans' : language === 'en' ? 'en-GB' : language;
  const ofNumbers = language === 'en' ? 'en-US' : locale;
  const date = (options: Intl.DateTimeFormatOptions, timeZone = zone, of = locale) => later(() => new Intl.DateTimeFormat(of, { ...options, timeZone }));
  const number = (options: Intl.NumberFormatOptions, of = locale) => later(() => new Intl.NumberFormat(of, options));
  const day = { day: 'numeric', month: 'short' } as const;
  return {
    numbers: number({}, ofNumbers),
    compact: number({ notation: 'compact', maximumFractionDigits: 1 }, ofNumbers),
    percent: number({ style: 'percent', maximumFractionDigits: 0 }),
    finePercent: number({ style: 'percent', maximumFractionDigits: 1 }),
    dayUnits: number({ style: 'unit', unit: 'day', unitDisplay: 'narrow' }),
    years: number({ style: 'unit', unit: 'year', unitDisplay: language === 'fr' ? 'short' : 'narrow', maximumFractionDigits: 0 }),
    fineYears: number({ style: 'unit', unit: 'year', unitDisplay: language === 'fr' ? 'short' : 'narrow', maximumFractionDigits: 1 }),
    days: date({ ...day, year: 'numeric' }),
    shortDays: date(day),
    times: date({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    year: date({ year: 'numeric' }, zone, 'en'),
    civil: date({ ...day, year: 'numeric' }, 'UTC'),
    civilShort: date(day, 'UTC'),
    civilYear: date({ year: 'numeric' }, 'UTC', 'en'),
    relative: later(() => new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: language === 'fr' ? 'short' : 'narrow' })),
    languages: later(() => new Intl.DisplayNames(locale, { type: 'language' })),
    zone,
  };
}

const kept = new Map<string, ReturnType<typeof makeFormatters>>();

/** One set for all of the page. A zone that the browser does not know is shown as UTC. */
function formatters(language: string, zone: string) {
  const key = `${language} ${zone}`;
  let found = kept.get(key);
  if (!found) kept.set(key, (found = makeFormatters(language, knownZone(zone) ? zone : 'UTC')));
  return found;
}

/** The languages' own rules by Intl; moments are RFC 3339, shown in `zone`; `now` is the practice's
 * clock in milliseconds. */
export function makeFormat(language: string, zone: string, now: number) {
  const use = formatters(language, zone);
  const number = (n: number) => use.numbers().format(n);

  // A record that names a day alone comes as its midnight in UTC; west of it that was the day before.
  const isDay = (moment: string) => /T00:00:00(\.0+)?Z$/.test(moment);
  const thisYear = later(() => (now % day === 0 ? use.civilYear() : use.year()).format(now));
  // What is no moment is shown as it came: an address can hold anything.
  const told = (text: string, moment: string, tell: (at: Date) => string) => {
    const at = new Date(moment);
    return Number.isNaN(at.getTime()) ? text : tell(at);
  };
  const dayOf = (moment: string) => told(moment, moment, (at) => {
    if (isDay(moment)) return (use.civilYear().format(at) === thisYear() ? use.civilShort() : use.civil()).format(at);
    return (use.year().format(at) === thisYear() ? use.shortDays() : use.days()).format(at);
  });
  const time = (moment: string) => told(moment, moment, (at) => use.times().format(at));
  return {
    number,
    /** Where there is little room: 13k from ten thousand on. */
    signedShort: (n: number) => (n < 0 ? '−' : '+') + (Math.abs(n) < 10_000 ? use.numbers() : use.compact()).format(Math.abs(n)),
    percent: (part: number, whole: number) => (whole > 0 && part / whole < 0.1 ? use.finePercent() : use.percent()).format(whole > 0 ? part / whole : 0),
    seconds: (s: number) => (s < 1 ? `${number(Math.max(1, Math.round(s * 1000)))} ms` : `${number(Math.round(s * 10) / 10)} s`),
    micros: (us: number) => (us < 1000 ? `${number(us)} µs` : us < 1e6 ? `${number(Math.round(us / 100) / 10)} ms` : `${number(Math.round(us / 1e5) / 10)} s`),
    bytes: (n: number) => (n < 1000 ? `${number(n)} B` : n < 1_000_000 ? `${number(Math.round(n / 100) / 10)} kB` : `${number(Math.round(n / 100_000) / 10)} MB`),
    /** A day; the year only where it is not this one. */
    day: dayOf,
    dayFull: (moment: string) => told(moment, moment, (at) => (isDay(moment) ? use.civil() : use.days()).format(at)),
    /** A civil date such as a birthday: no zone moves it. */
    date: (date: string) => (/^\d{4}-\d{2}-\d{2}$/.test(date) ? told(date, `${date}T00:00:00Z`, (at) => use.civil().format(at)) : date),
    time,
    moment: (moment: string) => (isDay(moment) || Number.isNaN(Date.parse(moment)) ? dayOf(moment) : `${dayOf(moment)}, ${time(moment)}`),
    ago: (moment: string) => {
      const gap = Date.parse(moment) - now;
      if (Number.isNaN(gap)) return moment;
      const size = Math.abs(gap);
      if (size < hour) return use.relative().format(Math.round(gap / minute), 'minute');
      if (size < day) return use.relative().format(Math.round(gap / hour), 'hour');
      if (size < 60 * day) return use.relative().format(Math.round(gap / day), 'day');
      if (size < 700 * day) return use.relative().format(Math.round(gap / (30.44 * day)), 'month');
      return use.relative().format(Math.round(gap / (365.25 * day)), 'year');
    },
    /** A length of time; from two years on in years. */
    days: (n: number) => (n < 730 ? use.dayUnits().format(n) : (n < 3653 ? use.fineYears() : use.years()).format(n / 365.25)),
    late: (moment: string) => Date.parse(moment) < now,
    language: (code: string) => { try { return use.languages().of(code) ?? code; } catch { return code; } },
    now, zone: use.zone,
  };
}

function knownZone(zone: string) {
  try { new Intl.DateTimeFormat('en', { timeZone: zone }); return true; } catch { return false; }
}
