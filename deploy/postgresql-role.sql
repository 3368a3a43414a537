-- The rights of a database role that serves, and no more: it makes no tables and no triggers, changes no message, and
-- adds to the audit record only. Run it as the owner of the database, after `quickclinic migrate`, and again after an
-- upgrade:
--
--   psql -v role=quickclinic -f deploy/postgresql-role.sql "$DATABASE_URL"
GRANT USAGE ON SCHEMA public, quickclinic TO :"role";

GRANT SELECT ON public."User", public."Doctor", public."Patient", public."DoctorPatientRelation",
  public."ChatMessages", public."Notification" TO :"role";
GRANT INSERT ON public."DoctorPatientRelation", public."ChatMessages", public."Notification" TO :"role";

GRANT SELECT ON ALL TABLES IN SCHEMA quickclinic TO :"role";
GRANT INSERT, UPDATE ON quickclinic.relation_state, quickclinic.read_state, quickclinic.delivery_state,
  quickclinic.revoked_token TO :"role";
GRANT DELETE ON quickclinic.revoked_token TO :"role";
GRANT INSERT ON quickclinic.audit TO :"role";

-- For `POST /api/notifications/appointment`, where there are appointments.
SELECT format('GRANT SELECT ON public.%I TO %I', relname, :'role') FROM pg_class
  WHERE relnamespace = 'public'::regnamespace AND relname IN ('Appointment', 'Slot', 'Location') \gexec
