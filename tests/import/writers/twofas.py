"""Backups of 2FAS: schemas 1, 3 and 4, and schema 4 encrypted (PBKDF2-SHA256, AES-256-GCM)."""

import base64
import json

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

PASSWORD = "Blaue Tür 7"


def service(entry, schema, position):
    otp = {"label": entry["account"], "account": entry["account"], "issuer": entry["issuer"]}
    if schema > 1:
        otp.update(digits=entry["digits"], algorithm=entry["algorithm"], tokenType=entry["type"].upper())
        otp.update({"counter": entry["counter"]} if entry["type"] == "hotp" else {"period": entry["period"]})
        otp["source"] = "Link"
    stamp = 1735689600000 + position * 86400000
    name = entry["issuer"] or entry["account"]
    return {"name": name, "secret": entry["secret"], "updatedAt": stamp, "otp": otp, "order": {"position": position}}


def backup(entries, schema):
    services = [service(entry, schema, position) for position, entry in enumerate(entries)]
    head = {"updatedAt": 1735776000000, "schemaVersion": schema, "appVersionCode": 5000012, "appVersionName": "5.0.0"}
    return {"services": services, "groups": [], **head, "appOrigin": "android"}


def encrypted(sample, entries):
    whole = backup(entries, 4)
    salt, nonce = sample.bytes(256), sample.bytes(12)
    key = PBKDF2HMAC(algorithm=hashes.SHA256(), length=32, salt=salt, iterations=10_000).derive(PASSWORD.encode())
    sealed = AESGCM(key).encrypt(nonce, json.dumps(whole["services"]).encode(), None)
    text = ":".join(base64.b64encode(part).decode() for part in (sealed, salt, nonce))
    return json.dumps({**whole, "services": [], "servicesEncrypted": text, "reference": text})


def named(entry):
    """Without an issuer, the name that the service is given stands for it."""
    return entry if entry["issuer"] else dict(entry, issuer=entry["account"])


def write(sample, entries):
    fits = [named(entry) for entry in entries if entry["type"] in ("totp", "hotp", "steam")]
    times = [entry for entry in fits if entry["type"] == "totp"]
    usual = [dict(entry, algorithm="SHA1", digits=6, period=30) for entry in times]
    sample.write("schema-1.2fas", json.dumps(backup(times, 1)), usual, problems=["IN016"])
    sample.write("schema-3.2fas", json.dumps(backup(fits, 3), indent=1), fits)
    sample.write("schema-4.2fas", json.dumps(backup(fits, 4)), fits)
    sample.write("encrypted.2fas", encrypted(sample, fits), fits, password=PASSWORD)


FORMATS = {"2fas": write}
