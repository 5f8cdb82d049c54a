"""What apps keep on the phone: the settings of Authy and of Battle.net's authenticator, and databases."""

import base64
import json
import sqlite3
import tempfile
from xml.sax.saxutils import escape

MASK = bytes.fromhex("398e27fc50276a656065b0e525f4c06c04c61075286b8e7aeda59da9813b5dd6c80d2fb38068773fa59ba47c17ca6c6479015c1d5b8b8f6b9a")
FLAT = {"algorithm": "SHA1", "period": 30}


def settings(values):
    # As Android writes it.
    text = {name: escape(value, {'"': "&quot;"}) for name, value in values.items()}
    lines = [f'    <string name="{name}">{value}</string>\n' for name, value in text.items()]
    return "<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n<map>\n" + "".join(lines) + "</map>\n"


def raw(entry):
    return base64.b32decode(entry["secret"] + "=" * (-len(entry["secret"]) % 8))


def write_authy(sample, entries):
    kept = [one for one in entries if one["type"] == "totp" and ":" not in one["issuer"] + one["account"]]
    tokens = [
        {"accountType": "authenticator", "decryptedSecret": one["secret"], "digits": one["digits"], "uniqueId": "1"}
        | {"name": f"{one['issuer']}: {one['account']}" if one["issuer"] else one["account"]}
        | ({"originalIssuer": one["issuer"]} if one["issuer"] else {})
        for one in kept
    ]
    body = settings({"com.authy.storage.tokens.authenticator.key": json.dumps(tokens, ensure_ascii=False)})
    sample.write("com.authy.storage.tokens.authenticator.xml", body, [one | FLAT for one in kept])
    own = {"accountType": "authy", "name": "Shop", "secretSeed": raw(entries[0]).hex(), "digits": 7, "uniqueId": "2"}
    bad = own | {"secretSeed": "xyz"}
    entry = entries[0] | {"issuer": "Shop", "account": "", "digits": 7, "algorithm": "SHA1", "period": 10}
    body = settings({"com.authy.storage.tokens.authy.key": json.dumps([own, bad])})
    sample.write("com.authy.storage.tokens.authy.xml", body, [entry], problems=["IN014"])
    sealed = [{"accountType": "authenticator", "name": "a", "encryptedSecret": "AAAA", "salt": "x", "digits": 6}]
    sample.write("encrypted.xml", settings({"com.authy.storage.tokens.authenticator.key": json.dumps(sealed)}), [], problems=["IN013"])


def write_battle_net(sample, entries):
    secret = sample.bytes(20)
    plain = secret.hex().encode() + b"EU-1234-5678-9012"
    hidden = bytes(a ^ b for a, b in zip(plain, MASK)).hex()
    entry = {"type": "totp", "issuer": "Battle.net", "account": "EU-1234-5678-9012", "secret": base64.b32encode(secret).decode()}
    name = "com.blizzard.bma.AUTH_STORE.HASH"
    sample.write("com.blizzard.bma.AUTH_STORE.xml", settings({name: hidden}), [entry | {"algorithm": "SHA1", "digits": 8, "period": 30}])
    sample.write("damaged.xml", settings({name: hidden[:30]}), [], problems=["IN009"])


def write_sqlite(sample, entries):
    tables = {
        "databases": "CREATE TABLE accounts (_id INTEGER PRIMARY KEY, email TEXT, secret TEXT, issuer TEXT DEFAULT NULL, original_name TEXT)",
        "PhoneFactor": "CREATE TABLE accounts (_id INTEGER PRIMARY KEY, name TEXT, oath_secret_key TEXT)",
        "authenticator.db3": "CREATE TABLE authenticatorcategory (categoryid TEXT, authenticatorsecret TEXT)",
    }
    for name, table in tables.items():
        with tempfile.NamedTemporaryFile() as file:
            database = sqlite3.connect(file.name)
            database.execute(table)
            database.commit()
            database.close()
            sample.write(name, file.read(), [], problems=["IN013"])


FORMATS = {"authy": write_authy, "battle-net": write_battle_net, "sqlite": write_sqlite}
