export type Format = ReturnType<typeof makeFormat>;

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** The languages' own rules by Intl; moments are RFC 3339, shown in `zone`; `now` is the practice's
 * clock in milliseconds. */
export function makeFormat(language: string, zone: string, now: number) {
  const locale = language === 'zh' ? 'zh-Hans' : language === 'en' ? 'en-GB' : language;
  const safeZone = knownZone(zone) ? zone : 'UTC';
  const numbers = new Intl.NumberFormat(language === 'en' ? 'en-US' : locale);
  const compact = new Intl.NumberFormat(language === 'en' ? 'en-US' : locale, { notation: 'compact', maximumFractionDigits: 1 });
  const days = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric', timeZone: safeZone });
  const shortDays = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: safeZone });
  const times = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', timeZone: safeZone, hourCycle: 'h23' });
  const civil = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: language === 'fr' ? 'short' : 'narrow' });
  const regions = new Intl.DisplayNames(locale, { type: 'language' });
  const yearOf = new Intl.DateTimeFormat('en', { year: 'numeric', timeZone: safeZone });
  const units = (n: number, unit: string) => new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'narrow' }).format(n);

  const civilShort = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', timeZone: 'UTC' });
  const civilYear = new Intl.DateTimeFormat('en', { year: 'numeric', timeZone: 'UTC' });

  // A record that names a day alone comes as its midnight in UTC; west of it that was the day before.
  const isDay = (moment: string) => /T00:00:00(\.0+)?Z$/.test(moment);
  const thisYear = now % day === 0 ? civilYear.format(now) : yearOf.format(now);
  const dayOf = (moment: string) => {
    const at = new Date(moment);
    if (isDay(moment)) return (civilYear.format(at) === thisYear ? civilShort : civil).format(at);
    return (yearOf.format(at) === thisYear ? shortDays : days).format(at);
  };
  return {
    number: (n: number) => numbers.format(n),
    /** Where there is little room: 13k from ten thousand on. */
    signedShort: (n: number) => (n < 0 ? '−' : '+') + (Math.abs(n) < 10_000 ? numbers : compact).format(Math.abs(n)),
    signed: (n: number) => (n > 0 ? `+${numbers.format(n)}` : n < 0 ? `−${numbers.format(-n)}` : numbers.format(0)),
    percent: (part: number, whole: number) => new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: whole > 0 && part / whole < 0.1 ? 1 : 0 }).format(whole > 0 ? part / whole : 0),
    seconds: (s: number) => (s < 1 ? `${numbers.format(Math.max(1, Math.round(s * 1000)))} ms` : `${numbers.format(Math.round(s * 10) / 10)} s`),
    micros: (us: number) => (us < 1000 ? `${numbers.format(us)} µs` : us < 1e6 ? `${numbers.format(Math.round(us / 100) / 10)} ms` : `${numbers.format(Math.round(us / 1e5) / 10)} s`),
    bytes: (n: number) => (n < 1000 ? `${numbers.format(n)} B` : n < 1_000_000 ? `${numbers.format(Math.round(n / 100) / 10)} kB` : `${numbers.format(Math.round(n / 100_000) / 10)} MB`),
    /** A day; the year only where it is not this one. */
    day: dayOf,
    dayFull: (moment: string) => (isDay(moment) ? civil : days).format(new Date(moment)),
    /** A civil date such as a birthday: no zone moves it. */
    date: (date: string) => (/^\d{4}-\d{2}-\d{2}$/.test(date) ? civil.format(new Date(`${date}T00:00:00Z`)) : date),
    time: (moment: string) => times.format(new Date(moment)),
    moment: (moment: string) => (isDay(moment) ? dayOf(moment) : `${dayOf(moment)}, ${times.format(new Date(moment))}`),
    ago: (moment: string) => {
      const gap = Date.parse(moment) - now;
      const size = Math.abs(gap);
      if (size < hour) return relative.format(Math.round(gap / minute), 'minute');
      if (size < day) return relative.format(Math.round(gap / hour), 'hour');
      if (size < 60 * day) return relative.format(Math.round(gap / day), 'day');
      if (size < 700 * day) return relative.format(Math.round(gap / (30.44 * day)), 'month');
      return relative.format(Math.round(gap / (365.25 * day)), 'year');
    },
    /** A length of time; from two years on in years. */
    days: (n: number) => (n < 730 ? units(n, 'day') : new Intl.NumberFormat(locale, { style: 'unit', unit: 'year', unitDisplay: language === 'fr' ? 'short' : 'narrow', maximumFractionDigits: n < 3653 ? 1 : 0 }).format(n / 365.25)),
    late: (moment: string) => Date.parse(moment) < now,
    language: (code: string) => { try { return regions.of(code) ?? code; } catch { return code; } },
    now, zone: safeZone,
  };
}

function knownZone(zone: string) {
  try { new Intl.DateTimeFormat('en', { timeZone: zone }); return true; } catch { return false; }
}
