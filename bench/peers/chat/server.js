// The doctor-patient chat as one writes it with the official Socket.IO server and pg: the token is verified and user and
// relation are looked up at the handshake, a message is inserted and then shown to the room, a page of history is a count
// and a query. DATABASE_URL and JWT_SECRET say where and by which secret.
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { parseArgs } from "node:util";
import jwt from "jsonwebtoken";
import pg from "pg";
import { Server } from "socket.io";

const { values } = parseArgs({ options: { port: { type: "string", default: "0" } } });
const database = new pg.Pool({ connectionString: process.env.DATABASE_URL });
// The ORM keeps UTC in columns without a zone.
pg.types.setTypeParser(pg.types.builtins.TIMESTAMP, (text) => new Date(`${text.replace(" ", "T")}Z`));

const http = createServer();
const io = new Server(http);

const refuse = (next, message) => next(new Error(message));

io.use(async (socket, next) => {
  try {
    const { token, relationId } = socket.handshake.auth;
    let claims;
    try {
      claims = jwt.verify(token, process.env.JWT_SECRET, { algorithms: ["HS256"] });
    } catch {
      return refuse(next, "Invalid token signature");
    }
    const users = await database.query('SELECT id, name, role, "isActive" FROM "User" WHERE id = $1', [claims.id]);
    const user = users.rows[0];
    if (!user) return refuse(next, "User not found");
    if (!user.isActive) return refuse(next, "Account is disabled");
    const relations = await database.query(
      'SELECT "doctorsUserId", "patientsUserId" FROM "DoctorPatientRelation" WHERE id = $1', [relationId]);
    const relation = relations.rows[0];
    if (!relation) return refuse(next, "Relation not found");
    if (user.id !== relation.doctorsUserId && user.id !== relation.patientsUserId) return refuse(next, "Unauthorized");
    const role = user.id === relation.doctorsUserId ? "DOCTOR" : "PATIENT";
    socket.data = { user: { id: user.id, name: user.name, role }, relationId };
    next();
  } catch {
    refuse(next, "Service unavailable");
  }
});

function shown(row) {
  return {
    id: row.id, text: row.text, senderId: row.senderId, senderName: row.senderName, senderRole: row.senderRole,
    createdAt: row.createdAt.toISOString(),
  };
}

io.on("connection", (socket) => {
  const { user, relationId } = socket.data;
  const room = `relation_${relationId}`;
  socket.join(room);
  socket.join(`user_${user.id}`);
  socket.emit("connected", {
    message: "Connected successfully", userId: user.id, userName: user.name, userRole: user.role, relationId,
  });

  socket.on("send_message", async ({ text }, acknowledge) => {
    try {
      const { rows } = await database.query(
        'INSERT INTO "ChatMessages" (id, "doctorPatientRelationId", text, "senderId", "createdAt", "updatedAt") ' +
        "VALUES ($1, $2, $3, $4, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC') RETURNING id, text, \"senderId\", \"createdAt\"",
        [randomUUID(), relationId, text.trim(), user.id]);
      const message = shown({ ...rows[0], senderName: user.name, senderRole: user.role });
      io.to(room).emit("new_message", { message });
      acknowledge?.({ ok: true, message });
    } catch {
      acknowledge?.({ ok: false, error: { code: "unavailable", message: "Failed to send message" } });
    }
  });

  socket.on("get_initial_messages", async ({ page = 1, limit = 20 }, acknowledge) => {
    try {
      const [{ rows: [{ total }] }, { rows }] = await Promise.all([
        database.query('SELECT count(*)::int AS total FROM "ChatMessages" WHERE "doctorPatientRelationId" = $1', [relationId]),
        database.query(
          'SELECT m.id, m.text, m."senderId", u.name AS "senderName", u.role AS "senderRole", m."createdAt" ' +
          'FROM "ChatMessages" m JOIN "User" u ON u.id = m."senderId" WHERE m."doctorPatientRelationId" = $1 ' +
          'ORDER BY m."createdAt" DESC LIMIT $2 OFFSET $3', [relationId, limit, (page - 1) * limit]),
      ]);
      socket.emit("initial_messages", {
        messages: rows.reverse().map(shown), pagination: { page, limit, total, hasMore: page * limit < total },
      });
      acknowledge?.({ ok: true });
    } catch {
      acknowledge?.({ ok: false, error: { code: "unavailable", message: "Failed to load messages" } });
    }
  });
});

http.listen(Number(values.port), "127.0.0.1", () => console.log(`listening on ${http.address().port}`));

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => process.exit(0));
}
