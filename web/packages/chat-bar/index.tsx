'use client';
import { ChatBar as Bar } from '../../src/features/messages/chat_bar';
import type { ChatBarProps } from '../../src/features/messages/chat_bar_props';

export type { ChatBarProps };

// Next.js puts the value here when it builds; elsewhere there may be no `process`.
const configured = typeof process === 'undefined' ? undefined : process.env.NEXT_PUBLIC_SOCKET_URL;

/** One conversation between a doctor and a patient, complete; fills the element it stands in. */
export function ChatBar({ serverUrl = configured ?? 'http://localhost:4000', ...rest }: ChatBarProps) {
  return <Bar serverUrl={serverUrl} {...rest} />;
}
