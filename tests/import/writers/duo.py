"""`accounts.json` of Duo Mobile."""

import json


def account(entry):
    generator = {"otpSecret": entry["secret"]}
    if entry["type"] == "hotp":
        generator["counter"] = entry["counter"]
    return {"accountType": "OtherAccount", "name": entry["account"], "otpGenerator": generator, "logoUri": ""}


def write(sample, entries):
    plain = [one for one in entries if one["type"] in ("totp", "hotp")]
    parts = {"issuer": "", "algorithm": "SHA1", "digits": 6}
    kept = [{**one, **parts, **({"period": 30} if "period" in one else {})} for one in plain]
    accounts = [{"accountType": "DuoAccount", "name": "push only"}, *(account(one) for one in plain)]
    accounts.append({"name": "empty", "otpGenerator": {}})
    sample.write("accounts.json", json.dumps(accounts, ensure_ascii=False), kept, problems=["IN014"])


FORMATS = {"duo": write}
