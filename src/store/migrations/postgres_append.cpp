#include "store/migrations/postgres_steps.hpp"

namespace quickclinic::store {

// What happened, for auditors (docs/audit.md): rows are added and never change. Sends of a batch
// share a row, which is of no relation and no actor; the partial indexes leave it out.
const char* const postgres_audit_step = R"sql(
CREATE TABLE quickclinic.audit (
  "chain" text COLLATE "C" NOT NULL,
  "number" bigint NOT NULL,
  "at" timestamp(3) NOT NULL,
  "action" text NOT NULL,
  "actor" text NOT NULL,
  "relation" text NOT NULL,
  "subject" text NOT NULL,
  "address" text NOT NULL,
  "result" text NOT NULL,
  "detail" text NOT NULL,
  "hash" text NOT NULL,
  PRIMARY KEY ("chain", "number")
);
CREATE INDEX audit_time ON quickclinic.audit ("at", "chain", "number");
CREATE INDEX audit_relation ON quickclinic.audit ("relation", "at", "chain", "number") WHERE "relation" <> '';
CREATE INDEX audit_actor ON quickclinic.audit ("actor", "at", "chain", "number") WHERE "actor" <> '';

CREATE FUNCTION quickclinic.refuse_change() RETURNS trigger LANGUAGE plpgsql
  AS $$ BEGIN RAISE EXCEPTION 'the audit record is only ever added to'; END $$;
CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON quickclinic.audit
  FOR EACH ROW EXECUTE FUNCTION quickclinic.refuse_change();
CREATE TRIGGER audit_no_truncation BEFORE TRUNCATE ON quickclinic.audit
  FOR EACH STATEMENT EXECUTE FUNCTION quickclinic.refuse_change();

-- Each column as its length, a colon and its text. Not in SQL, whose functions are parsed anew in every transaction.
CREATE FUNCTION quickclinic.row_hash(before text, chain text, number bigint, moment timestamp, action text, detail text)
  RETURNS text LANGUAGE plpgsql IMMUTABLE
  AS $$
DECLARE
  numbered text := number;
  at text := (extract(epoch FROM moment) * 1000)::bigint;
BEGIN
  RETURN encode(sha256(convert_to(octet_length(before) || ':' || before || octet_length(chain) || ':' || chain
    || length(numbered) || ':' || numbered || length(at) || ':' || at || octet_length(action) || ':' || action
    || '0:0:0:0:2:ok' || octet_length(detail) || ':' || detail, 'UTF8')), 'hex');
END
$$;

-- The first row of a chain names the ends of others that nobody has named as they are now.
CREATE FUNCTION quickclinic.open_chain(chain text, moment timestamp) RETURNS text LANGUAGE plpgsql
  AS $$
#variable_conflict use_variable
DECLARE
  detail text;
BEGIN
  SELECT '[' || coalesce(string_agg(json_build_array(h."chain", h."number", h."hash")::text, ','), '') || ']' INTO detail
    FROM (SELECT e.* FROM quickclinic.audit o, LATERAL (
            SELECT a."chain", a."number", a."hash" FROM quickclinic.audit a WHERE a."chain" = o."chain"
              ORDER BY a."number" DESC LIMIT 1) e
          WHERE o."number" = 1) h
    LEFT JOIN (SELECT n ->> 0 AS "chain", max((n ->> 1)::bigint) AS "number"
               FROM quickclinic.audit o, jsonb_array_elements(o."detail"::jsonb) n WHERE o."number" = 1
               GROUP BY 1) named ON named."chain" = h."chain" AND named."number" >= h."number"
    WHERE named."chain" IS NULL;
  INSERT INTO quickclinic.audit
      ("chain", "number", "at", "action", "actor", "relation", "subject", "address", "result", "detail", "hash")
    VALUES (chain, 1, moment, 'chain_opened', '', '', '', '', 'ok', detail,
            quickclinic.row_hash('', chain, 1, moment, 'chain_opened', detail))
    ON CONFLICT DO NOTHING;
  RETURN (SELECT a."hash" FROM quickclinic.audit a WHERE a."chain" = chain AND a."number" = 1);
END
$$;
)sql";

