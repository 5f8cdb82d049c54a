"""Exports of Proton Authenticator (plain; Argon2id, AES-256-GCM) and of Proton Pass (data.json)."""

import base64
import json
from urllib.parse import quote

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PASSWORD = "proton ☂ export"


def uri(entry, account=None):
    account = entry["account"] if account is None else account
    text = f"otpauth://totp/{quote(account)}?secret={entry['secret']}&issuer={quote(entry['issuer'])}"
    return text + f"&algorithm={entry['algorithm']}&digits={entry['digits']}&period={entry['period']}"


def decoded(secret):
    return base64.b32decode(secret + "=" * (-len(secret) % 8))


def exported(sample, uri, kind, name, note=None):
    identity = sample.bytes(16).hex()
    return {"id": identity, "content": {"uri": uri, "entry_type": kind, "name": name}, "note": note}


def encrypted(sample, plain):
    salt, nonce = sample.bytes(16), sample.bytes(12)
    cost = {"time_cost": 2, "memory_cost": 19 * 1024, "parallelism": 1, "hash_len": 32, "type": Type.ID}
    key = hash_secret_raw(PASSWORD.encode(), salt, **cost)
    sealed = nonce + AESGCM(key).encrypt(nonce, plain, b"proton.authenticator.export.v1")
    text = lambda part: base64.b64encode(part).decode()
    return json.dumps({"version": 1, "salt": text(salt), "content": text(sealed)})


def authenticator(sample, entries):
    fits = [entry for entry in entries if entry["type"] == "totp"]
    steam = next(entry for entry in entries if entry["type"] == "steam")
    items = [exported(sample, uri(entry), "Totp", entry["account"], "a note") for entry in fits]
    items.append(exported(sample, "steam://" + steam["secret"], "Steam", steam["account"]))
    # A secret that came in base64 stays in it, since a later version without padding.
    plain = base64.b64encode(decoded(steam["secret"])).decode()
    items.append(exported(sample, "steam://" + plain, "Steam", "padded"))
    items.append(exported(sample, "steam://" + plain.rstrip("="), "Steam", "bare"))
    everything = [*fits, steam, dict(steam, account="padded"), dict(steam, account="bare")]
    text = json.dumps({"version": 1, "entries": items}, separators=(",", ":"), ensure_ascii=False)
    sample.write("plain.json", text, everything)
    sample.write("encrypted.json", encrypted(sample, text.encode()), everything, password=PASSWORD)
    # The first versions wrote no names.
    first = [{**item, "content": {k: v for k, v in item["content"].items() if k != "name"}} for item in items[:1]]
    bad = [
        *first,
        exported(sample, "otpauth://totp/a?secret=0000", "Totp", "a"),
        exported(sample, uri(dict(fits[0], digits=0)), "Totp", "a"),
        exported(sample, "steam://!!!!", "Steam", "a"),
        exported(sample, "steam://", "Steam", "a"),
        exported(sample, uri(fits[0]), "Hotp", "a"),
        {"id": "x", "note": None},
        items[1],
    ]
    text = json.dumps({"version": 1, "entries": bad}, indent=2)
    sample.write("bad.json", text, [fits[0], fits[1]], problems=["IN014"] * 6)
    newer = json.dumps({"version": 2, "salt": "AAAA", "content": "AAAA"})
    sample.write("newer.json", newer, [], problems=["IN009"])


def item(sample, kind, name, content, fields=(), state=1):
    metadata = {"name": name, "note": "otpauth://totp/note?secret=GEZDGNBVGY3TQOJQ", "itemUuid": sample.bytes(4).hex()}
    data = {"metadata": metadata, "extraFields": list(fields), "type": kind, "content": content}
    identity = {"itemId": base64.b64encode(sample.bytes(16)).decode(), "shareId": "share"}
    times = {"createTime": 1700000000, "modifyTime": 1710000000}
    rest = {"aliasEmail": None, "contentFormatVersion": 7, **times, "pinned": False, "shareCount": 0, "files": []}
    return {**identity, "data": data, "state": state, **rest}


def login(totp, user="", email="", **more):
    content = {"itemEmail": email, "password": "secret", "urls": [], "totpUri": totp, "passkeys": [], "itemUsername": user}
    return {**content, **more}


def added(totp, name="2FA"):
    return {"fieldName": name, "type": "totp", "data": {"totpUri": totp}}


def manager(sample, entries):
    fits = [entry for entry in entries if entry["type"] == "totp" and entry["issuer"]]
    items = [item(sample, "login", entry["issuer"], login(uri(entry), entry["account"])) for entry in fits]
    # What the app makes of a set-up key: it names itself where it knows no account.
    nobody = dict(fits[0], issuer="Forum", account="alice@example.com")
    items.append(item(sample, "login", "Forum", login(uri(nobody, "Proton Pass"), email=nobody["account"])))
    bare = dict(fits[1], issuer="Shop", account="bob", algorithm="SHA1", digits=6)
    items.append(item(sample, "login", "Shop", login(bare["secret"], email="bob@example.com", user="bob"), state=2))
    items.append(item(sample, "login", "No second factor", login("")))
    passkey = {"keyId": "x", "content": "AAAA", "domain": "example.com"}
    items.append(item(sample, "login", "Passkey", login("", passkeys=[passkey])))
    items.append(item(sample, "alias", "An alias", {}))
    text = {"fieldName": "text", "type": "text", "data": {"content": "otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ"}}
    fields = [text, added(uri(fits[2])), added("")]
    second = item(sample, "note", "A note", {}, fields)
    section = [{"sectionName": "Codes", "sectionFields": [text, added(uri(fits[3]))]}]
    custom = item(sample, "custom", "A server", {"sections": section})
    vaults = {
        "first==": {"name": "Personal", "description": "", "display": {}, "items": items},
        "second==": {"name": "Work", "description": "", "display": {}, "items": [second, custom]},
        "empty==": {"name": "Empty", "description": "", "display": {}, "items": []},
    }
    export = {"encrypted": False, "userId": "u", "vaults": vaults, "version": "1.31.0"}
    sample.write("data.json", json.dumps(export, ensure_ascii=False), [*fits, nobody, bare, fits[2], fits[3]])
    # Before 1.18 a login had one name.
    old = {"username": "carol", "password": "secret", "urls": [], "totpUri": uri(dict(fits[0], account=""))}
    named = dict(fits[0], account="carol")
    broken = [item(sample, "login", "Broken", login("otpauth://totp/a?secret=0000")), {"itemId": "x"}]
    vaults = {"v": {"name": "Old", "items": [item(sample, "login", "Old", old), *broken]}}
    text = json.dumps({"version": "1.9.0", "vaults": vaults}, indent=2)
    sample.write("old.json", text, [named], problems=["IN014"])


FORMATS = {"proton-authenticator": authenticator, "proton-pass": manager}
