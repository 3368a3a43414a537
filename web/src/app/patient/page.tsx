// The layout draws the list, and the conversation that the address names beside it.
export default function ConversationsPage() {
  return null;
}
