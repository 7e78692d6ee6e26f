-- The logins of the services and the schemas of the owner, who alone may change tables. Run by psql as a superuser or, on a managed
-- server, as its administrator, connected to the database; again to change passwords. Passwords come from the environment.
\set ON_ERROR_STOP on
\getenv owner OWNER_PASSWORD
\getenv identity_server IDENTITY_SERVER_PASSWORD
\getenv profile_api PROFILE_API_PASSWORD
\getenv role_api ROLE_API_PASSWORD
\getenv session_api SESSION_API_PASSWORD
\getenv audit_api AUDIT_API_PASSWORD

SELECT format('CREATE ROLE %I LOGIN', name)
FROM unnest(ARRAY['user_domain_owner', 'identity_server', 'profile_api', 'role_api', 'session_api', 'audit_api']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec

ALTER ROLE user_domain_owner PASSWORD :'owner';
ALTER ROLE identity_server PASSWORD :'identity_server';
ALTER ROLE profile_api PASSWORD :'profile_api';
ALTER ROLE role_api PASSWORD :'role_api';
ALTER ROLE session_api PASSWORD :'session_api';
ALTER ROLE audit_api PASSWORD :'audit_api';

SELECT format('GRANT CONNECT, CREATE ON DATABASE %I TO user_domain_owner', current_database()) \gexec
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT CREATE, USAGE ON SCHEMA public TO user_domain_owner;
