"""A service built with Authlib. It has a secret if it is given one, and proves itself with a key if not.

Prints its key, reads its settings as one line; prints {"done": ...} at the end.
"""
from authlib.integrations.requests_client import OAuthError

from program import discover, new_key, read, session_of, tell

key = new_key()
tell(key=key.as_dict())

settings = read()
provider = discover(settings["issuer"])


def token_for(secret):
    session = session_of(settings["clientId"], secret, scope="users:read")
    return session, session.fetch_token(provider["token_endpoint"], grant_type="client_credentials")["access_token"]


def is_active(token):
    return session.introspect_token(provider["introspection_endpoint"], token=token, token_type_hint="access_token").json()["active"]


session, token = token_for(settings["clientSecret"] or key)
alive = is_active(token)
revoked = session.revoke_token(provider["revocation_endpoint"], token=token, token_type_hint="access_token").status_code
ended = is_active(token)
try:
    token_for("another-secret-of-32-characters-00" if settings["clientSecret"] else new_key())
    refused = None
except OAuthError as error:
    refused = error.error

tell(done={"alive": alive, "revoked": revoked, "ended": ended, "refused": refused})
