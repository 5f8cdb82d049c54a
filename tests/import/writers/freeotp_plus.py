"""Exports of FreeOTP+; secrets are lists of signed bytes."""

import base64
import json


def signed(secret):
    return [byte - 256 if byte > 127 else byte for byte in base64.b32decode(secret + "=" * (-len(secret) % 8))]


def token(entry):
    kind = "HOTP" if entry["type"] == "hotp" else "TOTP"
    out = {"algo": entry["algorithm"], "counter": entry.get("counter", 0), "digits": entry["digits"]}
    out |= {"issuerExt": entry["issuer"], "issuerInt": entry["issuer"], "label": entry["account"]}
    return out | {"period": entry.get("period", 30), "secret": signed(entry["secret"]), "type": kind}


def export(tokens):
    order = [f"{one['issuerExt']}:{one['label']}" for one in tokens if isinstance(one, dict)]
    return json.dumps({"tokenOrder": order, "tokens": tokens}, ensure_ascii=False)


def write(sample, entries):
    kept = [one for one in entries if one["type"] in ("totp", "hotp", "steam")]
    sample.write("export.json", export([token(one) for one in kept]), kept)
    renamed = token(kept[0]) | {"issuerAlt": "My bank", "labelAlt": "savings", "imageAlt": None}
    bad = [token(kept[0]) | {"secret": [300]}, token(kept[0]) | {"type": "OCRA"}, 7]
    named = {**kept[0], "issuer": "My bank", "account": "savings"}
    sample.write("renamed.json", export([renamed, *bad]), [named], problems=["IN014"] * 3)


FORMATS = {"freeotp-plus": write}
