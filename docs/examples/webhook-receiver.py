#!/usr/bin/env python3
"""Receives webhooks of User Domain: prints each event once, and refuses what the installation did not send just now.

    WEBHOOK_SECRET=whsec_... python3 webhook-receiver.py [port]
"""
import base64
import hashlib
import hmac
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = base64.b64decode(os.environ["WEBHOOK_SECRET"].removeprefix("whsec_"))
TOLERANCE = 5 * 60
LARGEST = 256 * 1024
# A real receiver keeps the ids where it keeps what it makes of the events, and in the same transaction.
SEEN = set()


def refusal_of(headers, body):
    """Why a request is not taken; None if it is."""
    sent_at = headers.get("webhook-timestamp", "")
    if not (sent_at.isascii() and sent_at.isdigit()) or abs(time.time() - int(sent_at)) > TOLERANCE:
        return "too old, or from the future"
    signed = f"{headers.get('webhook-id', '')}.{sent_at}.".encode() + body
    expected = "v1," + base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
    if not any(hmac.compare_digest(expected, given) for given in headers.get("webhook-signature", "").split()):
        return "not signed with this secret"
    return None


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        length = int(self.headers.get("content-length", 0))
        if length > LARGEST:
            return self.answer(413)
        body = self.rfile.read(length)
        if why := refusal_of(self.headers, body):
            print("refused:", why, flush=True)
            return self.answer(401)
        if self.headers["webhook-id"] not in SEEN:
            SEEN.add(self.headers["webhook-id"])
            event = json.loads(body)
            print(event["type"], event["subject"], event["id"], flush=True)
        return self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 8090), Receiver)
print("listening at", server.server_port, flush=True)
server.serve_forever()
