-- What a service has that was used for a while: 1 million users, each with a session and a grant in it, and 5 million tokens that still live. A figure of an empty database says
-- nothing of one of these.
SET synchronous_commit = off;

-- Keys are made in the order of time, as the product makes them.
CREATE FUNCTION pg_temp.key_of(number bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex(1790000000000 + number), 12, '0') || '7' || substr(md5(number::text), 1, 3) || '8' || substr(md5(number::text), 4, 15))::uuid
$$;

INSERT INTO identity.clients (id, client_id, client_type) VALUES (pg_temp.key_of(0), 'grown', 'public');

INSERT INTO identity.users (id, attributes, created_at, updated_at, version, user_name, normalized_user_name, email, normalized_email, display_name, normalized_display_name,
    email_confirmed, phone_number_confirmed, two_factor_enabled, lockout_enabled, access_failed_count)
SELECT pg_temp.key_of(n), '{}', now(), now(), 1, 'grown-' || n, 'GROWN-' || n, 'grown-' || n || '@example.test', 'GROWN-' || n || '@EXAMPLE.TEST', 'Grown ' || n % 1000, 'GROWN ' || n % 1000, true, false, false, false, 0
FROM generate_series(1, 1000000) AS n;

INSERT INTO sessions.sessions (id, handle_hash, user_id, created_at, authenticated_at, last_seen_at, idle_expires_at, expires_at, authentication_methods)
SELECT pg_temp.key_of(n), sha256(n::text::bytea), pg_temp.key_of(n), now(), now(), now(), now() + interval '1 hour', now() + interval '12 hours', 'pwd'
FROM generate_series(1, 1000000) AS n;

INSERT INTO identity.authorizations (id, application_id, concurrency_token, creation_date, scopes, status, subject, type)
SELECT pg_temp.key_of(n), pg_temp.key_of(0), n::text, now(), '["openid","offline_access"]', 'valid', pg_temp.key_of(n)::text, 'ad-hoc'
FROM generate_series(1, 1000000) AS n;

INSERT INTO sessions.session_authorizations (session_id, authorization_id, client_id)
SELECT pg_temp.key_of(n), pg_temp.key_of(n), 'grown' FROM generate_series(1, 1000000) AS n;

INSERT INTO identity.tokens (id, application_id, authorization_id, concurrency_token, creation_date, expiration_date, payload, redemption_date, reference_id, status, subject, type)
SELECT pg_temp.key_of(n), pg_temp.key_of(0), pg_temp.key_of(1 + n % 1000000), n::text, now(), now() + interval '7 days', NULL,
    CASE WHEN n <= 4000000 THEN now() END, encode(sha256(n::text::bytea), 'base64'), CASE WHEN n <= 4000000 THEN 'redeemed' ELSE 'valid' END,
    pg_temp.key_of(1 + n % 1000000)::text, 'urn:ietf:params:oauth:token-type:refresh_token'
FROM generate_series(1, 5000000) AS n;

RESET synchronous_commit;
VACUUM ANALYZE;
CHECKPOINT;
