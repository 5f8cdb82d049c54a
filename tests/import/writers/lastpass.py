"""Exports of LastPass Authenticator."""

import json
import uuid


def account(sample, entry, **parts):
    names = {"issuerName": entry["issuer"], "originalIssuerName": entry["issuer"]}
    names |= {"userName": entry["account"], "originalUserName": entry["account"]}
    out = {"accountID": str(uuid.UUID(bytes=sample.bytes(16), version=4)), "lmiUserId": "", **names}
    out |= {"pushNotification": False, "secret": entry["secret"], "timeStep": entry["period"]}
    out |= {"digits": entry["digits"], "creationTimestamp": 1690535031000, "isFavorite": False}
    return out | {"algorithm": entry["algorithm"], "folderData": {"folderId": 0, "position": 0}, **parts}


def export(accounts):
    device = {"deviceId": "", "deviceSecret": "", "localDeviceId": "261ce3ca", "deviceName": "phone", "version": 3}
    folders = [{"id": 0, "name": "Other Accounts", "isOpened": True}]
    return json.dumps({**device, "accounts": accounts, "folders": folders}, indent=1, ensure_ascii=False)


def write(sample, entries):
    kept = [one for one in entries if one["type"] == "totp"]
    sample.write("export.json", export([account(sample, one) for one in kept]), kept)
    names = {"issuerName": "", "userName": "mine", "algorithm": "SHA9"}
    changed = [account(sample, kept[0], issuerName="", userName="mine"), account(sample, kept[0], **names)]
    sample.write("changed.json", export(changed), [{**kept[0], "account": "mine"}], problems=["IN014"])


FORMATS = {"lastpass": write}
