import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { MantineProvider } from '@mantine/core';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router-dom';
import { makeAsker } from '@/api/background';
import { setReached } from '@/api/events';
import { toProblem } from '@/api/problem';
import { mapQuery, practiceQuery } from '@/api/queries';
import { sessionQuery, type Session } from '@/api/session';
import { startLanguages } from '@/i18n';
import { App } from './app/App';
import { preload } from './app/rooms';
import { Boundary } from './ui/Boundary';
import { theme } from './theme/theme';
import './theme/mantine.css';
import './theme/variables.css';
import './theme/fonts.css';
import './theme/tokens.css';
import './ui/ui.css';
import './app/app.css';

const away = (error: unknown) => toProblem(error).offline;
const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error) => {
      if (!away(error)) return;
      setReached(false);
      askAgain();
    },
    onSuccess: () => setReached(true),
  }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (count, error) => { const { status } = toProblem(error); return count < 1 && (status === 0 || status >= 500); },
      retryDelay: 600,
      // "Offline" is what the server does, not what the browser guesses.
      networkMode: 'always',
      // What changes is told by events; who comes back to the tab is shown all of it anew.
      refetchOnWindowFocus: false,
    },
    mutations: { networkMode: 'always' },
  },
});

const askAgain = makeAsker(queries, away);

/** The first room's figures are asked for before it is drawn. */
function begin(session: Session) {
  if (!session.staff) return;
  void queries.prefetchQuery(practiceQuery);
  if (location.pathname === '/' && location.search === '') void queries.prefetchQuery(mapQuery({}));
}

// What the first room needs comes at the same time: the words, who is logged in, its code.
await Promise.all([startLanguages(), queries.fetchQuery(sessionQuery).then(begin, () => {}), preload(location.pathname).catch(() => {})]);
createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false} withStaticClasses={false}>
      <QueryClientProvider client={queries}>
        <BrowserRouter future={{ v7_startTransition: true, v7_relativeSplatPath: true }}>
          <Boundary><App /></Boundary>
        </BrowserRouter>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
