import { useQuery } from '@tanstack/react-query';
import i18next from 'i18next';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { campaignsQuery, practiceQuery } from '@/api/queries';
import { useAccess } from '@/api/session';
import { makeFormat } from './format';

/** A code as words: "post-partum_care" → "post partum care", for codes that no language file has. */
export function plain(code: string): string {
  return code.replace(/[-_.]+/g, ' ').trim();
}

function capital(text: string) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function wordFor(group: string, code: string): string {
  const key = `${group}.${code}`;
  return i18next.exists(key) ? i18next.t(key) : capital(plain(code));
}

/** Names of coded things in the reader's language. A clinic's own codes are shown as they are. */
export function useWords() {
  const { t, i18n } = useTranslation();
  const { data: practice } = useQuery(practiceQuery);
  const word = useMemo(() => (group: string) => (code: string) => wordFor(group, code), [i18n.language]);
  // What a clinic calls its own topics; the built-in ones have words in each language.
  const titles = useMemo(() => new Map(practice?.concern_titles?.map((c) => [c.concern, c.title])), [practice]);
  const concern = useMemo(() => (code: string) => {
    const own = titles.get(code);
    return i18next.exists(`concern.${code}`) ? word('concern')(code) : (own?.[i18n.language] ?? own?.['en'] ?? word('concern')(code));
  }, [titles, word, i18n.language]);
  return useMemo(
    () => ({
      t, language: i18n.language,
      stage: word('stage'), concern, status: word('status'), state: word('state'), reason: word('reason'), cure: word('cure'),
      check: word('check'), channel: word('channel'), message: word('message'), purpose: word('purpose'), task: word('task'), queue: word('queue'),
      outcome: word('outcome'), step: word('step'), role: word('role'), gender: word('gender'), action: word('action'), kind: word('kind'), way: word('way'),
    }),
    [t, i18n.language, word, concern],
  );
}

/** Codes of reasons within a sentence of the server become words: "(not sent: no-address)". */
export function useReasonText(): (text: string) => string {
  const { reason } = useWords();
  return useMemo(() => (text: string) => text.replace(/\(not sent: ([a-z-]+)\)/, (_, code: string) => `(${reason(code)})`), [reason]);
}

/** The title of a campaign that was answered, also of one that the practice leaves out. */
export const titleOf = (campaign: { name: string; title: Record<string, string> }, language: string) => campaign.title[language] ?? campaign.title['en'] ?? capital(plain(campaign.name));

/** Titles of the practice's campaigns in the reader's language, by name. */
export function useCampaignTitle(): (name: string) => string {
  const { may } = useAccess();
  const { i18n } = useTranslation();
  const { data } = useQuery({ ...campaignsQuery, enabled: may('campaign.read') });
  return useMemo(() => {
    const titles = new Map(data?.campaigns.map((c) => [c.name, titleOf(c, i18n.language)]));
    return (name: string) => titles.get(name) ?? capital(plain(name));
  }, [data, i18n.language]);
}

/** Numbers, days and moments as the reader writes them, in the practice's zone. */
export function useFormat() {
  const { i18n } = useTranslation();
  const { data } = useQuery(practiceQuery);
  return useMemo(() => makeFormat(i18n.language, data?.zone ?? 'UTC', data ? Date.parse(data.as_of ?? data.now) : Date.now()), [i18n.language, data]);
}

/** The same for what staff did, such as log-ins: told from the clock on the wall, never from the
 * practice's moment. */
export function useClockFormat() {
  const { i18n } = useTranslation();
  const zone = useQuery(practiceQuery).data?.zone ?? 'UTC';
  // The minute's end, so that what was just now is never ahead.
  const minute = Math.ceil(Date.now() / 60_000) * 60_000;
  return useMemo(() => makeFormat(i18n.language, zone, minute), [i18n.language, zone, minute]);
}
