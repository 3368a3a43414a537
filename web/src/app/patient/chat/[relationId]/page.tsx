// The export has one page for all conversations; the server maps every id onto it, and the client reads the id from the path.
export function generateStaticParams() {
  return [{ relationId: '_' }];
}

export default function ChatPage() {
  return <h1>QuickClinic</h1>;
}
