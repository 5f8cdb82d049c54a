"""Exports that are lists of objects: 2FAuth, cotp (its database, too), the Authenticator extension, Enpass and Keeper; and
JSON that people write themselves."""

import base64
import csv
import io
import json

PASSWORD = "correct horse"


def raw(entry):
    return base64.b32decode(entry["secret"] + "=" * (-len(entry["secret"]) % 8))


def of(entries, *kinds):
    return [one for one in entries if one["type"] in kinds]


def write_2fauth(sample, entries):
    kept = of(entries, "totp", "hotp", "steam")

    def item(one, **parts):
        out = {"otp_type": "steamtotp" if one["type"] == "steam" else one["type"], "account": one["account"], "service": one["issuer"]}
        out |= {"icon": None, "icon_mime": None, "icon_file": None, "secret": one["secret"], "digits": one["digits"]}
        out |= {"algorithm": one["algorithm"].lower(), "period": one.get("period"), "counter": one.get("counter")}
        # Of old versions; it lacks the counter as it is now.
        return out | {"legacy_uri": f"otpauth://totp/x?secret={one['secret']}"} | parts

    bad = [item(kept[0], secret=""), item(kept[0], secret="undefined"), item(kept[0], digits="six")]
    export = {"app": "2fauth_v5.4.3", "schema": 1, "datetime": "2025-03-01T10:00:00.000000Z", "data": [*map(item, kept), *bad]}
    sample.write("export.json", json.dumps(export, indent=1), kept, problems=["IN014"] * 3)


def write_cotp(sample, entries):
    from argon2.low_level import Type, hash_secret_raw
    from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt as seal

    def element(one, **parts):
        secret = raw(one).hex() if one["type"] == "motp" else one["secret"]
        out = {"secret": secret, "issuer": one["issuer"], "label": one["account"], "digits": one["digits"], "type": one["type"].upper()}
        out |= {"algorithm": one["algorithm"], "period": one.get("period", 30), "counter": one.get("counter"), "pin": one.get("pin")}
        return out | parts

    bad = [element(entries[0], secret="!"), element(entries[3], counter="x")]
    export = {"version": 2, "elements": [*map(element, entries), *bad]}
    sample.write("exported.cotp", json.dumps(export), entries, problems=["IN014"] * 2)
    for name, content in (("db.cotp", {"version": 2, "elements": [*map(element, entries)]}), ("first.cotp", [*map(element, entries)])):
        salt, nonce = sample.bytes(16), sample.bytes(24)
        key = hash_secret_raw(PASSWORD.encode(), salt, time_cost=4, memory_cost=32768, parallelism=4, hash_len=32, type=Type.ID)
        sealed = seal(json.dumps(content).encode(), None, nonce, key)
        parts = {"nonce": nonce, "salt": salt, "cipher": sealed}
        text = json.dumps({"version": 1} | {name: base64.b64encode(part).decode() for name, part in parts.items()})
        sample.write(name, text, entries, password=PASSWORD)


def write_extension(sample, entries):
    kept = of(entries, "totp", "hotp", "steam")

    def item(index, one, **parts):
        out = {"encrypted": False, "hash": f"h{index}", "index": index, "type": one["type"], "secret": one["secret"]}
        out |= {"counter": one["counter"]} if one["type"] == "hotp" else {}
        # What is usual is left out.
        usual = {"period": 30, "digits": 6, "algorithm": "SHA1"}
        if one["type"] != "steam":
            out |= {name: one[name] for name, value in usual.items() if one.get(name, value) != value}
        out |= {name: one[name] for name in ("issuer", "account") if one[name]}
        return out | {"dataType": "OTPStorage"} | parts

    items = [item(index, one) for index, one in enumerate(kept)]
    totp, hotp = kept[0], kept[3]
    more = [
        (item(90, totp, type="hex", secret=raw(totp).hex()), totp),
        (item(91, hotp, type="hhex", secret=raw(hotp).hex()), hotp),
        (item(92, totp, type="battle", issuer="Battle.net::battle.net", digits=8), {**totp, "issuer": "Battle.net", "digits": 8}),
        (item(93, totp, secret="bliz-" + totp["secret"]), {**totp, "digits": 8}),
    ]
    bad = item(94, totp, type="gost")
    export = {one["hash"]: one for one in [*items, *(one for one, _ in more), bad]}
    export |= {"UserSettings": {"dataType": "Settings"}}
    sample.write("authenticator.json", json.dumps(export), [*kept, *(one for _, one in more)], problems=["IN014"])
    sealed = {"h0": {"dataType": "EncOTPStorage", "keyId": "k", "data": "AAAA", "index": 0}, "k": {"dataType": "Key", "id": "k", "salt": "x"}}
    sample.write("encrypted.json", json.dumps(sealed), [], problems=["IN013"])


