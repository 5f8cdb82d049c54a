"""Tokens of privacyIDEA: the exports of its janitor (pi, YAML, CSV) and the tables that it imports."""

import base64
import json

import yaml
from cryptography.fernet import Fernet


def raw(entry):
    return base64.b32decode(entry["secret"] + "=" * (-len(entry["secret"]) % 8))


def serial(entry, number):
    return f"{'TOTP' if entry['type'] == 'totp' else 'OATH'}0000{number:04X}"


def token(entry, number, b32=False):
    """As the server writes a token down."""
    key = base64.b32encode(raw(entry)).decode() if b32 else raw(entry).hex()
    info = {"hashlib": entry["algorithm"].lower(), "tokenkind": "software"}
    if "period" in entry:
        info |= {"timeStep": str(entry["period"]), "timeShift": "0", "timeWindow": "180"}
    out = {"serial": serial(entry, number), "type": entry["type"].upper(), "otpkey": key, "description": "a: b"}
    out |= {"otplen": entry["digits"], "maxfail": 10, "failcount": 0, "counter": entry.get("counter", 57_000_000)}
    out |= {"window": 10, "active": True, "revoked": False, "locked": False, "rollout_state": "", "_hashed_pin": None}
    return out | {"info_list": info}


def fernet(sample, text, key):
    return Fernet(base64.urlsafe_b64encode(key))._encrypt_from_parts(text.encode(), 1_700_000_000, sample.bytes(16))


def write(sample, entries):
    kept = [one for one in entries if one["type"] in ("totp", "hotp")]
    other = {**token(kept[0], 99), "type": "pw", "otpkey": "736563726574"}

    user = lambda one: {"login": one["account"], "realm": "office", "resolver": "ldap", "uid": "1", "custom_attributes": {}}
    items = [{**token(one, i), "issuer": "privacyIDEA", "count": one.get("counter", 0), "user": user(one)} for i, one in enumerate(kept)]
    del items[0]["user"]
    expected = [{**one, "issuer": "privacyIDEA", "account": one["account"] + "@office"} for one in kept]
    expected[0]["account"] = serial(kept[0], 0)
    text = json.dumps([items[0], other, *items[1:]], indent=2)
    key = sample.bytes(32)
    sample.write("export.pi", fernet(sample, text, key), expected, password=base64.urlsafe_b64encode(key).decode())
    sample.write("opened.json", text, expected)
    bad = [{**items[0], "otplen": "six"}, {**items[0], "info_list": {"timeStep": "x"}}, {**items[3], "counter": "x"}, {**items[0], "otpkey": ""}, items[1]]
    sample.write("bad-entries.json", json.dumps(bad), [expected[1]], problems=["IN014"] * 4)

    owned = lambda one: one["account"] + "@office" if one["account"].isascii() else "n/a"
    named = lambda one, number: {**one, "issuer": "", "account": serial(one, number) if owned(one) == "n/a" else owned(one)}
    for name, b32 in (("export.yaml", False), ("base32.yaml", True)):
        listed = [{**token(one, i, b32), "owner": owned(one)} for i, one in enumerate(kept)]
        motp = next(one for one in entries if one["type"] == "motp")
        listed.append({**token({**motp, "digits": 6, "algorithm": "md5"}, 7, b32), "owner": "carol@office"})
        text = yaml.safe_dump([*listed[:2], {**other, "owner": "n/a"}, *listed[2:]])
        expect = [named(one, i) for i, one in enumerate(kept)] + [{**motp, "issuer": "", "account": "carol@office"}]
        sample.write(name, text, expect)

    # The table has no hash and no counter; the length of a key stands for the hash.
    hashes = {20: "SHA1", 32: "SHA256", 64: "SHA512"}
    lost = lambda one: {**one, "algorithm": hashes.get(len(raw(one)), "SHA1"), **({"counter": 0} if one["type"] == "hotp" else {})}
    lines = []
    for i, one in enumerate(kept):
        lines.append(f"{owned(one)}, {serial(one, i)}, {raw(one).hex()}, {one['type']}, {one['digits']}" + (f", {one['period']}" if "period" in one else ""))
    rows = [one for one in kept if "," not in owned(one)]
    lines = [line for one, line in zip(kept, lines) if one in rows]
    expect = [lost(named(one, kept.index(one))) for one in rows]
    sample.write("export.csv", "\n".join(lines), expect, problems=["IN016"])

    line = lambda one, number: f"{serial(one, number)}, {raw(one).hex()}, {one['type']}, {one['digits']}, {one.get('period', one.get('counter'))}"
    ocra = "ocra1234,\t3132333435363738393031323334353637383930,\tocra, OCRA-1:HOTP-SHA1-8:QH40"
    plain = lambda one, number: {**lost(one), "issuer": "", "account": serial(one, number), **({"counter": one["counter"]} if "counter" in one else {})}
    text = "\n".join([ocra, *(line(one, i) for i, one in enumerate(kept))]) + "\n\n"
    sample.write("import.oath", text, [plain(one, i) for i, one in enumerate(kept)])
    lines = ["# version: 2", "# a comment", f"alice, ldap, office, {line(kept[0], 0)}", f", , , {line(kept[3], 3)}"]
    lines += ["bob, ldap, office, lonely", "bob, ldap, office, " + line(kept[0], 1).replace(", 30", ", 30 s")]
    lines += [f"bob, ldap, office, a, b, {raw(kept[0]).hex()}, totp, 6, 30", "bob, ldap, office, s, secret, pw"]
    lines += [f"bob, ldap, office, short, {raw(kept[0]).hex()}"]
    expect = [{**plain(kept[0], 0), "account": "alice@office"}, plain(kept[3], 3)]
    expect += [{**lost(kept[3]), "secret": kept[0]["secret"], "issuer": "", "account": "bob@office"}]
    sample.write("users.csv", "\r\n".join(lines), expect, problems=["IN014"] * 3)


FORMATS = {"privacyidea": write}
