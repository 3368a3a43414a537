import { storyNames } from '../stories';
import { Story } from '../story';

export const dynamicParams = false;

export function generateStaticParams() {
  return storyNames.map((story) => ({ story }));
}

export default async function StoryPage({ params }: { params: Promise<{ story: string }> }) {
  return <Story name={(await params).story} />;
}
