"""Exports of Bitwarden: plain JSON, and protected with a password (PBKDF2 or Argon2id, AES-256-CBC, HMAC-SHA-256).
Bitwarden Authenticator, an app of its own, writes less of the plain one."""

import base64
import hashlib
import hmac
import html
import json
import uuid
from urllib.parse import quote

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives import hashes, padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

PASSWORD = "export me"


def pasted(entry):
    if entry["type"] == "steam":
        return "steam://" + entry["secret"]
    label = quote(f"{entry['issuer']}:{entry['account']}" if entry["issuer"] else entry["account"])
    text = f"otpauth://{entry['type']}/{label}?secret={entry['secret']}&issuer={quote(entry['issuer'])}"
    text += f"&algorithm={entry['algorithm']}&digits={entry['digits']}"
    return text + (f"&counter={entry['counter']}" if entry["type"] == "hotp" else f"&period={entry['period']}")


def item(sample, name, user, totp, deleted=None):
    login = {"uris": None, "username": user, "password": "secret", "totp": totp, "fido2Credentials": []}
    head = {"id": str(uuid.UUID(bytes=sample.bytes(16), version=4)), "organizationId": None, "folderId": None}
    dates = {"creationDate": "2025-03-01T10:00:00.000Z", "revisionDate": "2025-03-01T10:00:00.000Z"}
    return {**head, "type": 1, "name": name, "favorite": False, "login": login, **dates, "deletedDate": deleted}


def sealed(sample, master, plain):
    enc = HKDFExpand(algorithm=hashes.SHA256(), length=32, info=b"enc").derive(master)
    mac = HKDFExpand(algorithm=hashes.SHA256(), length=32, info=b"mac").derive(master)
    vector = sample.bytes(16)
    padder = padding.PKCS7(128).padder()
    encryptor = Cipher(algorithms.AES(enc), modes.CBC(vector)).encryptor()
    body = encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()
    mark = hmac.new(mac, vector + body, hashlib.sha256).digest()
    return "2." + "|".join(base64.b64encode(part).decode() for part in (vector, body, mark))


def protected(sample, plain, argon2):
    salt = base64.b64encode(sample.bytes(16)).decode()
    if argon2:
        numbers = {"kdfType": 1, "kdfIterations": 3, "kdfMemory": 64, "kdfParallelism": 4}
        cost = {"time_cost": 3, "memory_cost": 64 * 1024, "parallelism": 4, "hash_len": 32, "type": Type.ID}
        master = hash_secret_raw(PASSWORD.encode(), hashlib.sha256(salt.encode()).digest(), **cost)
    else:
        numbers = {"kdfType": 0, "kdfIterations": 100_000}
        kdf = PBKDF2HMAC(algorithm=hashes.SHA256(), length=32, salt=salt.encode(), iterations=100_000)
        master = kdf.derive(PASSWORD.encode())
    head = {"encrypted": True, "passwordProtected": True, "salt": salt, **numbers}
    validation = sealed(sample, master, str(uuid.UUID(bytes=sample.bytes(16), version=4)).encode())
    return json.dumps({**head, "encKeyValidation_DO_NOT_EDIT": validation, "data": sealed(sample, master, plain)})


def authenticator(sample, entry):
    """The app escapes the label like a web page, then like a URI, and keeps no name beside a Steam key."""
    label = quote(html.escape(f"{entry['issuer']}:{entry['account']}").replace("&#x27;", "&#39;"), safe="")
    text = f"otpauth://totp/{label}?secret={entry['secret']}&algorithm={entry['algorithm']}&digits={entry['digits']}"
    text += f"&period={entry.get('period')}&issuer={quote(entry['issuer'], safe='')}"
    if entry["type"] == "steam":
        text = "steam://" + entry["secret"]
    nothing = {"folderId": None, "organizationId": None, "collectionIds": None, "notes": None}
    identity = str(uuid.UUID(bytes=sample.bytes(16), version=4))
    rest = {"type": 1, "login": {"totp": text}, "favorite": False}
    return {"id": identity, "name": entry["issuer"], **nothing, **rest}


def write(sample, entries):
    fits = [entry for entry in entries if entry["type"] in ("totp", "hotp")]
    items = [item(sample, entry["issuer"], entry["account"], pasted(entry)) for entry in fits]
    # A set-up key and a Steam URI name nobody: the item does.
    bare = dict(entries[0], issuer="Forum", account="alice")
    steam = dict([entry for entry in entries if entry["type"] == "steam"][0])
    items.append(item(sample, "Forum", "alice", bare["secret"].lower()))
    items.append(item(sample, "Steam", steam["account"], pasted(steam)))
    items.append(item(sample, "No second factor", "alice", None))
    items.append({"type": 2, "name": "A note", "notes": "otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ", "secureNote": {}})
    plain = json.dumps({"encrypted": False, "folders": [], "items": items}, indent=2)
    everything = [*fits, bare, steam]
    sample.write("plain.json", plain, everything)
    sample.write("pbkdf2.json", protected(sample, plain.encode(), False), everything, password=PASSWORD)
    sample.write("argon2id.json", protected(sample, plain.encode(), True), everything, password=PASSWORD)
    held = [entry for entry in entries if entry["type"] in ("totp", "steam")]
    held = [dict(entry, account="") if entry["type"] == "steam" else entry for entry in held]
    export = {"encrypted": False, "items": [authenticator(sample, entry) for entry in held]}
    sample.write("authenticator.json", json.dumps(export, separators=(",", ":"), ensure_ascii=False), held)
    account = {"encrypted": True, "encKeyValidation_DO_NOT_EDIT": "2.AA==|AA==|AA==", "folders": [], "items": []}
    sample.write("account.json", json.dumps(account), [], problems=["IN013"])


FORMATS = {"bitwarden": write}