// A batch of messages. A relation whose state another transaction has locked is left out (outcome
// 3) instead of making the others wait. Under the lock of the state everything that was committed
// in the relation is seen, so that the order of times is the order of commits.
//
// Outcomes: 1 stored, 2 there already, 3 locked, 4 the relation is not there or the sender no
// member.
//
// `behind` counts the messages of the same relation before each one. `previous` is where the
// relation stood before the batch.
//
// The batch stands in the audit record as row `number` of `chain`, behind a row with the hash
// `before` (chat/audit_chain.hpp); `entries` are the JSON texts of sender, relation, message and
// address, with commas. Row 1 is the chain's first, and the batch the next. Where rows of batches
// whose answers were lost stand there already, this one follows them; the key of the table lets the
// last of those come to its end. The number and the hash of its row are answered at place 0, before
// all others, when there was something to record.
//
// Whatever else somebody may have locked, a person for instance, is waited for briefly.
//
// As a rule every message is stored, and nothing else is looked for: whether one is there already
// the key of the table says, and then all that the batch inserted is undone and inserted again with
// an eye on each. Each statement costs more to begin than to carry out for a message, so there are
// few, and the arrays of what belongs together are as long as the batch and need no join. Planning
// costs more still, and no value makes another plan better; with few relations at the time of
// planning the plan must not be a scan of all of them.
const char* const postgres_append_step = R"sql(
CREATE OR REPLACE FUNCTION quickclinic.append(ids text[], relations text[], senders text[], texts text[],
                                              behind bigint[], wall timestamp, entries text[], chain text, number bigint,
                                              before text)
  RETURNS TABLE ("place" bigint, "outcome" bigint, "created" timestamp, "previous" timestamp,
                 "relation" text, "sender" text, "body" text)
  LANGUAGE plpgsql
  SET quickclinic.writer = 'on'
  SET plan_cache_mode = 'force_generic_plan'
  SET enable_seqscan = 'off'
  SET lock_timeout = '250ms'
  AS $$
#variable_conflict use_column
DECLARE
  held bigint;
  may_write bigint;
  doctors text[];
  patients text[];
  lasts timestamp[];
  times timestamp[];
  stored_ids text[];
  stored_relations text[];
  stored_senders text[];
  stored_doctors text[];
  stored_times timestamp[];
  all_stored boolean;
  detail text;
  hash text;
  moment timestamp := coalesce(wall, quickclinic.now_utc());
  at text := (extract(epoch FROM moment) * 1000)::bigint;
