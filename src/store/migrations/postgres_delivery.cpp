#include "store/migrations/postgres_steps.hpp"

namespace quickclinic::store {

// How far members' devices have received. What was read was received; the later of both counts.
const char* const postgres_delivery_step = R"sql(
CREATE TABLE quickclinic.delivery_state (
  "relationId" text NOT NULL,
  "userId" text NOT NULL,
  "messageId" text NOT NULL,
  "messageCreatedAt" timestamp(3) NOT NULL,
  "deliveredAt" timestamp(3) NOT NULL,
  PRIMARY KEY ("relationId", "userId")
) WITH (fillfactor = 70);

CREATE VIEW quickclinic.received AS
  SELECT DISTINCT ON (m."relationId", m."userId") m."relationId", m."userId", m."messageId", m."at"
    FROM (SELECT "relationId", "userId", "messageId", "messageCreatedAt", "deliveredAt" AS "at"
            FROM quickclinic.delivery_state
          UNION ALL
          SELECT "relationId", "userId", "messageId", "messageCreatedAt", "readAt"
            FROM quickclinic.read_state) m
    ORDER BY m."relationId", m."userId", m."messageCreatedAt" DESC, m."messageId" DESC, m."at";

CREATE FUNCTION quickclinic.mark_delivered(relation text, receiver text, message text, wall timestamp)
  RETURNS TABLE ("messageId" text, "at" timestamp, "advanced" boolean)
  LANGUAGE plpgsql
  AS $$
#variable_conflict use_column
DECLARE
  created timestamp;
BEGIN
  SELECT m."createdAt" INTO created FROM public."ChatMessages" m
    WHERE m."id" = message AND m."doctorPatientRelationId" = relation;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no such message in the relation' USING ERRCODE = 'no_data_found';
  END IF;
  PERFORM FROM public."DoctorPatientRelation" r
    WHERE r."id" = relation AND receiver IN (r."doctorsUserId", r."patientsUserId");
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no member of the relation' USING ERRCODE = 'foreign_key_violation';
  END IF;
  INSERT INTO quickclinic.delivery_state AS d ("relationId", "userId", "messageId", "messageCreatedAt", "deliveredAt")
    SELECT relation, receiver, message, created, coalesce(wall, quickclinic.now_utc())
      WHERE NOT EXISTS (SELECT FROM quickclinic.read_state r
        WHERE r."relationId" = relation AND r."userId" = receiver
          AND (r."messageCreatedAt", r."messageId") >= (created, message))
    ON CONFLICT ("relationId", "userId") DO UPDATE SET
      "messageId" = excluded."messageId",
      "messageCreatedAt" = excluded."messageCreatedAt",
      "deliveredAt" = excluded."deliveredAt"
    WHERE (excluded."messageCreatedAt", excluded."messageId") > (d."messageCreatedAt", d."messageId");
  advanced := FOUND;
  RETURN QUERY SELECT r."messageId", r."at"::timestamp, advanced FROM quickclinic.received r
    WHERE r."relationId" = relation AND r."userId" = receiver;
END
$$;

-- As before, and these marks too.
CREATE OR REPLACE FUNCTION quickclinic.erase_person(who text, wall timestamp) RETURNS bigint
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
  DELETE FROM quickclinic.delivery_state WHERE "userId" = who;
  RETURN 1;
END
$$;
)sql";

}  // namespace quickclinic::store
