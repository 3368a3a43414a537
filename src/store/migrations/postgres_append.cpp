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
// The batch stands in the audit record as row `number` of `chain`, behind a row with the hash
// `before` (chat/audit_chain.hpp); row 1 is the chain's first, and the batch the next. Where rows of
// batches whose answers were lost stand there already, this one follows them; the lock lets the last
// of those come to its end. The number and the hash of its row are answered at place 0, when there
// was something to record.
//
// Planning the one long statement costs more than running it, and no value in it makes another plan
// better; with few relations at the time of planning the plan must not be a scan of all of them.
const char* const postgres_append_step = R"sql(
CREATE FUNCTION quickclinic.append(ids text[], relations text[], senders text[], texts text[], wall timestamp,
                                   addresses text[], chain text, number bigint, before text)
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

  RETURN QUERY
  WITH asked AS MATERIALIZED (
    SELECT a.*, h.doctor, h.last, h.relation IS NOT NULL AS held, a.sender IN (h.doctor, h.patient) AS member
      FROM unnest(ids, relations, senders, texts, addresses) WITH ORDINALITY
        AS a (id, relation, sender, body, address, place)
      LEFT JOIN unnest(held, doctors, patients, lasts) AS h (relation, doctor, patient, last)
        ON h.relation = a.relation
  ), numbered AS (
    SELECT a.*, (row_number() OVER (PARTITION BY a.relation ORDER BY a.place) - 1) * interval '1 ms' AS behind
      FROM asked a WHERE a.member
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
  ), answered AS (
    SELECT a.*, i.created, e."createdAt" AS known_created, e."doctorPatientRelationId" AS known_relation,
        e."senderId" AS known_sender, e."text" AS known_text,
        row_number() OVER (PARTITION BY a.id ORDER BY a.place) = 1 AS first
      FROM asked a LEFT JOIN stored i ON i."id" = a.id
      LEFT JOIN public."ChatMessages" e ON e."id" = a.id
  ), outcomes AS MATERIALIZED (
    SELECT a.place, a.id, a.relation, a.sender, a.address,
        CASE WHEN a.created IS NOT NULL AND a.first THEN 1
             WHEN a.created IS NOT NULL OR a.known_created IS NOT NULL THEN 2
             WHEN a.held AND a.member THEN 3
             WHEN a.held THEN 4
             WHEN EXISTS (SELECT FROM public."DoctorPatientRelation" r WHERE r."id" = a.relation) THEN 3
             ELSE 4 END AS outcome,
        coalesce(a.created, a.known_created) AS created,
        coalesce(max(a.created) FILTER (WHERE a.first) OVER (PARTITION BY a.relation ORDER BY a.place
                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), a.last) AS previous,
        coalesce(a.known_relation, a.relation) AS known_relation,
        coalesce(a.known_sender, a.sender) AS known_sender,
        coalesce(a.known_text, CASE WHEN a.created IS NOT NULL AND NOT a.first THEN
          (SELECT b.body FROM asked b WHERE b.id = a.id ORDER BY b.place LIMIT 1) END) AS known_text
      FROM answered a
  ), sent AS (
    SELECT '[' || string_agg(json_build_array((extract(epoch FROM moment) * 1000)::bigint, o.sender, o.relation,
          o.id, o.address, CASE o.outcome WHEN 1 THEN 'ok' ELSE 'repeated' END)::text, ',' ORDER BY o.place) || ']'
          AS detail
      FROM outcomes o
      WHERE o.outcome IN (1, 2) AND (o.known_relation, o.known_sender) = (o.relation, o.sender)
  ), linked AS (
    SELECT s.detail, quickclinic.row_hash(before, chain, number, moment, 'send', s.detail) AS hash
      FROM sent s WHERE s.detail IS NOT NULL
  ), recorded AS (
    INSERT INTO quickclinic.audit
        ("chain", "number", "at", "action", "actor", "relation", "subject", "address", "result", "detail", "hash")
      SELECT chain, number, moment, 'send', '', '', '', '', 'ok', l.detail, l.hash FROM linked l
      RETURNING "hash"
  )
  SELECT 0::bigint, number, NULL::timestamp, NULL::timestamp, NULL, NULL, r."hash" FROM recorded r
  UNION ALL
  SELECT o.place, o.outcome::bigint, o.created, o.previous, o.known_relation, o.known_sender, o.known_text
    FROM outcomes o;
END
$$;
)sql";

}  // namespace quickclinic::store
