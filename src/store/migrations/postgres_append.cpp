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

-- A column as it goes into a row's hash.
CREATE FUNCTION quickclinic.part(column_text text) RETURNS text LANGUAGE sql IMMUTABLE
  AS $$ SELECT octet_length(column_text)::text || ':' || column_text $$;

CREATE FUNCTION quickclinic.row_hash(before text, chain text, number bigint, moment timestamp, action text, detail text)
  RETURNS text LANGUAGE sql IMMUTABLE
  AS $$
    SELECT encode(sha256(convert_to(quickclinic.part(before) || quickclinic.part(chain)
      || quickclinic.part(number::text) || quickclinic.part((extract(epoch FROM moment) * 1000)::bigint::text)
      || quickclinic.part(action) || '0:0:0:0:2:ok' || quickclinic.part(detail), 'UTF8')), 'hex')
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
// `previous` is where the relation stood before the batch.
//
// The batch stands in the audit record as row `number` of `chain`, behind a row with the hash
// `before` (chat/audit_chain.hpp); `entries` are the JSON texts of sender, relation, message and
// address, with commas. Row 1 is the chain's first, and the batch the next. Where rows of batches
// whose answers were lost stand there already, this one follows them; the lock lets the last of
// those come to its end. The number and the hash of its row are answered at place 0, when there was
// something to record.
//
// As a rule every message is stored, and nothing else is looked for. Planning the long statements
// costs more than running them, and no value in them makes another plan better; with few relations
// at the time of planning the plan must not be a scan of all of them.
const char* const postgres_append_step = R"sql(
CREATE FUNCTION quickclinic.append(ids text[], relations text[], senders text[], texts text[], wall timestamp,
                                   entries text[], chain text, number bigint, before text)
  RETURNS TABLE ("place" bigint, "outcome" bigint, "created" timestamp, "previous" timestamp,
                 "relation" text, "sender" text, "body" text)
  LANGUAGE plpgsql
  SET quickclinic.writer = 'on'
  SET plan_cache_mode = 'force_generic_plan'
  SET enable_seqscan = 'off'
  AS $$
#variable_conflict use_column
DECLARE
  held text[];
  doctors text[];
  patients text[];
  lasts timestamp[];
  last_hash text;
  stored_ids text[];
  stored_times timestamp[];
  detail text;
  moment timestamp := coalesce(wall, quickclinic.now_utc());
