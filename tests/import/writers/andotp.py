"""Backups of andOTP: plain, encrypted (PBKDF2-SHA-1, AES-256-GCM), and encrypted by versions before 0.6.3 (SHA-256)."""

import base64
import hashlib
import json
import struct

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

PASSWORD = "pass-wört 1"


def padded(secret):
    return secret + "=" * (-len(secret) % 8)


def item(entry, label=None):
    secret = padded(entry["secret"])
    if entry["type"] == "motp":
        # The app keeps the hexadecimal text as it was typed, and writes its bytes in base32.
        secret = base64.b32encode(base64.b32decode(secret).hex().encode()).decode()
    out = {"secret": secret, "issuer": entry["issuer"], "label": label or entry["account"]}
    out |= {"digits": entry["digits"], "type": entry["type"].upper(), "thumbnail": "Default"}
    out |= {"algorithm": "SHA1" if entry["type"] == "motp" else entry["algorithm"]}
    out |= {"last_used": 1700000000000, "used_frequency": 7}
    if entry["type"] == "hotp":
        out["counter"] = entry["counter"]
    elif entry["type"] == "totp":
        out["period"] = entry["period"]
    return {**out, "tags": ["work"]}


def sealed(sample, key, plain):
    nonce = sample.bytes(12)
    return nonce + AESGCM(key).encrypt(nonce, plain, None)


def encrypted(sample, plain, least, most):
    rounds, salt = sample.random.randint(least, most), sample.bytes(12)
    kdf = PBKDF2HMAC(algorithm=hashes.SHA1(), length=32, salt=salt, iterations=rounds)
    return struct.pack(">I", rounds) + salt + sealed(sample, kdf.derive(PASSWORD.encode()), plain)


def oldest(entry):
    """The first versions had no issuer, no algorithm and no digits."""
    label = f"{entry['issuer']} - {entry['account']}" if entry["issuer"] else entry["account"]
    return {"secret": padded(entry["secret"]), "label": label, "period": entry["period"], "type": "TOTP"}


def write(sample, entries):
    fits = [entry for entry in entries if entry["type"] != "yandex"]
    items = [item(entry) for entry in fits]
    plain = json.dumps(items, separators=(",", ":"), ensure_ascii=False)
    sample.write("otp_accounts.json", plain, fits)
    sample.write("otp_accounts.json.aes", encrypted(sample, plain.encode(), 140_000, 160_000), fits, password=PASSWORD)
    fewer = encrypted(sample, plain.encode(), 1_000, 5_000)
    sample.write("before-0.7.1.json.aes", fewer, fits, password=PASSWORD)
    old = sealed(sample, hashlib.sha256(PASSWORD.encode()).digest(), plain.encode())
    sample.write("before-0.6.3.json.aes", old, fits, password=PASSWORD, recognised="text")
    first = [e for e in fits if e["type"] == "totp" and e["algorithm"] == "SHA1" and e["digits"] == 6]
    sample.write("oldest.json", json.dumps([oldest(entry) for entry in first]), first)
    one, two = dict(fits[0]), dict(fits[3])
    bad = [
        item(one, label=f"{one['issuer']}:{one['account']}"),
        {**item(one), "digits": "six"},
        {**item(one), "period": -30},
        {**item(two), "counter": 1.5},
        {**item(one), "type": "TOTQ"},
        {**item(one), "algorithm": "SHA0"},
        {**item(one), "secret": ""},
        "no entry",
        item(two),
    ]
    sample.write("bad.json", json.dumps(bad, indent=1), [one, two], problems=["IN014"] * 7)


FORMATS = {"andotp": write}
