// Everything that the server and this front end say to each other over Socket.IO: the names of the events and the shape of
// what they carry. `tests/vectors/events.json` holds the server to the same. Payloads are parsed here and nowhere else:
// beyond this file every type is true.
import * as z from 'zod/mini';

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

/** Text such as `2026-01-02T03:04:05.678Z` on the wire, milliseconds since 1970 in here. */
const instant = z.pipe(
  z.string().check(z.refine((text) => !Number.isNaN(Date.parse(text)))),
  z.transform((text: string) => Date.parse(text)),
);

const id = z.string().check(z.minLength(1));
const role = z.string();

export const messageSchema = z.object({
  id,
  text: z.string(),
  senderId: id,
  senderName: z.string(),
  senderRole: role,
  createdAt: instant,
  /** Only on the connections of who sent it. */
  clientMessageId: z.optional(z.string()),
});
export type Message = z.infer<typeof messageSchema>;

/** By user id: the last message that this member has read, or received. */
const marksSchema = z.record(z.string(), id);
export type Marks = z.infer<typeof marksSchema>;

const pageSchema = z.object({
  messages: z.array(messageSchema),
  pagination: z.object({ page: z.number(), limit: z.number(), total: z.number(), hasMore: z.boolean() }),
  readState: z.optional(marksSchema),
});
export type Page = z.infer<typeof pageSchema>;

const presenceSchema = z.object({ userId: id, online: z.boolean(), lastSeenAt: z.optional(z.nullable(instant)) });
export type PresenceOf = z.infer<typeof presenceSchema>;

const appointmentSchema = z.object({ appointment: z.record(z.string(), z.unknown()) });

const identity = { userId: id, userName: z.string(), userRole: role };
const readMark = { messageId: id, readBy: id, readAt: instant };

/** What the server says, by event name. */
export const toClient = {
  connected: z.object({ message: z.string(), ...identity, relationId: id }),
  notification_connected: z.object({ message: z.string(), ...identity }),
  initial_messages: pageSchema,
  new_message: z.object({ message: messageSchema }),
  user_typing: z.object(identity),
  message_read: z.object(readMark),
  error: z.object({ message: z.string(), code: z.optional(z.string()), event: z.optional(z.string()) }),
  new_notification: z.object({
    notification: z.object({
      id,
      message: z.string(),
      actionHref: z.optional(z.nullable(z.string())),
      actionLabel: z.optional(z.nullable(z.string())),
      createdAt: instant,
      isRead: z.boolean(),
    }),
  }),
  new_appointment_request: appointmentSchema,
  appointment_status_update: appointmentSchema,
  // After watch_conversation.
  message_delivered: z.object({ messageId: id, deliveredTo: id, deliveredAt: instant }),
  presence: presenceSchema,
  // After watch_conversations.
  conversation_message: z.object({ relationId: id, message: messageSchema }),
  conversation_read: z.object({ relationId: id, ...readMark }),
} as const;

export type EventName = keyof typeof toClient;
export type EventPayload<Name extends EventName> = z.infer<(typeof toClient)[Name]>;

const refusal = z.object({ ok: z.literal(false), error: z.object({ code: z.string(), message: z.string() }) });
const accepted = <Shape extends z.core.$ZodShape>(shape: Shape) =>
  z.union([refusal, z.object({ ok: z.literal(true), ...shape })]);

/** Acknowledgements, by the name of the event that they answer. */
export const acknowledgements = {
  get_initial_messages: accepted(pageSchema.shape),
  send_message: accepted({ message: messageSchema }),
  user_typing: accepted({}),
  mark_as_read: accepted({}),
  get_messages: accepted({ messages: z.array(messageSchema), hasMore: z.boolean() }),
  mark_as_delivered: accepted({}),
  watch_conversation: accepted({ deliveredState: marksSchema, presence: z.optional(presenceSchema) }),
  watch_conversations: accepted({}),
} as const;

export type RequestName = keyof typeof acknowledgements;
export type Accepted<Name extends RequestName> = Extract<z.infer<(typeof acknowledgements)[Name]>, { ok: true }>;

/** The payload of `event`, or nothing when it is not what it should be. */
export function parseEvent<Name extends EventName>(event: Name, payload: unknown): EventPayload<Name> | undefined {
  const parsed = z.safeParse(toClient[event], payload);
  return parsed.success ? (parsed.data as EventPayload<Name>) : undefined;
}

/** What an acknowledgement says, or nothing when it is not what it should be. */
export function parseAcknowledgement<Name extends RequestName>(
  request: Name,
  payload: unknown,
): z.infer<(typeof acknowledgements)[Name]> | undefined {
  const parsed = z.safeParse(acknowledgements[request], payload);
  return parsed.success ? (parsed.data as z.infer<(typeof acknowledgements)[Name]>) : undefined;
}
