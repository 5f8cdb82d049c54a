"""`~/.google_authenticator` of the PAM module: one user's secret, options and scratch codes."""

SCRATCH = ["48392017", "10293847", "91827364", "55512345", "20304050"]


def text(entry, options):
    lines = [entry["secret"]] + [f'" {option}' for option in options] + SCRATCH
    return "\n".join(lines) + "\n"


def nameless(entry, **parts):
    return {**entry, "issuer": "", "account": "", "algorithm": "SHA1", "digits": 6, **parts}


def write(sample, entries):
    kind = {one["type"]: one for one in reversed(entries)}
    usual = ["RATE_LIMIT 3 30 1718000000", "WINDOW_SIZE 17", "DISALLOW_REUSE 57266666 57266667", "TOTP_AUTH"]
    sample.write("totp", text(kind["totp"], usual), [nameless(kind["totp"])])
    sample.write("totp-60", text(entries[2], ["STEP_SIZE 60", "TOTP_AUTH"]), [nameless(entries[2], period=60)])
    sample.write("hotp", text(kind["hotp"], ["HOTP_COUNTER 43", "WINDOW_SIZE 5"]), [nameless(kind["hotp"], counter=43)])
    sample.write("neither", text(kind["totp"], ["RATE_LIMIT 3 30", "HOTP_COUNTER x"]), [], problems=["IN014"])


FORMATS = {"pam": write}
