#include "store/migrations/postgres_steps.hpp"

namespace quickclinic::store {

// What the operator's commands bring in and take out (docs/import-export.md). Lines are those of
// `chat/archive_line.hpp`, as one array. What was written elsewhere long ago is told to nobody and
// keeps its time; the states are counted when a conversation is complete.
const char* const postgres_archive_step = R"sql(
CREATE TABLE quickclinic.hold (
  "what" text NOT NULL CHECK ("what" IN ('user', 'relation')),
  "id" text NOT NULL,
  "reason" text NOT NULL,
  "since" timestamp(3) NOT NULL,
  PRIMARY KEY ("what", "id")
);

CREATE FUNCTION quickclinic.import_messages(lines jsonb) RETURNS SETOF text
  LANGUAGE plpgsql SET quickclinic.writer = 'on'
  AS $$
BEGIN
  RETURN QUERY
  INSERT INTO public."ChatMessages" ("id", "doctorPatientRelationId", "text", "senderId", "createdAt", "updatedAt")
    SELECT x."id", x."relationId", x."text", x."senderId", x."createdAt"::timestamp, x."updatedAt"::timestamp
      FROM jsonb_to_recordset(lines)
        AS x ("id" text, "relationId" text, "text" text, "senderId" text, "createdAt" text, "updatedAt" text)
    ON CONFLICT ("id") DO NOTHING
    RETURNING "ChatMessages"."id"::text;
END
$$;

-- The row is made of JSON, so that the status becomes whatever type the column has.
CREATE FUNCTION quickclinic.import_notifications(lines jsonb) RETURNS SETOF text
  LANGUAGE plpgsql SET quickclinic.writer = 'on'
  AS $$
BEGIN
  RETURN QUERY
  INSERT INTO public."Notification"
      ("id", "userId", "message", "actionHref", "actionLabel", "isRead", "status", "readAt", "createdAt")
    SELECT x."id", x."userId", x."message", x."actionHref", x."actionLabel", x."isRead",
        (jsonb_populate_record(NULL::public."Notification", jsonb_build_object('status', x."status")))."status",
        x."readAt"::timestamp, x."createdAt"::timestamp
      FROM jsonb_to_recordset(lines)
        AS x ("id" text, "userId" text, "message" text, "actionHref" text, "actionLabel" text, "isRead" boolean,
              "status" text, "readAt" text, "createdAt" text)
    ON CONFLICT ("id") DO NOTHING
    RETURNING "Notification"."id"::text;
END
$$;

-- 0: there is no such user; 1: done; 2: on hold, nothing was done.
CREATE FUNCTION quickclinic.erase_person(who text, wall timestamp) RETURNS bigint
  LANGUAGE plpgsql
  AS $$
BEGIN
  PERFORM FROM quickclinic.hold h WHERE h."what" = 'user' AND h."id" = who
    UNION ALL
    SELECT FROM quickclinic.hold h JOIN public."DoctorPatientRelation" r ON r."id" = h."id"
      WHERE h."what" = 'relation' AND who IN (r."doctorsUserId", r."patientsUserId");
  IF FOUND THEN RETURN 2; END IF;
  UPDATE public."User" SET "name" = 'Erased', "email" = 'erased-' || "id" || '@erased.invalid', "password" = '!',
      "isActive" = false, "updatedAt" = coalesce(wall, quickclinic.now_utc())
    WHERE "id" = who;
  IF NOT FOUND THEN RETURN 0; END IF;
  IF to_regclass('public."Notification"') IS NOT NULL THEN
    DELETE FROM public."Notification" WHERE "userId" = who;
  END IF;
  DELETE FROM quickclinic.read_state WHERE "userId" = who;
  RETURN 1;
END
$$;
)sql";

}  // namespace quickclinic::store
