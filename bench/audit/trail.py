#!/usr/bin/env python3
"""Appends events to an audit trail and searches it: bench/audit/run starts it."""
import base64
import hashlib
import hmac
import http.client
import json
import os
import random
import statistics
import sys
import threading
import time
import urllib.parse
import uuid

URL = urllib.parse.urlsplit(os.environ["BENCH_URL"])
EVENTS, RUNS = int(sys.argv[1]), int(sys.argv[2])
CONNECTIONS, BATCH, STEP = 4, 200, 1_000_000
WARM = 5
TYPES = ["session.created", "session.closed", "sign-in.failed", "user.updated", "user.created", "role-assignment.created", "consent.granted", "token.revoked", "client.updated", "grant.created"]
NAMES = [f"{first}{number}" for first in ("ada", "bela", "cleo", "dora", "emil", "finn", "gita", "hugo", "ines", "jona") for number in range(100)]


def random_id(kind, number):
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{kind}{number}"))


USERS = [(random_id("user", number), f"{NAMES[number % 1000]} {NAMES[number * 7 % 1000]}", f"198.51.{number // 250 % 100}.{number % 250}") for number in range(10_000)]
CLIENTS = [f"client-{number}" for number in range(20)]


def service_secret():
    """HKDF-SHA256 (RFC 5869) without salt, as the services derive theirs from the key-encryption key."""
    with open(os.environ["BENCH_KEY_FILE"], encoding="ascii") as file:
        key = base64.b64decode(file.read())
    extracted = hmac.digest(bytes(32), key, hashlib.sha256)
    return base64.urlsafe_b64encode(hmac.digest(extracted, b"user-domain:client-secret:RoleApi\x01", hashlib.sha256)).decode().rstrip("=")


class Api:
    """A connection with a token that is renewed before it ends."""

    def __init__(self, client, secret, scope):
        self.form = urllib.parse.urlencode({"grant_type": "client_credentials", "client_id": client, "client_secret": secret, "scope": scope})
        self.http = http.client.HTTPConnection(URL.hostname, URL.port, timeout=60)
        self.until = 0.0

    def ask(self, method, path, body=None):
        if time.monotonic() > self.until:
            status, answer = self.send("POST", "/connect/token", self.form, {"Content-Type": "application/x-www-form-urlencoded"})
            assert status == 200, answer
            self.token, self.until = json.loads(answer)["access_token"], time.monotonic() + 120
        return self.send(method, path, body, {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"})

    def send(self, method, path, body, headers):
        self.http.request(method, path, body, headers)
        answer = self.http.getresponse()
        return answer.status, answer.read()


def event(chance, number):
    kind = TYPES[int(chance.random() ** 2 * len(TYPES))]
    actor, name, address = USERS[int(chance.random() ** 2 * len(USERS))]
    target, target_name, _ = USERS[chance.randrange(len(USERS))]
    session = random_id("session", number // 20)
    party = {"type": "session", "id": session, "name": name} if kind.startswith("session.") else {"type": "user", "id": target, "name": target_name}
    told = {"id": str(uuid.UUID(int=chance.getrandbits(128), version=4)), "type": kind, "actor": {"type": "user", "id": actor, "name": name}, "clientId": chance.choice(CLIENTS), "sessionId": session,
            "address": address, "target": party, "succeeded": kind != "sign-in.failed"}
    if kind.startswith("user."):
        told["after"] = {"displayName": target_name, "email": f"{target_name.replace(' ', '.')}@example.test", "version": number}
    return told


def append(connection, batches):
    api, chance = Api("user-domain:RoleApi", service_secret(), "audit:write"), random.Random(connection)
    for batch in batches:
        status, answer = api.ask("POST", "/api/v1/audit-events", json.dumps({"events": [event(chance, batch * BATCH + place) for place in range(BATCH)]}))
        assert status == 200, answer


def fill():
    done = 0
    while done < EVENTS:
        step = min(STEP, EVENTS - done)
        first, count = done // BATCH, step // BATCH
        threads = [threading.Thread(target=append, args=(done + connection, range(first + connection, first + count, CONNECTIONS))) for connection in range(CONNECTIONS)]
        begun = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        done += step
        print(f"{done:>10} events, {step / (time.monotonic() - begun):,.0f} a second", flush=True)


def percentile(values, part):
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def search():
    api, chance = Api("bench", os.environ["BENCH_SECRET"], "audit:read"), random.Random(7)
    _, newest = api.ask("GET", "/api/v1/audit-events?limit=1")
    received = json.loads(newest)["items"][0]["receivedAt"][:10]
    user = lambda: USERS[int(chance.random() ** 2 * len(USERS))]
    kinds = {
        "newest": lambda: {},
        "actor": lambda: {"actor": user()[0]},
        "subject": lambda: {"target": user()[0]},
        "type": lambda: {"type": chance.choice(TYPES)},
        "types beginning with": lambda: {"type": chance.choice(["session.", "user."])},
        "application": lambda: {"client": chance.choice(CLIENTS)},
        "session": lambda: {"session": random_id("session", chance.randrange(EVENTS // 20))},
        "refused": lambda: {"succeeded": "false"},
        "address": lambda: {"address": user()[2]},
        "time": lambda: {"from": f"{received}T00:00:00Z"},
        "before a time": lambda: {"to": f"{received}T00:00:00Z"},
        "word": lambda: {"q": chance.choice(NAMES)},
        "name of two words": lambda: {"q": user()[1]},
        "two words that seldom meet": lambda: {"q": f"{chance.choice(NAMES)} {chance.choice(NAMES)}"},
        "word nobody has": lambda: {"q": f"nobody{chance.randrange(1000)}"},
        "word and type": lambda: {"q": chance.choice(NAMES), "type": chance.choice(TYPES)},
        "actor and type": lambda: {"actor": user()[0], "type": chance.choice(TYPES)},
        "actor and application": lambda: {"actor": user()[0], "client": chance.choice(CLIENTS)},
        "address and refused": lambda: {"address": user()[2], "succeeded": "false"},
    }
    print(f"{'first page by':<30}{'median':>10}{'95th':>10}{'worst':>10}   ms, {RUNS} each")
    for name, question in kinds.items():
        taken = []
        for run in range(RUNS + WARM):
            path = "/api/v1/audit-events?" + urllib.parse.urlencode({"limit": 50, **question()})
            begun = time.monotonic()
            status, answer = api.ask("GET", path)
            if run >= WARM:
                taken.append((time.monotonic() - begun) * 1000)
            assert status == 200, answer
        print(f"{name:<30}{statistics.median(taken):>10.1f}{percentile(taken, .95):>10.1f}{max(taken):>10.1f}", flush=True)


def verify():
    api, place, begun = Api("bench", os.environ["BENCH_SECRET"], "audit:read"), 1, time.monotonic()
    while place:
        status, answer = api.ask("GET", f"/api/v1/audit-events/verification?from={place}")
        part = json.loads(answer)
        assert status == 200 and part["intact"], answer
        place, last = part["next"], part["to"]
    print(f"verified {last / (time.monotonic() - begun):,.0f} events a second")


fill()
search()
verify()
