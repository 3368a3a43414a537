// The export has one page for all conversations; the server maps every id onto it. The layout reads the id from the address
// and draws the conversation.
export function generateStaticParams() {
  return [{ relationId: '_' }];
}

export default function ChatPage() {
  return null;
}
