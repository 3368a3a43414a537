import type { NextConfig } from 'next';

// Two ways to run the same pages: a Node server that passes the API on (npm run dev, npm start), and a static export that
// the C++ program serves itself (npm run export).
const exported = process.env.QUICKCLINIC_EXPORT === '1';
const server = process.env.NEXT_PUBLIC_SOCKET_URL ?? 'http://localhost:4000';

const config: NextConfig = {
  reactStrictMode: true,
  poweredByHeader: false,
  experimental: { inlineCss: true }, // the first paint waits for the page alone
  turbopack: { rules: { '**/virtua/lib/index.js': { loaders: ['./scripts/only_virtualizer.mjs'] } } },
  // Pages that show every state of the components; in no build that is not asked for them.
  pageExtensions: process.env.NEXT_PUBLIC_STORIES === '1' ? ['tsx', 'ts', 'story.tsx'] : ['tsx', 'ts'],
  ...(exported
    ? { output: 'export' as const }
    : {
        // The path of Socket.IO ends in a slash; a redirect would cost every poll a round trip and the WebSocket its life.
        skipTrailingSlashRedirect: true,
        rewrites: () =>
          Promise.resolve([
            { source: '/api/:path*', destination: `${server}/api/:path*` },
            { source: '/socket.io/', destination: `${server}/socket.io/` },
            { source: '/socket.io', destination: `${server}/socket.io/` },
          ]),
      }),
};

export default config;
