#include "store/migrations/postgres.hpp"
#include "store/migrations/postgres_steps.hpp"

namespace quickclinic::store {

// What others write. A message of theirs whose time is not past the one before it, because their
// clock is a little behind ours, gets the next one; an old one that is brought from elsewhere stays
// as it is and is told to nobody. The functions have the rights of whoever made them, since the web
// application has none here, and never fail its insert.
const char* const postgres_others_step = R"sql(
CREATE FUNCTION quickclinic.before_message() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  last timestamp;
BEGIN
  PERFORM quickclinic.add_states(ARRAY[NEW."doctorPatientRelationId"], waits => true);
  SELECT s."lastCreatedAt" INTO last FROM quickclinic.relation_state s
    WHERE s."relationId" = NEW."doctorPatientRelationId" FOR UPDATE;
  IF NEW."createdAt" <= last AND NEW."createdAt" > last - interval '10 seconds' THEN
    NEW."createdAt" := last + interval '1 ms';
  END IF;
  RETURN NEW;
END
$$;

-- Whether a message of a sender's stands behind what a member has read.
CREATE FUNCTION quickclinic.is_unread(relation text, member text, sender text, created timestamp, message text)
  RETURNS boolean LANGUAGE sql STABLE
  AS $$
    SELECT sender <> member AND NOT EXISTS (
      SELECT FROM quickclinic.read_state r WHERE r."relationId" = relation AND r."userId" = member
        AND (r."messageCreatedAt", r."messageId") >= (created, message))
  $$;

CREATE FUNCTION quickclinic.after_message() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
DECLARE
  state quickclinic.relation_state;
BEGIN
  SELECT * INTO state FROM quickclinic.relation_state s
    WHERE s."relationId" = NEW."doctorPatientRelationId" FOR UPDATE;
  IF NOT FOUND THEN RETURN NULL; END IF;
  UPDATE quickclinic.relation_state s SET
      "messages" = s."messages" + 1,
      "lastMessageId" = CASE WHEN NEW."createdAt" > s."lastCreatedAt" THEN NEW."id" ELSE s."lastMessageId" END,
      "lastCreatedAt" = greatest(s."lastCreatedAt", NEW."createdAt"),
      "doctorUnread" = s."doctorUnread"
        + quickclinic.is_unread(s."relationId", s."doctor", NEW."senderId", NEW."createdAt", NEW."id")::int,
      "patientUnread" = s."patientUnread"
        + quickclinic.is_unread(s."relationId", s."patient", NEW."senderId", NEW."createdAt", NEW."id")::int
    WHERE s."relationId" = state."relationId";
  IF NEW."createdAt" > state."lastCreatedAt" AND octet_length(state."relationId") < 7000 THEN
    PERFORM pg_notify('quickclinic', 'm ' || (extract(epoch FROM NEW."createdAt") * 1000)::bigint
      || ' ' || state."relationId");
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION quickclinic.after_message_gone() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
BEGIN
  PERFORM FROM quickclinic.relation_state s WHERE s."relationId" = OLD."doctorPatientRelationId" FOR UPDATE;
  UPDATE quickclinic.relation_state s SET
      "messages" = s."messages" - 1,
      "lastMessageId" = CASE WHEN s."lastMessageId" <> OLD."id" THEN s."lastMessageId" ELSE
        (SELECT m."id" FROM public."ChatMessages" m WHERE m."doctorPatientRelationId" = s."relationId"
           ORDER BY m."createdAt" DESC, m."id" DESC LIMIT 1) END,
      "doctorUnread" = s."doctorUnread"
        - quickclinic.is_unread(s."relationId", s."doctor", OLD."senderId", OLD."createdAt", OLD."id")::int,
      "patientUnread" = s."patientUnread"
        - quickclinic.is_unread(s."relationId", s."patient", OLD."senderId", OLD."createdAt", OLD."id")::int
    WHERE s."relationId" = OLD."doctorPatientRelationId";
  RETURN NULL;
END
$$;

CREATE FUNCTION quickclinic.after_notification() RETURNS trigger
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
  AS $$
BEGIN
  IF octet_length(NEW."id") < 7000 THEN
    PERFORM pg_notify('quickclinic', 'n ' || NEW."id");
  END IF;
  RETURN NULL;
END
$$;
)sql";

// What the states are when everything is counted, of some relations or of all (null).
const char* const postgres_counting_step = R"sql(
CREATE FUNCTION quickclinic.count_again(relations text[]) RETURNS void LANGUAGE sql
  AS $$
    INSERT INTO quickclinic.relation_state AS s
        ("relationId", "doctor", "patient", "messages", "lastCreatedAt", "lastMessageId", "doctorUnread", "patientUnread")
      SELECT r."id", r."doctorsUserId", r."patientsUserId", count(*), max(m."createdAt"),
          (array_agg(m."id" ORDER BY m."createdAt" DESC, m."id" DESC))[1],
          count(*) FILTER (WHERE m."senderId" <> r."doctorsUserId" AND (d."messageId" IS NULL
            OR (m."createdAt", m."id") > (d."messageCreatedAt", d."messageId"))),
          count(*) FILTER (WHERE m."senderId" <> r."patientsUserId" AND (p."messageId" IS NULL
            OR (m."createdAt", m."id") > (p."messageCreatedAt", p."messageId")))
        FROM public."DoctorPatientRelation" r
        JOIN public."ChatMessages" m ON m."doctorPatientRelationId" = r."id"
        LEFT JOIN quickclinic.read_state d ON d."relationId" = r."id" AND d."userId" = r."doctorsUserId"
        LEFT JOIN quickclinic.read_state p ON p."relationId" = r."id" AND p."userId" = r."patientsUserId"
        WHERE relations IS NULL OR r."id" = ANY (relations)
        GROUP BY r."id"
      ON CONFLICT ("relationId") DO UPDATE SET
        "messages" = excluded."messages",
        "lastCreatedAt" = greatest(s."lastCreatedAt", excluded."lastCreatedAt"),
        "lastMessageId" = excluded."lastMessageId",
        "doctorUnread" = excluded."doctorUnread",
        "patientUnread" = excluded."patientUnread"
  $$;
)sql";

// Our own writers say who they are and keep the states themselves. Making a trigger keeps other
// writers out until the end of the transaction, so that everything is counted once.
const char* const postgres_triggers = R"sql(
CREATE TRIGGER quickclinic_before_message BEFORE INSERT ON public."ChatMessages" FOR EACH ROW
  WHEN (current_setting('quickclinic.writer', true) IS DISTINCT FROM 'on')
  EXECUTE FUNCTION quickclinic.before_message();
CREATE TRIGGER quickclinic_after_message AFTER INSERT ON public."ChatMessages" FOR EACH ROW
  WHEN (current_setting('quickclinic.writer', true) IS DISTINCT FROM 'on')
  EXECUTE FUNCTION quickclinic.after_message();
CREATE TRIGGER quickclinic_after_message_gone AFTER DELETE ON public."ChatMessages" FOR EACH ROW
  EXECUTE FUNCTION quickclinic.after_message_gone();
DO $$ BEGIN
  IF to_regclass('public."Notification"') IS NOT NULL THEN
    CREATE TRIGGER quickclinic_after_notification AFTER INSERT ON public."Notification" FOR EACH ROW
      WHEN (current_setting('quickclinic.writer', true) IS DISTINCT FROM 'on')
      EXECUTE FUNCTION quickclinic.after_notification();
  END IF;
END $$;
SELECT quickclinic.count_again(NULL)
)sql";

}  // namespace quickclinic::store
