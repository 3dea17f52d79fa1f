import i18next, { type ThirdPartyModule } from 'i18next';
import ICU from 'i18next-icu';
import { initReactI18next } from 'react-i18next';

export const languages = { en: 'English', fr: 'Français', zh: '中文' } as const;
export type Language = keyof typeof languages;
const stored = 'parcours.language';

const load: Record<Language, () => Promise<{ default: Record<string, string> }>> = {
  en: () => import('./en.json'),
  fr: () => import('./fr.json'),
  zh: () => import('./zh.json'),
};

export function isLanguage(text: string): text is Language {
  return text in languages;
}

/** The reader's choice, else the browser's first language that we speak. */
export function preferred(): Language {
  const chosen = localStorage.getItem(stored) ?? '';
  if (isLanguage(chosen)) return chosen;
  return navigator.languages.map((l) => l.slice(0, 2).toLowerCase()).find(isLanguage) ?? 'en';
}

/** Whether a text has anything to fill in, by ICU's rules for messages without tags. */
export const isPattern = (text: string) => /[{}]|''/.test(text);

/** Nine texts in ten are no patterns: they are said as they stand, and no parser is made for them. */
function patterns() {
  // Its types leave out what i18next calls.
  const icu = new ICU() as unknown as ThirdPartyModule & { parse(text: string, ...rest: unknown[]): string };
  const fill = icu.parse.bind(icu);
  icu.parse = (text, ...rest) => (isPattern(text) ? fill(text, ...rest) : text);
  return icu;
}

function tell(language: Language) {
  document.documentElement.lang = language === 'zh' ? 'zh-Hans' : language;
}

export async function speak(language: Language) {
  if (!i18next.hasResourceBundle(language, 'translation')) {
    i18next.addResourceBundle(language, 'translation', (await load[language]()).default);
  }
  await i18next.changeLanguage(language);
  tell(language);
}

export async function choose(language: Language) {
  localStorage.setItem(stored, language);
  await speak(language);
}

export async function startLanguages() {
  const language = preferred();
  const translation = (await load[language]()).default;
  await i18next.use(patterns()).use(initReactI18next).init({
    resources: { [language]: { translation } }, lng: language, fallbackLng: false, keySeparator: false, nsSeparator: false,
    interpolation: { escapeValue: false }, react: { useSuspense: false },
  });
  tell(language);
}
