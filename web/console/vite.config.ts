import react from '@vitejs/plugin-react';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

/** What the first room needs is fetched with the rest, not when the rest has run: its code, its styles
 * and the letters it is written in. */
const preloadHome: Plugin = {
  name: 'preload-home',
  transformIndexHtml: {
    order: 'post',
    handler(html, { bundle }) {
      const parts = Object.values(bundle ?? {});
      const home = parts.find((part) => part.type === 'chunk' && part.facadeModuleId?.endsWith('/features/home/HomePage.tsx'));
      if (home?.type !== 'chunk') return [];
      const link = (attrs: Record<string, string>) => (file: string) => ({ tag: 'link', attrs: { ...attrs, crossorigin: true, href: `/${file}` }, injectTo: 'head' as const });
      const code = [home.fileName, ...home.imports].filter((file) => !html.includes(`/${file}`));
      const letters = parts.filter((part) => /inter-latin-wght-normal[^/]*\.woff2$/.test(part.fileName)).map((part) => part.fileName);
      return [
        ...code.map(link({ rel: 'modulepreload' })),
        ...[...(home.viteMetadata?.importedCss ?? [])].map(link({ rel: 'stylesheet' })),
        ...letters.map(link({ rel: 'preload', as: 'font', type: 'font/woff2' })),
      ];
    },
  },
};

// The server embeds dist/: names carry content hashes, nothing is inlined (the CSP forbids it).
export default defineConfig({
  plugins: [react(), preloadHome],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
    reportCompressedSize: false,
    manifest: 'manifest.json',
    // Each file costs the first view a millisecond or more: the small ones go with others.
    rollupOptions: { output: { experimentalMinChunkSize: 20_000 } },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8090' } },
});
