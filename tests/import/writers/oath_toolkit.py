"""`users.oath` of the OATH Toolkit; a counter behind which a last code stands is one that was used."""

import base64


def line(entry):
    secret = base64.b32decode(entry["secret"] + "=" * (-len(entry["secret"]) % 8)).hex()
    if entry["type"] == "motp":
        return f"MOTP {entry['account']} {entry['pin']} {secret}"
    if entry["type"] == "totp":
        return f"HOTP/T{entry['period']}/{entry['digits']}\t{entry['account']} - {secret}"
    return f"HOTP/E/{entry['digits']} {entry['account']} - {secret}"


def write(sample, entries):
    plain = [one for one in entries if one["type"] in ("totp", "hotp", "motp") and " " not in one["account"]]
    kept = [{**one, "issuer": "", "algorithm": "SHA1"} for one in plain]
    kept[3]["counter"] = 0
    text = "# type user pin secret\n\n" + "".join(line(one) + "\n" for one in plain)
    sample.write("fresh.oath", text, kept)
    used = [{**kept[3], "counter": 43}, {**kept[3], "counter": 42}, {**kept[0], "digits": 6, "period": 60}]
    lines = [f"{line(plain[3])} 42 755224 2026-01-02T03:04:05L", f"{line(plain[3])} 42"]
    lines += [line({**plain[0], "period": 60}).replace("/6\t", " ") + "\t0\t123456\t2026-01-02T03:04:05L"]
    wrong = ["HOTP/T30/6 alice -", "TOTP alice - 00ff", "HOTP/E/6 alice - 00ff many"]
    sample.write("used.oath", "\n".join(lines + wrong) + "\n", used, problems=["IN014"] * 3)


FORMATS = {"oath-toolkit": write}
