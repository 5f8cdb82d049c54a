"""Vaults of Aegis, plain and encrypted (scrypt, AES-256-GCM)."""

import base64
import json
import uuid

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

PASSWORD = "correct horse battery"


def item(sample, entry):
    info = {"secret": entry["secret"], "algo": entry["algorithm"], "digits": entry["digits"]}
    if entry["type"] == "hotp":
        info["counter"] = entry["counter"]
    else:
        info["period"] = entry["period"]
    if entry["type"] in ("motp", "yandex"):
        info["pin"] = entry["pin"]
    identity = str(uuid.UUID(bytes=sample.bytes(16), version=4))
    names = {"uuid": identity, "name": entry["account"], "issuer": entry["issuer"]}
    return {"type": entry["type"], **names, "note": "", "favorite": False, "icon": None, "info": info, "groups": []}


def sealed(key, nonce, plain):
    both = AESGCM(key).encrypt(nonce, plain, None)
    return both[:-16], {"nonce": nonce.hex(), "tag": both[-16:].hex()}


def encrypted(sample, database, password):
    master, salt = sample.bytes(32), sample.bytes(32)
    own = Scrypt(salt=salt, length=32, n=1 << 15, r=8, p=1).derive(password.encode())
    key, key_params = sealed(own, sample.bytes(12), master)
    body, params = sealed(master, sample.bytes(12), json.dumps(database).encode())
    slot = {"type": 1, "uuid": "s", "key": key.hex(), "key_params": key_params, "n": 1 << 15, "r": 8, "p": 1}
    # A fingerprint's slot stands first, as it does on a phone that has one.
    device = {"type": 2, "uuid": "d", "key": sample.bytes(32).hex(), "key_params": key_params}
    header = {"slots": [device, {**slot, "salt": salt.hex(), "repaired": True, "is_backup": False}], "params": params}
    return json.dumps({"version": 1, "header": header, "db": base64.b64encode(body).decode()}, indent=4)


def write(sample, entries):
    database = {"version": 3, "entries": [item(sample, entry) for entry in entries], "groups": []}
    plain = {"version": 1, "header": {"slots": None, "params": None}, "db": database}
    sample.write("plain.json", json.dumps(plain, indent=4), entries)
    sample.write("encrypted.json", encrypted(sample, database, PASSWORD), entries, password=PASSWORD)


FORMATS = {"aegis": write}
