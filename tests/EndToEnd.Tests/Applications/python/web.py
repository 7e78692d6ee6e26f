"""A web application built with Authlib. It has a secret if it is given one, and proves itself with a key if not.

Prints its origin and its key, reads its settings as one line; prints {"open": URL} when the person has to go somewhere and {"done": ...} at the end.
"""
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuthError
from authlib.jose import JsonWebKey, JsonWebToken
from authlib.oidc.core import CodeIDToken

from program import Listener, discover, new_key, read, session_of, tell

listener = Listener()
key = new_key()
tell(origin=listener.origin, key=key.as_dict())

settings = read()
provider = discover(settings["issuer"])
session = session_of(
    settings["clientId"], settings["clientSecret"] or key, code_challenge_method="S256", redirect_uri=f"{listener.origin}/callback",
    scope="openid profile email offline_access profile:self")

verifier, nonce = generate_token(48), generate_token(20)
url, state = session.create_authorization_url(provider["authorization_endpoint"], code_verifier=verifier, nonce=nonce)
back = listener.visit(url, "/callback")
first = dict(session.fetch_token(provider["token_endpoint"], authorization_response=back, state=state, code_verifier=verifier))

keys = JsonWebKey.import_key_set(session.get(provider["jwks_uri"], withhold_token=True).json())
claims = JsonWebToken(["RS256"]).decode(
    first["id_token"], keys, claims_cls=CodeIDToken,
    claims_options={"iss": {"essential": True, "value": provider["issuer"]}, "aud": {"essential": True, "value": settings["clientId"]}},
    claims_params={"nonce": nonce, "client_id": settings["clientId"], "access_token": first["access_token"]})
claims.validate()

user_info = session.get(provider["userinfo_endpoint"]).json()
second = dict(session.refresh_token(provider["token_endpoint"], refresh_token=first["refresh_token"]))
me = session.get(f"{settings['issuer']}api/v1/me").json()
end_session = f"{provider['end_session_endpoint']}?id_token_hint={first['id_token']}&post_logout_redirect_uri={listener.origin}/signed-out"
listener.visit(end_session, "/signed-out")
try:
    session.refresh_token(provider["token_endpoint"], refresh_token=second["refresh_token"])
    refused = None
except OAuthError as error:
    refused = error.error

tell(done={
    "subject": claims["sub"], "sameSubject": claims["sub"] == user_info["sub"], "email": user_info["email"], "me": me["userName"],
    "rotated": first["refresh_token"] != second["refresh_token"], "refused": refused,
})
