"""Realms of Keycloak, as it exports them now and as it did before version 8."""

import base64
import json

CREATED = 1690535031123


def raw(entry):
    return base64.b32decode(entry["secret"] + "=" * (-len(entry["secret"]) % 8))


def as_text(entry):
    """The server takes the letters of a secret for its bytes."""
    return {**entry, "secret": base64.b32encode(entry["secret"].encode()).decode().rstrip("=")}


def numbers(entry):
    own = {"digits": entry["digits"], "counter": entry.get("counter", 0), "period": entry.get("period", 0)}
    return {**own, "algorithm": "Hmac" + entry["algorithm"]}


def otp(entry, label="", encoding=None, **changed):
    data = {"subType": entry["type"], **numbers(entry), **({"secretEncoding": encoding} if encoding else {})} | changed
    names = {"id": "c", "type": "otp", "userLabel": label, "createdDate": CREATED}
    return {**names, "secretData": json.dumps({"value": entry["secret"]}), "credentialData": json.dumps(data)}


def older(entry, value, encoded, name="hashedSaltedValue"):
    config = {"base64Encoded": ["true"]} if encoded else {}
    return {"type": entry["type"], name: value, "hashIterations": 0, **numbers(entry), "createdDate": CREATED, "config": config}


def user(name, *credentials):
    password = {"type": "password", "secretData": '{"value":"x","salt":"y"}', "credentialData": '{"algorithm":"argon2"}'}
    return {"id": "u", "username": name, "enabled": True, "credentials": [password, *credentials], "requiredActions": []}


def realm(name, users, shown=None):
    names = {"id": name, "realm": name, "displayName": shown, "otpPolicyType": "totp"}
    return {**names, "users": users, "clients": [{"clientId": "account"}]}


def write(sample, entries):
    kept = [one for one in entries if one["type"] in ("totp", "hotp") and one["issuer"]]
    named = lambda one: {**one, "issuer": "example"}
    users = [user(one["account"], otp(one)) for one in kept] + [{"username": "nobody"}]
    sample.write("realm.json", json.dumps(realm("example", users), indent=2), [named(as_text(one)) for one in kept])
    # Two devices of one person, and a realm that is shown by another name.
    both = user("alice", otp(kept[0], "Phone", "BASE32"), otp(kept[1], "Tablet", "base32"), otp(kept[2]))
    realms = [realm("master", []), realm("example", [both], "Example & Co")]
    label = lambda one, name: {**one, "issuer": "Example & Co", "account": name}
    expected = [label(kept[0], "alice (Phone)"), label(kept[1], "alice (Tablet)"), label(as_text(kept[2]), "alice")]
    sample.write("all-realms.json", json.dumps(realms), expected)
    old = [user("a", older(kept[0], kept[0]["secret"], False)), user("b", older(kept[1], base64.b64encode(raw(kept[1])).decode(), True))]
    old.append(user("c", older(kept[3], kept[3]["secret"], False, "value")))
    expected = [{**as_text(kept[0]), "account": "a"}, {**kept[1], "account": "b"}, {**as_text(kept[3]), "account": "c"}]
    sample.write("before-8.json", json.dumps(realm("example", old), indent=1), [named(one) for one in expected])
    hidden = {key: value for key, value in otp(kept[0]).items() if key != "secretData"}
    wrong = [otp(kept[0], encoding="ROT13"), otp(kept[0], subType="x"), otp(kept[0], digits="six"), otp(kept[3], counter="x")]
    wrong += [older(kept[0], "", False), older(kept[0], "%", True)]
    bad = [user("x", hidden), *(user("x", one) for one in wrong), user("good", otp(kept[0]))]
    expected = [{**named(as_text(kept[0])), "account": "good"}]
    sample.write("bad-entries.json", json.dumps(realm("example", bad)), expected, problems=["IN014"] * 7)
    console = {key: value for key, value in realm("example", []).items() if key != "users"}
    sample.write("of-the-console.json", json.dumps(console), [], problems=["IN008"])


FORMATS = {"keycloak": write}
