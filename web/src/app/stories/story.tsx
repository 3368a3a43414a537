'use client';
import { useState, useSyncExternalStore } from 'react';
import { IdleDialog } from '@/features/auth/idle_dialog';
import { ConversationList } from '@/features/conversations/conversation_list';
import { ConversationView } from '@/features/messages/conversation_view';
import { fakeConversation } from '@/testing/fake_conversation';
import { storyContent, type StoryContent } from './stories';

const never = () => () => undefined;

/** One story; drawn by the browser alone, since its times are relative to now. */
export function Story({ name }: { name: string }) {
  const here = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  return here ? <Content key={name} name={name} /> : null;
}

function Content({ name }: { name: string }) {
  const [content] = useState(() => storyContent(name, Date.now()));
  return (
    <main id="content" className="fill-window">
      <title>{name}</title>
      <Shown content={content} name={name} />
    </main>
  );
}

function Shown({ content, name }: { content: StoryContent; name: string }) {
  const [conversation] = useState(() => (content.kind === 'conversation' ? fakeConversation(content.state) : undefined));
  const [until, setUntil] = useState(content.kind === 'idle' ? content.until : undefined);
  if (conversation) return <ConversationView relationId={name} conversation={conversation} name="Meera Nair" onSessionEnd={nothing} />;
  if (content.kind === 'list') return <ConversationList role="doctor" failed={false} offline={false} onRetry={nothing} {...content.props} />;
  const end = () => {
    setUntil(undefined);
  };
  return (
    <>
      <h1 className="p-6 text-xl font-semibold">{name}</h1>
      <IdleDialog until={until} onStay={end} onLeave={end} />
    </>
  );
}

function nothing() {
  // A story goes nowhere.
}
