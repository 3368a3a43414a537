#include "store/migrations/postgres.hpp"

#include "store/migrations/postgres_steps.hpp"

#include <array>

namespace quickclinic::store {
namespace {

// What a conversation's list and pages need, kept and not counted. `lastCreatedAt` only grows: it
// is what the next message's time has to be past, and so the conversation's position. The members
// of a relation never change, and stand here so that a message needs no look at the relation. Half
// of each page is left free: an update then stays on its page and touches no index.
constexpr const char* conversations = R"sql(
CREATE TABLE quickclinic.relation_state (
  "relationId" text PRIMARY KEY,
  "doctor" text NOT NULL,
  "patient" text NOT NULL,
  "messages" bigint NOT NULL DEFAULT 0,
  "lastCreatedAt" timestamp(3) NOT NULL DEFAULT '1970-01-01',
  "lastMessageId" text,
  "doctorUnread" bigint NOT NULL DEFAULT 0,
  "patientUnread" bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

CREATE TABLE quickclinic.read_state (
  "relationId" text NOT NULL,
  "userId" text NOT NULL,
  "messageId" text NOT NULL,
  "messageCreatedAt" timestamp(3) NOT NULL,
  "readAt" timestamp(3) NOT NULL,
  PRIMARY KEY ("relationId", "userId")
) WITH (fillfactor = 70);

CREATE TABLE quickclinic.revoked_token (
  "tokenHash" text PRIMARY KEY,
  "expiresAt" timestamp(3) NOT NULL
);
CREATE INDEX revoked_token_expiry ON quickclinic.revoked_token ("expiresAt");

-- The present, as the tables have it.
CREATE FUNCTION quickclinic.now_utc() RETURNS timestamp LANGUAGE sql
  AS $$ SELECT date_trunc('milliseconds', clock_timestamp() AT TIME ZONE 'UTC') $$;

-- Makes the states that are missing. Those that another transaction is making are waited for, or
-- left out.
CREATE FUNCTION quickclinic.add_states(relations text[], waits boolean) RETURNS void LANGUAGE sql
  AS $$
    WITH missing AS MATERIALIZED (
      SELECT r."id", r."doctorsUserId", r."patientsUserId", hashtextextended(r."id", 1) AS lock
        FROM public."DoctorPatientRelation" r
        WHERE r."id" = ANY (relations)
          AND NOT EXISTS (SELECT FROM quickclinic.relation_state s WHERE s."relationId" = r."id")
    )
    INSERT INTO quickclinic.relation_state ("relationId", "doctor", "patient")
      SELECT m."id", m."doctorsUserId", m."patientsUserId" FROM missing m
        WHERE CASE WHEN waits THEN pg_advisory_xact_lock(m.lock) IS NOT NULL
                   ELSE pg_try_advisory_xact_lock(m.lock) END
      ON CONFLICT DO NOTHING
  $$;
)sql";

// A mark never goes back. Under the lock of the state, so that what is unread is counted right;
// when somebody else has it the mark fails at once, since whatever is asked on the same connection
// stands behind it.
constexpr const char* reading = R"sql(
CREATE FUNCTION quickclinic.mark_read(relation text, reader text, message text, wall timestamp)
  RETURNS TABLE ("messageId" text, "readAt" timestamp, "advanced" boolean)
  LANGUAGE plpgsql
  AS $$
#variable_conflict use_column
DECLARE
  moment timestamp := coalesce(wall, quickclinic.now_utc());
  created timestamp;
BEGIN
  SELECT m."createdAt" INTO created FROM public."ChatMessages" m
    WHERE m."id" = message AND m."doctorPatientRelationId" = relation;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such message in the relation' USING ERRCODE = 'no_data_found';
  END IF;
  PERFORM FROM quickclinic.relation_state s
    WHERE s."relationId" = relation AND reader IN (s."doctor", s."patient") FOR UPDATE NOWAIT;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no member of the relation' USING ERRCODE = 'foreign_key_violation';
  END IF;
  INSERT INTO quickclinic.read_state AS r ("relationId", "userId", "messageId", "messageCreatedAt", "readAt")
    VALUES (relation, reader, message, created, moment)
    ON CONFLICT ("relationId", "userId") DO UPDATE SET
      "messageId" = excluded."messageId",
      "messageCreatedAt" = excluded."messageCreatedAt",
      "readAt" = excluded."readAt"
    WHERE (excluded."messageCreatedAt", excluded."messageId") > (r."messageCreatedAt", r."messageId");
  advanced := FOUND;
  IF advanced THEN
    UPDATE quickclinic.relation_state s SET
        "doctorUnread" = CASE WHEN s."doctor" = reader THEN n.unread ELSE s."doctorUnread" END,
        "patientUnread" = CASE WHEN s."patient" = reader THEN n.unread ELSE s."patientUnread" END
      FROM (SELECT count(*) AS unread FROM public."ChatMessages" m
              WHERE m."doctorPatientRelationId" = relation AND m."senderId" <> reader
                AND m."createdAt" >= created AND (m."createdAt", m."id") > (created, message)) n
      WHERE s."relationId" = relation;
  END IF;
  RETURN QUERY SELECT r."messageId", r."readAt"::timestamp, advanced FROM quickclinic.read_state r
    WHERE r."relationId" = relation AND r."userId" = reader;
END
$$;
)sql";

const std::array migrations = {
    Migration{"conversations", conversations},
    Migration{"audit", postgres_audit_step},
    Migration{"append", postgres_append_step},
    Migration{"reading", reading},
    Migration{"other_writers", postgres_others_step},
    Migration{"counting", postgres_counting_step},
    Migration{"archive", postgres_archive_step},
    Migration{"deliveries", postgres_delivery_step},
    Migration{"append_without_looking", postgres_append_step},  // replaces an earlier form of it
};

}  // namespace

std::span<const Migration> postgres_migrations() noexcept { return migrations; }

}  // namespace quickclinic::store
