// One clinic and one browser for a file of stories.
import { afterAll, beforeAll, it } from 'vitest';
import { closeBrowser, enter, expectClean, newStory, openBrowser, type Story } from '../browser';
import { Clinic, password } from './clinic';

export function openStories() {
  let clinic: Clinic | undefined;
  beforeAll(async () => { clinic = await Clinic.open(); await openBrowser(); });
  afterAll(async () => { await closeBrowser(); await clinic?.close(); });
  const here = () => clinic!;

  /** A window at a place, logged in as somebody (ada, where nobody is named). */
  async function visit(path: string, who = 'ada', word = password): Promise<Story> {
    const s = await newStory(here().url);
    await enter(s, path, who, word);
    return s;
  }

  /** A story in a window of its own, which must end without an error and within the policy. */
  function story(name: string, path: string, tell: (s: Story, clinic: Clinic) => Promise<void>) {
    it(name, async () => {
      const s = path === '' ? await newStory(here().url) : await visit(path);
      await tell(s, here());
      await leave(s);
    });
  }
  async function leave(s: Story) {
    await expectClean(s, here().url);
    await s.page.context().close();
  }
  return { story, visit, leave };
}