def write_enpass(sample, entries):
    from make import uri

    kept = of(entries, "totp", "hotp", "steam")

    def item(one, code, **parts):
        fields = [
            {"type": "username", "label": "Name", "value": one["account"], "deleted": 0, "uid": 10},
            {"type": "password", "label": "Password", "value": "x", "deleted": 0, "uid": 11},
            {"type": "totp", "label": "One-time code", "value": code, "deleted": 0, "uid": 102},
            {"type": "totp", "label": "old", "value": entries[1]["secret"], "deleted": 1, "uid": 103},
        ]
        out = {"title": one["issuer"], "subtitle": one["account"], "template_type": "login.default", "uuid": "u", "category": "login"}
        return out | {"createdAt": 1690535031, "trashed": 0, "archived": 0, "note": "", "fields": fields} | parts

    usual = {**kept[0], "algorithm": "SHA1", "digits": 6, "period": 30}
    items = [item(one, uri(one)) for one in kept] + [item(usual, usual["secret"].lower()), item(usual, ""), item(usual, "0000")]
    note = {"title": "note", "template_type": "note.default", "uuid": "n", "category": "note", "note": "x"}
    sample.write("vault.json", json.dumps({"folders": [], "items": [note, *items]}), [*kept, usual], problems=["IN014"])


def write_keeper(sample, entries):
    from make import uri

    kept = of(entries, "totp", "hotp", "steam")
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    for one in kept:
        # Other fields that somebody added stand before it.
        pairs = ["Question", "a, b", "TFC:Keeper", uri(one)]
        writer.writerow(["Folder", one["issuer"], one["account"], "pw", "https://example.com", "two\nlines", "", *pairs])
    writer.writerow(["Folder", "no codes", "x", "pw", "", "", ""])
    sample.write("keeper.csv", out.getvalue(), kept)
    records = [
        {"title": one["issuer"], "login": one["account"], "$type": "login", "custom_fields": {"$oneTimeCode::1": uri(one), "$name::1": "x"}}
        for one in kept
    ]
    records.append({"title": "x", "login": "y", "custom_fields": {"TFC:Keeper": [kept[0]["secret"], 7]}})
    alone = {**kept[0], "issuer": "x", "account": "y", "algorithm": "SHA1", "digits": 6, "period": 30}
    export = {"shared_folders": [], "records": records}
    sample.write("keeper.json", json.dumps(export, indent=1), [*kept, alone], problems=["IN014"])


def write_json(sample, entries):
    from make import uri

    kept = of(entries, "totp", "hotp")
    rows = [
        {"name": one["account"], "issuer": one["issuer"], "secret": one["secret"], "type": one["type"], "algorithm": one["algorithm"]}
        | {"digits": one["digits"], "period": one.get("period"), "counter": one.get("counter"), "favorite": True}
        for one in kept
    ]
    sample.write("list.json", json.dumps({"accounts": {"mine": rows}}, indent=2), kept)
    printed = [{"ascii": "x" * 20, "hex": raw(one).hex(), "base32": one["secret"], "otpauth_url": uri(one)} for one in kept]
    sample.write("library.json", json.dumps(printed), kept)
    mail = {"subject": "Your key", "body": f"Open <{uri(kept[0])}> on your phone.\nThen: {uri(kept[1])}."}
    sample.write("mail.json", json.dumps(mail).replace("/", "\\/"), kept[:2])


FORMATS = {
    "2fauth": write_2fauth,
    "cotp": write_cotp,
    "authenticator-extension": write_extension,
    "enpass": write_enpass,
    "keeper": write_keeper,
    "json": write_json,
}