BEGIN
  FOR attempt IN 1..2 LOOP
    SELECT array_agg(s."relationId"), array_agg(s."doctor"), array_agg(s."patient"), array_agg(s."lastCreatedAt")
      INTO held, doctors, patients, lasts
      FROM (SELECT * FROM quickclinic.relation_state WHERE "relationId" = ANY (relations)
              ORDER BY "relationId" FOR UPDATE SKIP LOCKED) s;
    EXIT WHEN attempt = 2 OR cardinality(held) = (SELECT count(DISTINCT r) FROM unnest(relations) r);
    PERFORM quickclinic.add_states(relations, waits => false);
  END LOOP;
  PERFORM pg_advisory_xact_lock(hashtextextended(chain, 0));
  IF number = 1 THEN
    before := quickclinic.open_chain(chain, moment);
    number := 2;
  END IF;
  LOOP
    SELECT a."hash" INTO last_hash FROM quickclinic.audit a
      WHERE a."chain" = append.chain AND a."number" = append.number;
    EXIT WHEN NOT FOUND;
    before := last_hash;
    number := number + 1;
  END LOOP;

  WITH numbered AS (
    SELECT a.*, h.last, (row_number() OVER (PARTITION BY a.relation ORDER BY a.place) - 1) * interval '1 ms' AS behind
      FROM unnest(ids, relations, senders, texts) WITH ORDINALITY AS a (id, relation, sender, body, place)
      JOIN unnest(held, doctors, patients, lasts) AS h (relation, doctor, patient, last) ON h.relation = a.relation
      WHERE a.sender IN (h.doctor, h.patient)
  ), stored AS (
    INSERT INTO public."ChatMessages"
        ("id", "doctorPatientRelationId", "text", "senderId", "createdAt", "updatedAt")
      SELECT n.id, n.relation, n.body, n.sender, t.time, t.time
        FROM numbered n,
          LATERAL (SELECT greatest(moment, n.last + interval '1 ms') + n.behind AS time) t
        ORDER BY n.place
      ON CONFLICT ("id") DO NOTHING
      RETURNING "id", "doctorPatientRelationId" AS relation, "senderId" AS sender, "createdAt" AS created
  ), kept AS (
    UPDATE quickclinic.relation_state s SET
        "messages" = s."messages" + g.added,
        "lastCreatedAt" = g.created,
        "lastMessageId" = g.newest,
        "doctorUnread" = s."doctorUnread" + g.added - g.by_doctor,
        "patientUnread" = s."patientUnread" + g.by_doctor
      FROM (SELECT i.relation, count(*) AS added, max(i.created) AS created,
                (array_agg(i."id" ORDER BY i.created DESC))[1] AS newest,
                count(*) FILTER (WHERE i.sender = h.doctor) AS by_doctor
              FROM stored i JOIN unnest(held, doctors) AS h (relation, doctor) ON h.relation = i.relation
              GROUP BY i.relation) g
      WHERE s."relationId" = g.relation
  )
  SELECT array_agg(i."id"), array_agg(i.created) INTO stored_ids, stored_times FROM stored i;

  IF cardinality(stored_ids) = cardinality(ids) THEN
    SELECT string_agg('[' || (extract(epoch FROM moment) * 1000)::bigint || ',' || e || ',"ok"]', ',') INTO detail
      FROM unnest(entries) e;
    RETURN QUERY
      SELECT a.place, 1::bigint, a.created, h.last, NULL::text, NULL::text, NULL::text
        FROM unnest(stored_times, relations) WITH ORDINALITY AS a (created, relation, place)
        JOIN unnest(held, lasts) AS h (relation, last) ON h.relation = a.relation;
  ELSE
    RETURN QUERY
    WITH answered AS (
      SELECT a.*, h.last, h.relation IS NOT NULL AS held, a.sender IN (h.doctor, h.patient) AS member, i.created,
          e."createdAt" AS known_created, e."doctorPatientRelationId" AS known_relation,
          e."senderId" AS known_sender, e."text" AS known_text,
          row_number() OVER (PARTITION BY a.id ORDER BY a.place) = 1 AS first
        FROM unnest(ids, relations, senders, texts, entries) WITH ORDINALITY
          AS a (id, relation, sender, body, entry, place)
        LEFT JOIN unnest(held, doctors, patients, lasts) AS h (relation, doctor, patient, last)
          ON h.relation = a.relation
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
      FROM answered a;
    SELECT string_agg('[' || (extract(epoch FROM moment) * 1000)::bigint || ',' || a.entry || ','
          || CASE WHEN i.id IS NULL OR NOT a.first THEN '"repeated"' ELSE '"ok"' END || ']', ',' ORDER BY a.place)
        INTO detail
      FROM (SELECT b.*, row_number() OVER (PARTITION BY b.id ORDER BY b.place) = 1 AS first
              FROM unnest(ids, relations, senders, entries) WITH ORDINALITY
                AS b (id, relation, sender, entry, place)) a
      LEFT JOIN unnest(stored_ids) AS i (id) ON i.id = a.id
      JOIN public."ChatMessages" e ON e."id" = a.id
        AND (e."doctorPatientRelationId", e."senderId") = (a.relation, a.sender);
  END IF;
  IF detail IS NULL THEN RETURN; END IF;
  detail := '[' || detail || ']';
  last_hash := quickclinic.row_hash(before, chain, number, moment, 'send', detail);
  INSERT INTO quickclinic.audit
      ("chain", "number", "at", "action", "actor", "relation", "subject", "address", "result", "detail", "hash")
    VALUES (chain, number, moment, 'send', '', '', '', '', 'ok', detail, last_hash);
  RETURN QUERY SELECT 0::bigint, number, NULL::timestamp, NULL::timestamp, NULL::text, NULL::text, last_hash;
END
$$;
)sql";

}  // namespace quickclinic::store
