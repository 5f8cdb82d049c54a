"""Exports of Raivo OTP; every value is a string. The app packs them into an archive with its password."""

import json

from .archive import PASSWORD, File, zipped


def item(entry, **parts):
    out = {"issuer": entry["issuer"], "account": entry["account"], "secret": entry["secret"]}
    out |= {"kind": entry["type"].upper(), "algorithm": entry["algorithm"], "digits": str(entry["digits"])}
    out |= {"timer": str(entry.get("period", 0)), "counter": str(entry.get("counter", 0)), "pinned": "false"}
    return out | {"iconType": "", "iconValue": "", **parts}


def write(sample, entries):
    kept = [one for one in entries if one["type"] in ("totp", "hotp")]
    export = json.dumps([item(one) for one in kept], indent=2)
    sample.write("raivo-otp-export.json", export, kept)
    page = "<html>\n<body>\n<h1>Raivo OTP</h1>\n" + "".join(f"<p>{one['account']}</p>\n" for one in kept) + "</body></html>"
    files = [File("raivo-otp-export.html", page, cipher=256), File("raivo-otp-export.json", export, cipher=256)]
    archive = zipped(sample, files, PASSWORD)
    sample.write("raivo-otp-export.zip", archive, kept, password=PASSWORD, format="zip")
    bad = [item(kept[0]), item(kept[0], kind="STEAM"), item(kept[0], secret=""), item(kept[3])]
    # A number that is none; the timer of an account that has a counter is no matter.
    bad += [item(kept[0], digits="six"), item(kept[0], timer="30s"), item(kept[3], counter="x"), item(kept[3], timer="x")]
    sample.write("bad-entries.json", json.dumps(bad), [kept[0], kept[3], kept[3]], problems=["IN014"] * 5)


FORMATS = {"raivo": write}
