'use client';

/** What stands in place of everything when not even the layout could be drawn; in no language but the one that needs no code. */
export default function GlobalErrorPage() {
  return (
    <html lang="en">
      <body>
        <main>
          <title>QuickClinic</title>
          <h1>Something went wrong</h1>
          <p>The page could not be shown. Your messages are safe.</p>
          <a href="">Try again</a>
        </main>
      </body>
    </html>
  );
}
