import type { Metadata, Viewport } from 'next';
import type { ReactNode } from 'react';
import { askEarly, earlyName } from '@/lib/early';
import { fontName, showFontIfLoaded } from './font';
import { Providers } from './providers';
import { followTheme, themeName } from './theme_script';
import { warmFormats, warmFormatsScript } from './warm_formats';
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

// What the page does before its scripts are here.
const inPage = (run: (name: string) => void, name: string) => `(${run.toString()})(${JSON.stringify(name)});`;
const pageScript = inPage(askEarly, earlyName) + inPage(followTheme, themeName) + inPage(showFontIfLoaded, fontName) + inPage(warmFormats, warmFormatsScript);

// The language is the reader's, and the theme's class comes before React does: both differ from what was exported.
export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en" suppressHydrationWarning>
      <body>
        <script dangerouslySetInnerHTML={{ __html: pageScript }} />
        <Providers>{children}</Providers>
      </body>
    </html>
  );
}