BEGIN
  FOR attempt IN 1..2 LOOP
    SELECT count(s."doctor"), count(*) FILTER (WHERE a.sender IN (s."doctor", s."patient")),
        array_agg(s."doctor"), array_agg(s."patient"), array_agg(s."lastCreatedAt"),
        array_agg(greatest(moment, s."lastCreatedAt" + interval '1 ms') + a.behind * interval '1 ms')
      INTO held, may_write, doctors, patients, lasts, times
      FROM unnest(relations, senders, behind) AS a (relation, sender, behind)
      LEFT JOIN LATERAL (SELECT * FROM quickclinic.relation_state x WHERE x."relationId" = a.relation
                           FOR UPDATE SKIP LOCKED) s ON true;
    EXIT WHEN attempt = 2 OR held = cardinality(relations);
    PERFORM quickclinic.add_states(relations, waits => false);
  END LOOP;

  all_stored := may_write = cardinality(ids);
  IF all_stored THEN
    BEGIN
      INSERT INTO public."ChatMessages"
          ("id", "doctorPatientRelationId", "text", "senderId", "createdAt", "updatedAt")
        SELECT a.id, a.relation, a.body, a.sender, a.time, a.time
          FROM unnest(ids, relations, senders, texts, times) AS a (id, relation, sender, body, time);
    EXCEPTION WHEN unique_violation THEN
      all_stored := false;
    END;
  END IF;
  IF all_stored THEN
    stored_ids := ids;
    stored_relations := relations;
    stored_senders := senders;
    stored_doctors := doctors;
    stored_times := times;
    detail := '[' || at || ',' || array_to_string(entries, ',"ok"],[' || at || ',') || ',"ok"]';
  ELSE
    WITH stored AS (
      INSERT INTO public."ChatMessages"
          ("id", "doctorPatientRelationId", "text", "senderId", "createdAt", "updatedAt")
        SELECT a.id, a.relation, a.body, a.sender, a.time, a.time
          FROM unnest(ids, relations, senders, texts, doctors, patients, times)
              AS a (id, relation, sender, body, doctor, patient, time)
          WHERE a.sender IN (a.doctor, a.patient)
        ON CONFLICT ("id") DO NOTHING
        RETURNING "id", "doctorPatientRelationId" AS relation, "senderId" AS sender, "createdAt" AS created
    )
    SELECT array_agg(i."id"), array_agg(i.relation), array_agg(i.sender), array_agg(i.created)
      INTO stored_ids, stored_relations, stored_senders, stored_times FROM stored i;
    SELECT array_agg(h.doctor ORDER BY i.place) INTO stored_doctors
      FROM unnest(stored_relations) WITH ORDINALITY AS i (relation, place)
      JOIN (SELECT DISTINCT * FROM unnest(relations, doctors) AS u (relation, doctor)) h ON h.relation = i.relation;
    SELECT string_agg('[' || at || ',' || a.entry || ','
          || CASE WHEN i.id IS NULL OR NOT a.first THEN '"repeated"' ELSE '"ok"' END || ']', ',' ORDER BY a.place)
        INTO detail
      FROM (SELECT b.*, row_number() OVER (PARTITION BY b.id ORDER BY b.place) = 1 AS first
              FROM unnest(ids, relations, senders, entries) WITH ORDINALITY
                AS b (id, relation, sender, entry, place)) a
      LEFT JOIN unnest(stored_ids) AS i (id) ON i.id = a.id
      JOIN public."ChatMessages" e ON e."id" = a.id
        AND (e."doctorPatientRelationId", e."senderId") = (a.relation, a.sender);
  END IF;

  UPDATE quickclinic.relation_state s SET
      "messages" = s."messages" + g.added,
      "lastCreatedAt" = g.created,
      "lastMessageId" = stored_ids[g.newest],
      "doctorUnread" = s."doctorUnread" + g.added - g.by_doctor,
      "patientUnread" = s."patientUnread" + g.by_doctor
    FROM (SELECT i.relation, count(*) AS added, max(i.created) AS created, max(i.place) AS newest,
              count(*) FILTER (WHERE i.sender = i.doctor) AS by_doctor
            FROM unnest(stored_relations, stored_senders, stored_doctors, stored_times) WITH ORDINALITY
              AS i (relation, sender, doctor, created, place)
            GROUP BY i.relation) g
    WHERE s."relationId" = g.relation;

  IF detail IS NOT NULL THEN
    detail := '[' || detail || ']';
    IF number = 1 THEN
      before := quickclinic.open_chain(chain, moment);
      number := 2;
    END IF;
    LOOP
      hash := quickclinic.row_hash(before, chain, number, moment, 'send', detail);
      INSERT INTO quickclinic.audit
          ("chain", "number", "at", "action", "actor", "relation", "subject", "address", "result", "detail", "hash")
        VALUES (chain, number, moment, 'send', '', '', '', '', 'ok', detail, hash)
        ON CONFLICT DO NOTHING;
      EXIT WHEN FOUND;
      SELECT a."hash" INTO STRICT before FROM quickclinic.audit a
        WHERE a."chain" = append.chain AND a."number" = append.number;
      number := number + 1;
    END LOOP;
    place := 0;
    outcome := number;
    body := hash;
    RETURN NEXT;
  END IF;

  IF all_stored THEN
    RETURN QUERY
      SELECT a.place, 1::bigint, a.created, a.last, NULL::text, NULL::text, NULL::text
        FROM unnest(stored_times, lasts) WITH ORDINALITY AS a (created, last, place);
  ELSE
    RETURN QUERY
    WITH answered AS (
      SELECT a.*, a.doctor IS NOT NULL AS held, a.sender IN (a.doctor, a.patient) AS member, i.created,
          e."createdAt" AS known_created, e."doctorPatientRelationId" AS known_relation,
          e."senderId" AS known_sender, e."text" AS known_text,
          row_number() OVER (PARTITION BY a.id ORDER BY a.place) = 1 AS first
        FROM unnest(ids, relations, senders, texts, doctors, patients, lasts) WITH ORDINALITY
          AS a (id, relation, sender, body, doctor, patient, last, place)
        LEFT JOIN unnest(stored_ids, stored_times) AS i (id, created) ON i.id = a.id
        LEFT JOIN public."ChatMessages" e ON e."id" = a.id
    )
    SELECT a.place,
        CASE WHEN a.created IS NOT NULL AND a.first THEN 1
             WHEN a.known_created IS NOT NULL THEN 2
             WHEN a.held AND a.member THEN 3
             WHEN a.held THEN 4
             WHEN EXISTS (SELECT FROM public."DoctorPatientRelation" r WHERE r."id" = a.relation) THEN 3
             ELSE 4 END::bigint,
        a.known_created, a.last, a.known_relation, a.known_sender, a.known_text
      FROM answered a ORDER BY a.place;
  END IF;
END
$$;
)sql";

}  // namespace quickclinic::store
