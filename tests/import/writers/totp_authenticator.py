"""TOTP Authenticator: backups (AES-256-CBC under the hash of a password), its settings (XML of Android), and the list alone."""

import base64
import hashlib
import json

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from .freeotp import raw, settings

PASSWORD = "Testtest1ä"
OWN = "TotpAuthenticator"
HEAD = {"accountHeaderLabel": "", "allowNotifications": False}
TAIL = {"setIconFromDrawable": True, "source": 0, "timeRemaining": 0, "totpCode": "", "widgetId": 0}


def account(entry, base=16):
    spelled = {16: raw(entry).hex().upper(), 32: entry["secret"], 64: base64.b64encode(raw(entry)).decode()}
    names = {"issuer": entry["issuer"] or "Unknown", "key": spelled[base], "name": entry["account"]}
    return {**HEAD, "base": base, "digits": str(entry["digits"]), **names, "period": str(entry["period"]), **TAIL}


def sealed(text, password):
    key = hashlib.sha256(password.encode()).digest()
    padder = padding.PKCS7(128).padder()
    encryptor = Cipher(algorithms.AES(key), modes.CBC(bytes(16))).encryptor()
    plain = padder.update(json.dumps({text: ""}, ensure_ascii=False).encode()) + padder.finalize()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize())


def write(sample, entries):
    # The format has no room for a hash.
    kept = [{**one, "algorithm": "SHA1"} for one in entries if one["type"] == "totp"]
    accounts = [account(one, base) for one, base in zip(kept, (16, 32, 64, 16, 16))]
    text = json.dumps(accounts, ensure_ascii=False)
    sample.write("backup.encrypt", sealed(text, PASSWORD), kept, password=PASSWORD)
    sample.write("own-password.encrypt", sealed(text, OWN) + b"\n", kept)
    strings = [("SORT_ACCOUNT_BY", "CUSTOM"), ("STATIC_TOTP_CODES_LIST", text), ("DEFAULT_ENCRYPTION_KEY", PASSWORD)]
    sample.write("TOTP_Authenticator_Preferences.xml", settings(strings), kept)
    bad = [accounts[0] | {"base": 85}, accounts[0] | {"key": "xyz"}, 7, accounts[0] | {"digits": "", "period": ""}]
    sample.write("list.json", json.dumps([accounts[1], *bad], indent=1), [kept[1], kept[0]], problems=["IN014"] * 3)


FORMATS = {"totp-authenticator": write}
