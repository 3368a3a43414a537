import Link from 'next/link';
import { storyNames } from './stories';

export default function StoriesPage() {
  return (
    <main id="content" className="mx-auto max-w-xl p-6">
      <title>Stories</title>
      <h1 className="text-xl font-semibold">Stories</h1>
      <ul className="mt-4 grid gap-2">
        {storyNames.map((name) => (
          <li key={name}>
            <Link href={`/stories/${name}`} className="text-accent underline">
              {name}
            </Link>
          </li>
        ))}
      </ul>
    </main>
  );
}
