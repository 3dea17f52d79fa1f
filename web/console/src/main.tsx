import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { MantineProvider } from '@mantine/core';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router-dom';
import { setReached } from '@/api/events';
import { toProblem } from '@/api/problem';
import { sessionQuery } from '@/api/session';
import { startLanguages } from '@/i18n';
import { App } from './app/App';
import { preload } from './app/rooms';
import { theme } from './theme/theme';
import './theme/mantine.css';
import './theme/variables.css';
import './theme/fonts.css';
import './theme/tokens.css';
import './ui/ui.css';
import './app/app.css';

const queries = new QueryClient({
  queryCache: new QueryCache({
    onError: (error) => { if (toProblem(error).offline) setReached(false); },
    onSuccess: () => setReached(true),
  }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (count, error) => { const { status } = toProblem(error); return count < 1 && (status === 0 || status >= 500); },
      retryDelay: 600,
      // "Offline" is what the server does, not what the browser guesses.
      networkMode: 'always',
      refetchInterval: (query) => (query.state.error && toProblem(query.state.error).offline ? 5000 : false),
    },
    mutations: { networkMode: 'always' },
  },
});

// What the first room needs is on its way while the words are: who is logged in, and its code.
void queries.prefetchQuery(sessionQuery);
void preload(location.pathname);
await startLanguages();
createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false} withStaticClasses={false}>
      <QueryClientProvider client={queries}>
        <BrowserRouter future={{ v7_startTransition: true, v7_relativeSplatPath: true }}>
          <App />
        </BrowserRouter>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
