import type { Metadata, Viewport } from 'next';
import type { ReactNode } from 'react';
import { Providers } from './providers';
import { followTheme, themeName } from './theme_script';
import './globals.css';

// Titles are in the reader's language: each page draws its own.
export const metadata: Metadata = {
  description: 'Messages between a doctor and a patient',
  formatDetection: { telephone: false },
};

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  viewportFit: 'cover',
  interactiveWidget: 'resizes-content', // a keyboard on the screen leaves the composer in view
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#ffffff' },
    { media: '(prefers-color-scheme: dark)', color: '#151d22' },
  ],
};

const themeScript = `(${followTheme.toString()})(${JSON.stringify(themeName)})`;

// The language is the reader's, and the theme's class comes before React does: both differ from what was exported.
export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" suppressHydrationWarning>
      <body>
        <script dangerouslySetInnerHTML={{ __html: themeScript }} />
        <Providers>{children}</Providers>
      </body>
    </html>
  );
}
