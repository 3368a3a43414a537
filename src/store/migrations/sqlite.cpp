#include "store/migrations/sqlite.hpp"

#include <array>

namespace quickclinic::store {
namespace {

// The tables that the web application's ORM makes (contract, section 2), with the columns that the
// server uses. Times are whole milliseconds since 1970 in UTC, as that ORM writes them into SQLite:
// they compare and add as numbers, and nothing is lost on the way. A database that has these tables
// keeps them as they are.
constexpr const char* clinic_tables = R"sql(
CREATE TABLE IF NOT EXISTS "User" (
  "id" TEXT NOT NULL PRIMARY KEY,
  "email" TEXT NOT NULL UNIQUE,
  "name" TEXT NOT NULL,
  "password" TEXT NOT NULL,
  "role" TEXT NOT NULL DEFAULT 'PATIENT' CHECK ("role" IN ('PATIENT', 'DOCTOR', 'ADMIN')),
  "isActive" INTEGER NOT NULL DEFAULT 1,
  "createdAt" INTEGER NOT NULL,
  "updatedAt" INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS "Doctor" (
  "id" TEXT NOT NULL PRIMARY KEY,
  "userId" TEXT NOT NULL UNIQUE REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE TABLE IF NOT EXISTS "Patient" (
  "id" TEXT NOT NULL PRIMARY KEY,
  "userId" TEXT NOT NULL UNIQUE REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE TABLE IF NOT EXISTS "DoctorPatientRelation" (
  "id" TEXT NOT NULL PRIMARY KEY,
  "doctorsUserId" TEXT NOT NULL REFERENCES "Doctor" ("userId") ON DELETE RESTRICT ON UPDATE CASCADE,
  "patientsUserId" TEXT NOT NULL REFERENCES "Patient" ("userId") ON DELETE RESTRICT ON UPDATE CASCADE,
  "createdAt" INTEGER NOT NULL,
  "updatedAt" INTEGER NOT NULL,
  UNIQUE ("doctorsUserId", "patientsUserId")
);

CREATE TABLE IF NOT EXISTS "ChatMessages" (
  "id" TEXT NOT NULL PRIMARY KEY,
  "doctorPatientRelationId" TEXT NOT NULL
    REFERENCES "DoctorPatientRelation" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "text" TEXT NOT NULL,
  "senderId" TEXT NOT NULL REFERENCES "User" ("id") ON DELETE RESTRICT ON UPDATE CASCADE,
  "createdAt" INTEGER NOT NULL,
  "updatedAt" INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS "Notification" (
  "id" TEXT NOT NULL PRIMARY KEY,
  "userId" TEXT NOT NULL REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "message" TEXT NOT NULL,
  "actionHref" TEXT,
  "actionLabel" TEXT,
  "isRead" INTEGER NOT NULL DEFAULT 0,
  "status" TEXT,
  "readAt" INTEGER,
  "createdAt" INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS "Notification_userId_createdAt_idx"
  ON "Notification" ("userId", "createdAt");
)sql";

// The order of a conversation as an index, and its length as a number that triggers keep true
// whoever writes, so that it is never counted. "lastCreatedAt" only grows: it is what the next
// message's time must be past.
constexpr const char* conversations = R"sql(
CREATE INDEX qc_chat_messages_order
  ON "ChatMessages" ("doctorPatientRelationId", "createdAt", "id");

CREATE TABLE qc_relation_state (
  "relationId" TEXT NOT NULL PRIMARY KEY
    REFERENCES "DoctorPatientRelation" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "messages" INTEGER NOT NULL,
  "lastCreatedAt" INTEGER NOT NULL
) WITHOUT ROWID;

INSERT INTO qc_relation_state ("relationId", "messages", "lastCreatedAt")
  SELECT "doctorPatientRelationId", count(*), max("createdAt")
  FROM "ChatMessages" GROUP BY "doctorPatientRelationId";

CREATE TRIGGER qc_chat_messages_insert AFTER INSERT ON "ChatMessages" BEGIN
  INSERT INTO qc_relation_state ("relationId", "messages", "lastCreatedAt")
    VALUES (NEW."doctorPatientRelationId", 1, NEW."createdAt")
    ON CONFLICT ("relationId") DO UPDATE SET
      "messages" = "messages" + 1,
      "lastCreatedAt" = max("lastCreatedAt", excluded."lastCreatedAt");
END;

CREATE TRIGGER qc_chat_messages_delete AFTER DELETE ON "ChatMessages" BEGIN
  UPDATE qc_relation_state SET "messages" = "messages" - 1
    WHERE "relationId" = OLD."doctorPatientRelationId";
END;

CREATE TRIGGER qc_chat_messages_update
  AFTER UPDATE OF "doctorPatientRelationId", "createdAt" ON "ChatMessages" BEGIN
  UPDATE qc_relation_state SET "messages" = "messages" - 1
    WHERE "relationId" = OLD."doctorPatientRelationId";
  INSERT INTO qc_relation_state ("relationId", "messages", "lastCreatedAt")
    VALUES (NEW."doctorPatientRelationId", 1, NEW."createdAt")
    ON CONFLICT ("relationId") DO UPDATE SET
      "messages" = "messages" + 1,
      "lastCreatedAt" = max("lastCreatedAt", excluded."lastCreatedAt");
END;

CREATE TABLE qc_read_state (
  "relationId" TEXT NOT NULL
    REFERENCES "DoctorPatientRelation" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "userId" TEXT NOT NULL REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "messageId" TEXT NOT NULL,
  "messageCreatedAt" INTEGER NOT NULL,
  "readAt" INTEGER NOT NULL,
  PRIMARY KEY ("relationId", "userId")
) WITHOUT ROWID;
)sql";

constexpr const char* revoked_tokens = R"sql(
CREATE TABLE qc_revoked_token (
  "tokenHash" TEXT NOT NULL PRIMARY KEY,
  "expiresAt" INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX qc_revoked_token_expiry ON qc_revoked_token ("expiresAt");
)sql";

// Written after a commit that failed; `sqlite/writer.cpp` says why.
constexpr const char* commit_fence = R"sql(
CREATE TABLE qc_commit_fence (
  "id" INTEGER NOT NULL PRIMARY KEY CHECK ("id" = 1),
  "failedCommits" INTEGER NOT NULL
);
INSERT INTO qc_commit_fence VALUES (1, 0);
)sql";

// What the list of conversations shows, kept true whoever writes: the newest message, and how many
// of the other side's stand behind each member's read mark. A mark that goes on takes off the
// messages it passes, so that each is counted once, whatever the length of the conversation.
constexpr const char* conversation_list = R"sql(
ALTER TABLE qc_relation_state ADD COLUMN "lastMessageId" TEXT;
ALTER TABLE qc_relation_state ADD COLUMN "doctorUnread" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE qc_relation_state ADD COLUMN "patientUnread" INTEGER NOT NULL DEFAULT 0;

CREATE VIEW qc_unread AS
  SELECT "m"."id", "m"."doctorPatientRelationId" AS "relationId",
    "m"."senderId" <> "r"."doctorsUserId" AND ("d"."messageId" IS NULL
      OR ("m"."createdAt", "m"."id") > ("d"."messageCreatedAt", "d"."messageId")) AS "byDoctor",
    "m"."senderId" <> "r"."patientsUserId" AND ("p"."messageId" IS NULL
      OR ("m"."createdAt", "m"."id") > ("p"."messageCreatedAt", "p"."messageId")) AS "byPatient"
  FROM "ChatMessages" AS "m"
  JOIN "DoctorPatientRelation" AS "r" ON "r"."id" = "m"."doctorPatientRelationId"
  LEFT JOIN qc_read_state AS "d" ON "d"."relationId" = "r"."id" AND "d"."userId" = "r"."doctorsUserId"
  LEFT JOIN qc_read_state AS "p" ON "p"."relationId" = "r"."id" AND "p"."userId" = "r"."patientsUserId";

UPDATE qc_relation_state SET
  "lastMessageId" = (SELECT "id" FROM "ChatMessages"
                     WHERE "doctorPatientRelationId" = qc_relation_state."relationId"
                     ORDER BY "createdAt" DESC, "id" DESC LIMIT 1),
  "doctorUnread" = "counted"."byDoctor", "patientUnread" = "counted"."byPatient"
  FROM (SELECT "relationId", sum("byDoctor") AS "byDoctor", sum("byPatient") AS "byPatient"
        FROM qc_unread GROUP BY "relationId") AS "counted"
  WHERE "counted"."relationId" = qc_relation_state."relationId";

DROP TRIGGER qc_chat_messages_insert;
DROP TRIGGER qc_chat_messages_delete;
DROP TRIGGER qc_chat_messages_update;

CREATE TRIGGER qc_chat_messages_insert AFTER INSERT ON "ChatMessages" BEGIN
  INSERT INTO qc_relation_state
      ("relationId", "messages", "lastCreatedAt", "lastMessageId", "doctorUnread", "patientUnread")
    SELECT NEW."doctorPatientRelationId", 1, NEW."createdAt", NEW."id", "byDoctor", "byPatient"
      FROM qc_unread WHERE "id" = NEW."id"
    ON CONFLICT ("relationId") DO UPDATE SET
      "messages" = "messages" + 1,
      "lastCreatedAt" = max("lastCreatedAt", excluded."lastCreatedAt"),
      "lastMessageId" = (SELECT "id" FROM "ChatMessages"
                         WHERE "doctorPatientRelationId" = NEW."doctorPatientRelationId"
                         ORDER BY "createdAt" DESC, "id" DESC LIMIT 1),
      "doctorUnread" = "doctorUnread" + excluded."doctorUnread",
      "patientUnread" = "patientUnread" + excluded."patientUnread";
END;

-- Before, because whether it is unread can only be asked of a message that is there.
CREATE TRIGGER qc_chat_messages_before_delete BEFORE DELETE ON "ChatMessages" BEGIN
  UPDATE qc_relation_state SET
    "messages" = "messages" - 1,
    "doctorUnread" = "doctorUnread" - "gone"."byDoctor",
    "patientUnread" = "patientUnread" - "gone"."byPatient"
    FROM qc_unread AS "gone"
    WHERE "gone"."id" = OLD."id" AND qc_relation_state."relationId" = "gone"."relationId";
END;
CREATE TRIGGER qc_chat_messages_delete AFTER DELETE ON "ChatMessages" BEGIN
  UPDATE qc_relation_state SET
    "lastMessageId" = (SELECT "id" FROM "ChatMessages"
                       WHERE "doctorPatientRelationId" = OLD."doctorPatientRelationId"
                       ORDER BY "createdAt" DESC, "id" DESC LIMIT 1)
    WHERE "relationId" = OLD."doctorPatientRelationId" AND "lastMessageId" = OLD."id";
END;

-- A message that changes its place leaves one and comes to the other.
CREATE TRIGGER qc_chat_messages_before_update
  BEFORE UPDATE OF "id", "doctorPatientRelationId", "createdAt", "senderId" ON "ChatMessages" BEGIN
  UPDATE qc_relation_state SET
    "messages" = "messages" - 1,
    "doctorUnread" = "doctorUnread" - "gone"."byDoctor",
    "patientUnread" = "patientUnread" - "gone"."byPatient"
    FROM qc_unread AS "gone"
    WHERE "gone"."id" = OLD."id" AND qc_relation_state."relationId" = "gone"."relationId";
END;
CREATE TRIGGER qc_chat_messages_update
  AFTER UPDATE OF "id", "doctorPatientRelationId", "createdAt", "senderId" ON "ChatMessages" BEGIN
  INSERT INTO qc_relation_state
      ("relationId", "messages", "lastCreatedAt", "lastMessageId", "doctorUnread", "patientUnread")
    SELECT NEW."doctorPatientRelationId", 1, NEW."createdAt", NEW."id", "byDoctor", "byPatient"
      FROM qc_unread WHERE "id" = NEW."id"
    ON CONFLICT ("relationId") DO UPDATE SET
      "messages" = "messages" + 1,
      "lastCreatedAt" = max("lastCreatedAt", excluded."lastCreatedAt"),
      "doctorUnread" = "doctorUnread" + excluded."doctorUnread",
      "patientUnread" = "patientUnread" + excluded."patientUnread";
  UPDATE qc_relation_state SET
    "lastMessageId" = (SELECT "id" FROM "ChatMessages"
                       WHERE "doctorPatientRelationId" = qc_relation_state."relationId"
                       ORDER BY "createdAt" DESC, "id" DESC LIMIT 1)
    WHERE "relationId" IN (OLD."doctorPatientRelationId", NEW."doctorPatientRelationId");
END;

-- The first mark counts what it leaves, later ones what they pass.
CREATE TRIGGER qc_read_state_insert AFTER INSERT ON qc_read_state BEGIN
  UPDATE qc_relation_state SET
    "doctorUnread" = iif("r"."doctorsUserId" = NEW."userId", "left"."messages", "doctorUnread"),
    "patientUnread" = iif("r"."patientsUserId" = NEW."userId", "left"."messages", "patientUnread")
    FROM "DoctorPatientRelation" AS "r",
      (SELECT count(*) AS "messages" FROM "ChatMessages"
         WHERE "doctorPatientRelationId" = NEW."relationId"
           AND ("createdAt", "id") > (NEW."messageCreatedAt", NEW."messageId")
           AND "senderId" <> NEW."userId") AS "left"
    WHERE qc_relation_state."relationId" = NEW."relationId" AND "r"."id" = NEW."relationId";
END;
CREATE TRIGGER qc_read_state_update AFTER UPDATE ON qc_read_state BEGIN
  UPDATE qc_relation_state SET
    "doctorUnread" = "doctorUnread" - iif("r"."doctorsUserId" = NEW."userId", "passed"."messages", 0),
    "patientUnread" = "patientUnread" - iif("r"."patientsUserId" = NEW."userId", "passed"."messages", 0)
    FROM "DoctorPatientRelation" AS "r",
      (SELECT count(*) AS "messages" FROM "ChatMessages"
         WHERE "doctorPatientRelationId" = NEW."relationId"
           AND ("createdAt", "id") > (OLD."messageCreatedAt", OLD."messageId")
           AND ("createdAt", "id") <= (NEW."messageCreatedAt", NEW."messageId")
           AND "senderId" <> NEW."userId") AS "passed"
    WHERE qc_relation_state."relationId" = NEW."relationId" AND "r"."id" = NEW."relationId";
END;
)sql";

// How people sign in: by their address in whatever case they type it.
constexpr const char* sign_in = R"sql(
CREATE INDEX qc_user_address ON "User" (lower("email"));
)sql";

// What happened, for auditors (docs/audit.md): rows are added and never change. Sends of a batch
// share a row, which is of no relation and no actor; the partial indexes leave it out.
constexpr const char* audit = R"sql(
CREATE TABLE qc_audit (
  "chain" TEXT NOT NULL,
  "number" INTEGER NOT NULL,
  "at" INTEGER NOT NULL,
  "action" TEXT NOT NULL,
  "actor" TEXT NOT NULL,
  "relation" TEXT NOT NULL,
  "subject" TEXT NOT NULL,
  "address" TEXT NOT NULL,
  "result" TEXT NOT NULL,
  "detail" TEXT NOT NULL,
  "hash" TEXT NOT NULL,
  PRIMARY KEY ("chain", "number")
) WITHOUT ROWID;
CREATE INDEX qc_audit_time ON qc_audit ("at", "chain", "number");
CREATE INDEX qc_audit_relation ON qc_audit ("relation", "at", "chain", "number")
  WHERE "relation" <> '';
CREATE INDEX qc_audit_actor ON qc_audit ("actor", "at", "chain", "number") WHERE "actor" <> '';

CREATE TRIGGER qc_audit_no_update BEFORE UPDATE ON qc_audit BEGIN
  SELECT RAISE(ABORT, 'the audit record is only ever added to');
END;
CREATE TRIGGER qc_audit_no_delete BEFORE DELETE ON qc_audit BEGIN
  SELECT RAISE(ABORT, 'the audit record is only ever added to');
END;
)sql";

// What may not be erased (docs/import-export.md).
constexpr const char* holds = R"sql(
CREATE TABLE qc_hold (
  "what" TEXT NOT NULL CHECK ("what" IN ('user', 'relation')),
  "id" TEXT NOT NULL,
  "reason" TEXT NOT NULL,
  "since" INTEGER NOT NULL,
  PRIMARY KEY ("what", "id")
) WITHOUT ROWID;
)sql";

// How far members' devices have received. What was read was received; the later of both counts.
constexpr const char* deliveries = R"sql(
CREATE TABLE qc_delivery_state (
  "relationId" TEXT NOT NULL
    REFERENCES "DoctorPatientRelation" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "userId" TEXT NOT NULL REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE,
  "messageId" TEXT NOT NULL,
  "messageCreatedAt" INTEGER NOT NULL,
  "deliveredAt" INTEGER NOT NULL,
  PRIMARY KEY ("relationId", "userId")
) WITHOUT ROWID;
)sql";

constexpr std::array migrations = {
    Migration{"clinic_tables", clinic_tables},
    Migration{"conversations", conversations},
    Migration{"revoked_tokens", revoked_tokens},
    Migration{"commit_fence", commit_fence},
    Migration{"conversation_list", conversation_list},
    Migration{"sign_in", sign_in},
    Migration{"audit", audit},
    Migration{"holds", holds},
    Migration{"deliveries", deliveries},
};

}  // namespace

std::span<const Migration> sqlite_migrations() noexcept { return migrations; }

}  // namespace quickclinic::store
