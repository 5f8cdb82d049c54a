"""Exports of 1Password (1PUX): the archive, and its `export.data` alone, of a new and of an old version."""

import json

from .archive import STORED, File, zipped

TRAITS = {"keyboard": "default", "correction": "default", "capitalization": "default"}


def value(title, kind, text):
    flags = {"guarded": False, "multiline": False, "dontGenerate": False, "inputTraits": TRAITS}
    return {"title": title, "id": title.lower(), "value": {kind: text}, "indexAtSource": 0, **flags}


def item(sample, title, user, fields, **more):
    login = [
        {"value": user, "id": "", "name": "user", "fieldType": "T", "designation": "username"},
        {"value": "corre,ct horse", "id": "", "name": "password", "fieldType": "P", "designation": "password"},
    ]
    sections = [{"title": "", "name": "extra", "fields": [value("hint", "string", "no code here"), *fields]}]
    details = {"loginFields": login, "notesPlain": "two\nlines", "sections": sections, "passwordHistory": []}
    overview = {"subtitle": user, "title": title, "url": "https://example.com/", "urls": [], "tags": ["x"]}
    head = {"uuid": sample.bytes(13).hex(), "favIndex": 0, "createdAt": 1690535031, "updatedAt": 1690535032}
    return {**head, "state": "active", "categoryUuid": "001", "details": details, "overview": overview, **more}


def export(items):
    vaults = [{"attrs": {"uuid": "v1", "name": "Private", "type": "P"}, "items": items[:3]}]
    vaults.append({"attrs": {"uuid": "v2", "name": "Shared", "type": "U"}, "items": items[3:]})
    attributes = {"accountName": "Alice", "name": "Alice", "avatar": "", "email": "alice@example.com", "uuid": "a"}
    return json.dumps({"accounts": [{"attrs": attributes, "vaults": vaults}]}, ensure_ascii=False, indent=1)


def write(sample, entries):
    from make import uri

    kept = [one for one in entries if one["type"] in ("totp", "hotp", "steam")]
    made = [item(sample, one["issuer"], one["account"], [value("OTP", "totp", uri(one))]) for one in kept]
    made.insert(1, item(sample, "no codes", "alice", []))
    made[2]["state"] = "archived"
    data = export(made)
    attributes = json.dumps({"version": 3, "description": "1Password Unencrypted Export", "createdAt": 1690535031})
    files = [File("export.attributes", attributes), File("export.data", data), File("files/", b"", STORED)]
    files.append(File("files/abc___scan.txt", "Dear sir,\n" * 20))
    sample.write("export.1pux", zipped(sample, files), kept, format="zip")
    sample.write("export.data", data, kept)
    # A bare secret takes the item's names; one field of two is bad.
    usual = {"algorithm": "SHA1", "digits": 6, "period": 30}
    bare = [value("OTP", "totp", kept[0]["secret"].lower()), value("old", "totp", "0000"), value("empty", "totp", "")]
    old = {"item": item(sample, "Example", "alice", bare, trashed=True)}
    expected = {**kept[0], **usual, "issuer": "Example", "account": "alice"}
    sample.write("old.json", export([old]), [expected], problems=["IN014"])


FORMATS = {"1password": write}
