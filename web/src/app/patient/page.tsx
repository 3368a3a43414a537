export default function ConversationsPage() {
  return <h1>QuickClinic</h1>;
}
