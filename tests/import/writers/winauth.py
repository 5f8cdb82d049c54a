"""Exports of WinAuth: URIs in its own spelling, alone and in an archive; and its own file, which is only told of."""

from urllib.parse import quote_plus

from .archive import PASSWORD, File, zipped


def url(sample, entry, icon="Google"):
    issuer, label = entry["issuer"], quote_plus(entry["account"]).replace("%2C", "%2c")
    extra = f"&issuer={quote_plus(issuer)}" if issuer else ""
    if entry["algorithm"] != "SHA1":
        extra += f"&algorithm={entry['algorithm']}"
    if issuer == "BattleNet":
        extra += "&serial=US123412341234"
    if entry["type"] == "steam":
        device, session = quote_plus("android:" + sample.bytes(8).hex()), quote_plus('{"steamid":"1"}')
        extra += f"&deviceid={device}&data={session}"
    if entry["type"] == "hotp":
        extra += f"&counter={entry['counter']}"
    if icon:
        extra += f"&icon={quote_plus(icon)}"
    if entry.get("period", 30) != 30:
        extra += f"&period={entry['period']}"
    kind = "hotp" if entry["type"] == "hotp" else "totp"
    # The issuer stands in the label as it is.
    return f"otpauth://{kind}/{issuer + ':' if issuer else ''}{label}?secret={entry['secret']}&digits={entry['digits']}{extra}\r\n"


def write(sample, entries):
    kept = [one for one in entries if one["type"] in ("totp", "hotp", "steam")]
    odd = {**kept[0], "issuer": "Who? 50 % + #1: Café", "account": "alice + bob"}
    game = {**kept[0], "issuer": "BattleNet", "account": "Battle.net (EU)", "digits": 8}
    both = [*kept, odd, game]
    icons = [None, "base64:NBSWY3DP", *["Google"] * 9]
    text = "".join(url(sample, one, icon) for one, icon in zip(both, icons))
    sample.write("winauth.txt", "\ufeff" + text, both)
    for name, cipher in (("zipcrypto.zip", "zipcrypto"), ("aes.zip", 256)):
        archive = zipped(sample, [File("winauth.txt", text, cipher=cipher)], PASSWORD)
        sample.write(name, archive, both, password=PASSWORD, format="zip")
    bad = url(sample, kept[0]) + url(sample, {**kept[0], "digits": "x"}) + url(sample, {**kept[1], "secret": "1"})
    sample.write("bad.txt", bad, [kept[0]], problems=["IN014"] * 2)
    own = '<?xml version="1.0" encoding="utf-8"?>\n<WinAuth version="3.5">\n  <data encrypted="u">0100AF</data>\n</WinAuth>\n'
    sample.write("winauth.xml", own, [], problems=["IN013"])


FORMATS = {"winauth": write}
