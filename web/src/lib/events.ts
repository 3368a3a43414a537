// Everything that the server and this front end say to each other over Socket.IO: the names of the events and the shape of
// what they carry. `tests/vectors/events.json` holds the server to the same. Payloads are parsed here and nowhere else:
// beyond this file every type is true.
import * as s from '@/lib/schema';

/** What a client says. The last three are ours: a server that does not know them does not acknowledge them. */
export const toServer = {
  getInitialMessages: 'get_initial_messages',
  sendMessage: 'send_message',
  userTyping: 'user_typing',
  markAsRead: 'mark_as_read',
  getMessages: 'get_messages',
  markAsDelivered: 'mark_as_delivered',
  watchConversation: 'watch_conversation',
  watchConversations: 'watch_conversations',
} as const;

const instant = s.instant();

const id = s.filled();
const role = s.string();

export const messageSchema = s.object({
  id,
  text: s.string(),
  senderId: id,
  senderName: s.string(),
  senderRole: role,
  createdAt: instant,
  /** Only on the connections of who sent it. */
  clientMessageId: s.optional(s.string()),
});
export type Message = s.Infer<typeof messageSchema>;

/** By user id: the last message that this member has read, or received. */
const marksSchema = s.record(id);
export type Marks = s.Infer<typeof marksSchema>;

const pageSchema = s.object({
  messages: s.array(messageSchema),
  pagination: s.object({ page: s.number(), limit: s.number(), total: s.number(), hasMore: s.boolean() }),
  readState: s.optional(marksSchema),
});

const presenceSchema = s.object({ userId: id, online: s.boolean(), lastSeenAt: s.optional(s.nullable(instant)) });

const appointmentSchema = s.object({ appointment: s.record(s.unknown()) });

const identity = { userId: id, userName: s.string(), userRole: role };
const readMark = { messageId: id, readBy: id, readAt: instant };

/** What the server says, by event name. */
export const toClient = {
  connected: s.object({ message: s.string(), ...identity, relationId: id }),
  notification_connected: s.object({ message: s.string(), ...identity }),
  initial_messages: pageSchema,
  new_message: s.object({ message: messageSchema }),
  user_typing: s.object(identity),
  message_read: s.object(readMark),
  error: s.object({ message: s.string(), code: s.optional(s.string()), event: s.optional(s.string()) }),
  new_notification: s.object({
    notification: s.object({
      id,
      message: s.string(),
      actionHref: s.optional(s.nullable(s.string())),
      actionLabel: s.optional(s.nullable(s.string())),
      createdAt: instant,
      isRead: s.boolean(),
    }),
  }),
  new_appointment_request: appointmentSchema,
  appointment_status_update: appointmentSchema,
  // After watch_conversation.
  message_delivered: s.object({ messageId: id, deliveredTo: id, deliveredAt: instant }),
  presence: presenceSchema,
  // After watch_conversations.
  conversation_message: s.object({ relationId: id, message: messageSchema }),
  conversation_read: s.object({ relationId: id, ...readMark }),
} as const;

export type EventName = keyof typeof toClient;
export type EventPayload<Name extends EventName> = s.Infer<(typeof toClient)[Name]>;

const refusal = s.object({ ok: s.oneOf(false), error: s.object({ code: s.string(), message: s.string() }) });
const accepted = <Shape extends Readonly<Record<string, s.Schema>>>(shape: Shape) =>
  s.either(refusal, s.object({ ok: s.oneOf(true), ...shape }));

/** Acknowledgements, by the name of the event that they answer. */
export const acknowledgements = {
  get_initial_messages: accepted(pageSchema.shape),
  send_message: accepted({ message: messageSchema }),
  user_typing: accepted({}),
  mark_as_read: accepted({}),
  get_messages: accepted({ messages: s.array(messageSchema), hasMore: s.boolean() }),
  mark_as_delivered: accepted({}),
  watch_conversation: accepted({ deliveredState: marksSchema, presence: s.optional(presenceSchema) }),
  watch_conversations: accepted({}),
} as const;

export type RequestName = keyof typeof acknowledgements;
export type Accepted<Name extends RequestName> = Extract<s.Infer<(typeof acknowledgements)[Name]>, { ok: true }>;

/** The payload of `event`, or nothing when it is not what it should be. */
export function parseEvent<Name extends EventName>(event: Name, payload: unknown): EventPayload<Name> | undefined {
  const read = toClient[event].read(payload);
  return read === s.invalid ? undefined : (read as EventPayload<Name>);
}

/** What an acknowledgement says, or nothing when it is not what it should be. */
export function parseAcknowledgement<Name extends RequestName>(
  request: Name,
  payload: unknown,
): s.Infer<(typeof acknowledgements)[Name]> | undefined {
  const read = acknowledgements[request].read(payload);
  return read === s.invalid ? undefined : (read as s.Infer<(typeof acknowledgements)[Name]>);
}
