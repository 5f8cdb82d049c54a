#!/usr/bin/env python3
"""A login that refuses codes, and otp-doctor beside it, which finds out why.

    python3 examples/recipes/refused.py examples/verifier/accounts.txt refused.ndjson < examples/verifier/logins.txt
    otp-doctor triage refused.ndjson

A login is a line: the time by the clock of the node that answers, the node, the person, the code. The reply is one of two
and is sent before anything is diagnosed, so that neither its words nor its time tell why. One child takes all refusals from
its standard input and writes their causes to the log: no code and no secret, and none of either in its arguments. Where it
falls behind, or has ended, a diagnosis is left out; nobody waits for one.
"""

import base64
import hashlib
import hmac
import json
import queue
import struct
import subprocess
import sys
import threading
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

PERIOD = 30
WINDOW = 1
WAITING = 64
# Whoever is unknown is checked against this, so that the reply takes as long as for a known person.
DECOY = "otpauth://totp/Lantern:nobody?secret=ZQ2VJQ4YHX3N5WZ7D6T2KCPRGM4BLUAE"


class Doctor:
    """otp-doctor as a child: cases in, lines of the log out. Without the program the login goes on, and nothing is logged."""

    def __init__(self, log, program="otp-doctor"):
        command = [program, "diagnose", "--cases", "-", "--format", "log"]
        try:
            self.child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log)
        except OSError as error:
            print(f"no refusal is diagnosed: {error}", file=sys.stderr)
            self.child = None
        self.waiting = queue.Queue(WAITING)
        self.feeder = threading.Thread(target=self._feed)

    def __enter__(self):
        self.feeder.start()
        return self

    def __exit__(self, *_):
        """Waits for what is still to be diagnosed."""
        self.waiting.put(None)
        self.feeder.join()
        # One that ended of itself may have taken lines that it never read.
        if self.child and (status := self.child.wait()) != 0:
            print(f"not every refusal is diagnosed: otp-doctor ended with {status}", file=sys.stderr)

    def refused(self, case):
        """Takes a case, and is back at once."""
        try:
            self.waiting.put_nowait(case)
        except queue.Full:
            pass

    def _feed(self):
        taken = iter(self.waiting.get, None)
        if self.child:
            try:
                with self.child.stdin as cases:
                    for case in taken:
                        cases.write(json.dumps(case).encode() + b"\n")
                        cases.flush()
            except OSError as error:
                print(f"no further refusal is diagnosed: {error}", file=sys.stderr)
        for _ in taken:
            pass


class Account:
    def __init__(self, app, uri):
        self.app, self.uri, self.last_used_step = app, uri, None
        self.secret = base64.b32decode(parse_qs(urlsplit(uri).query)["secret"][0])

    def code(self, step):
        """RFC 4226 section 5.3."""
        digest = hmac.new(self.secret, struct.pack(">q", step), hashlib.sha1).digest()
        place = digest[-1] & 15
        return f"{(struct.unpack('>I', digest[place:place + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"

    def accepts(self, code, at):
        """Every step of the window is computed and compared, whichever fits; no code is good twice."""
        now = at // PERIOD
        used = -1
        for step in range(now - WINDOW, now + WINDOW + 1):
            if hmac.compare_digest(self.code(step).encode(), code.encode()):
                used = step
        good = used > (-1 if self.last_used_step is None else self.last_used_step)
        if good:
            self.last_used_step = used
        return good


def case(account, time, node, person, code, last_used_step):
    """What the service knows of a refusal (docs/formats.md)."""
    service = {"id": "login", "past": WINDOW, "future": WINDOW}
    if last_used_step is not None:
        service["last_used_step"] = last_used_step
    attempt = {"code": code, "at": time, "at_source": "service", "accepted": False, "node": node}
    return {"person": person, "app": account.app, "expected": account.uri, "service": service, "attempts": [attempt]}


def main(accounts, log):
    with open(accounts, encoding="utf-8") as lines:
        accounts = {person: Account(app, uri) for person, app, uri in map(str.split, lines)}
    decoy = Account("nobody", DECOY)
    with open(log, "wb") as log, Doctor(log) as doctor:
        for number, line in enumerate(sys.stdin, 1):
            try:
                time, node, person, code = line.split()
                at = int(datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp())
            except ValueError:
                print(f"line {number}: expected a time, a node, a person and a code", file=sys.stderr)
                continue
            account = accounts.get(person, decoy)
            last_used_step = account.last_used_step
            good = account.accepts(code, at)
            print("welcome" if good else "wrong code", flush=True)
            if not good:
                doctor.refused(case(account, time, node, person, code, last_used_step))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("expected the file of accounts and the file to log refusals in")
    main(*sys.argv[1:])
