"""What the applications here have in common: they talk with their test in lines of JSON, listen on this machine, and have keys."""
import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlsplit

import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.jose import JsonWebKey
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oauth2.rfc7523.assertion import private_key_jwt_sign


def read():
    return json.loads(sys.stdin.readline())


def tell(**message):
    print(json.dumps(message), flush=True)


class Listener(HTTPServer):
    """Where browsers come back to."""

    def __init__(self):
        super().__init__(("localhost", 0), Answer)
        self.origin = f"http://localhost:{self.server_port}"
        self.path = None

    def visit(self, url, path):
        """Sends the person to a URL and gives the one they return with."""
        tell(open=url)
        while self.path is None or urlsplit(self.path).path != path:
            self.handle_request()
        return self.origin + self.path


class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.path = self.path
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"You can close this window.")

    def log_message(self, *_):
        pass


class ShortPrivateKeyJWT(PrivateKeyJWT):
    """The library's own assertions are good for an hour and by RS256."""

    def sign(self, auth, token_endpoint):
        return private_key_jwt_sign(auth.client_secret, auth.client_id, token_endpoint, alg="ES256", expires_in=60)


def new_key():
    return JsonWebKey.generate_key("EC", "P-256", is_private=True)


def discover(issuer):
    return requests.get(f"{issuer}.well-known/openid-configuration", timeout=30).json()


def session_of(client_id, secret, **options):
    """A session of a client that has a secret, or a key."""
    method = "client_secret_basic" if isinstance(secret, str) else "private_key_jwt"
    session = OAuth2Session(client_id, secret, token_endpoint_auth_method=method, revocation_endpoint_auth_method=method, **options)
    session.register_client_auth_method(ShortPrivateKeyJWT())
    return session
