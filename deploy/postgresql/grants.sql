-- What each service may do, and nothing else: run by psql as user_domain_owner after every migration. One transaction, so that no running
-- service is without its rights in between. Rows that a deleted row takes with it need no right.
\set ON_ERROR_STOP on
BEGIN;

REVOKE ALL ON ALL TABLES IN SCHEMA identity, sessions, audit FROM identity_server, profile_api, role_api, session_api, audit_api;
GRANT USAGE ON SCHEMA identity, sessions TO identity_server, profile_api, role_api, session_api;
GRANT USAGE ON SCHEMA audit TO audit_api;
GRANT SELECT ON public.__identity_migrations TO identity_server, profile_api, role_api, session_api;
GRANT SELECT ON public.__audit_migrations TO audit_api;

-- Every service that changes something tells of it, works alone on some tasks, and remembers what it has answered.
GRANT SELECT, INSERT, UPDATE, DELETE ON identity.outbox_messages, identity.leases, identity.idempotency_records
  TO identity_server, profile_api, role_api, session_api;
GRANT SELECT, INSERT ON sessions.revocations TO identity_server, profile_api, role_api, session_api;

-- What is revoked stays so: an entry goes when every token it names has expired.
GRANT DELETE ON sessions.revocations TO identity_server;
ALTER TABLE sessions.revocations ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS read ON sessions.revocations;
DROP POLICY IF EXISTS add ON sessions.revocations;
DROP POLICY IF EXISTS delete_expired ON sessions.revocations;
CREATE POLICY read ON sessions.revocations FOR SELECT USING (true);
CREATE POLICY add ON sessions.revocations FOR INSERT WITH CHECK (true);
CREATE POLICY delete_expired ON sessions.revocations FOR DELETE USING (expires_at < now());

-- The only one that reads signing keys, and the only one that changes clients.
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA identity TO identity_server;
GRANT SELECT, INSERT, UPDATE, DELETE ON sessions.sessions, sessions.session_authorizations, sessions.logout_notices TO identity_server;

GRANT SELECT, INSERT, UPDATE, DELETE ON identity.users, identity.user_claims, identity.user_logins, identity.user_tokens, identity.one_time_codes TO profile_api;
GRANT SELECT, DELETE ON identity.group_members, identity.role_assignments TO profile_api;
GRANT SELECT ON identity.roles, identity.role_permissions, identity.role_inclusions, identity.permissions, identity.groups TO profile_api;
-- A row is locked by writing its version as it is.
GRANT UPDATE (version) ON identity.roles TO profile_api;
GRANT SELECT, UPDATE, DELETE ON identity.authorizations, identity.tokens, sessions.sessions TO profile_api;
GRANT SELECT ON sessions.session_authorizations TO profile_api;
-- Whoever closes a session notes the clients that have to be told; where each is told is among its settings.
GRANT SELECT (client_id, settings) ON identity.clients TO profile_api, session_api;
GRANT INSERT ON sessions.logout_notices TO profile_api, session_api;

GRANT SELECT, INSERT, UPDATE, DELETE ON identity.roles, identity.role_permissions, identity.role_inclusions, identity.permissions, identity.groups,
  identity.group_members, identity.role_assignments TO role_api;
GRANT SELECT ON identity.users TO role_api;
GRANT SELECT (id, client_id, display_name) ON identity.clients TO role_api;
-- A role that asks for shorter sessions shortens those that are open.
GRANT SELECT (user_id, created_at, last_seen_at, idle_expires_at, expires_at, closed_at), UPDATE (idle_expires_at, expires_at) ON sessions.sessions TO role_api;

GRANT SELECT, INSERT, UPDATE ON sessions.sessions TO session_api;
GRANT SELECT, UPDATE ON identity.authorizations, identity.tokens TO session_api;
GRANT SELECT ON sessions.session_authorizations TO session_api;
GRANT UPDATE (version) ON identity.users TO session_api;
GRANT SELECT (id, client_id, display_name) ON identity.clients TO session_api;
GRANT SELECT ON identity.users, identity.roles, identity.role_permissions, identity.role_inclusions, identity.permissions, identity.groups,
  identity.group_members, identity.role_assignments TO session_api;

-- An event that is there stays as it is, and so does what proves it.
GRANT SELECT, INSERT ON audit.audit_events, audit.audit_tree_tiles, audit.audit_heads, audit.audit_signing_keys TO audit_api;
-- Erasing somebody is to change the row of their key, which stays, and to delete the words they are found by.
GRANT SELECT, INSERT, UPDATE ON audit.subject_keys TO audit_api;
GRANT SELECT, INSERT, DELETE ON audit.audit_terms TO audit_api;
GRANT SELECT, INSERT, UPDATE, DELETE ON audit.webhooks, audit.webhook_secrets, audit.webhook_deliveries, audit.delivery_progress, audit.audit_leases,
  audit.audit_idempotency_records TO audit_api;

COMMIT;
