"""Exports of password managers: tables (CSV), XML of KeePass, and files of pass."""

import base64
import csv
import io
from xml.sax.saxutils import escape

HEADERS = {
    "1password.csv": ("Title", "Url", "Username", "Password", "OTPAuth", "Favorite", "Archived", "Tags", "Notes"),
    "proton-pass.csv": "type,name,url,email,username,password,note,totp,createTime,modifyTime,vault".split(","),
    "bitwarden.csv": "folder,favorite,type,name,notes,fields,reprompt,login_uri,login_username,login_password,login_totp".split(","),
    "dashlane.csv": "username,username2,username3,title,password,note,url,category,otpUrl".split(","),
    "apple-passwords.csv": ("Title", "URL", "Username", "Password", "Notes", "OTPAuth"),
}
KEEPASSXC = ("Group", "Title", "Username", "Password", "URL", "Notes", "TOTP", "Icon", "Last Modified", "Created")
ACCOUNT = ("username", "login_username")
TITLE = ("title", "name")
SECRET = ("otpauth", "totp", "login_totp", "otpurl")


def table(rows, quoting=csv.QUOTE_MINIMAL, delimiter=",", end="\n"):
    out = io.StringIO()
    csv.writer(out, quoting=quoting, delimiter=delimiter, lineterminator=end).writerows(rows)
    return out.getvalue()


def row(header, title, account, secret):
    values = {**dict.fromkeys(TITLE, title), **dict.fromkeys(ACCOUNT, account), **dict.fromkeys(SECRET, secret)}
    values |= {"type": "login", "password": "corre,ct \"horse\"", "notes": "two\nlines", "createtime": "1690535031"}
    return [values.get(name.lower(), "") for name in header]


def write_csv(sample, entries):
    from make import uri

    plain = [one for one in entries if one["type"] in ("totp", "hotp", "steam")]
    for name, header in HEADERS.items():
        rows = [row(header, one["issuer"], one["account"], uri(one)) for one in plain]
        rows.insert(1, row(header, "no codes", "alice", ""))
        sample.write(name, table([header, *rows], end="\r\n" if name == "1password.csv" else "\n"), plain)
    usual = {"algorithm": "SHA1", "digits": 6, "period": 30}
    # A bare secret beside its names, as Bitwarden keeps it.
    secrets = [row(HEADERS["bitwarden.csv"], "Example", "alice", plain[0]["secret"].lower())]
    secrets.append(row(HEADERS["bitwarden.csv"], "Example", "alice", "0000"))
    kept = {**plain[0], **usual, "issuer": "Example", "account": "alice"}
    sample.write("secrets.csv", table([HEADERS["bitwarden.csv"], *secrets]), [kept], problems=["IN014"])
    rows = [["Root", one["issuer"], one["account"], "x", "", "", uri(one), "0", "2024-05-06T07:08:09Z", "2023-01-02T03:04:05Z"] for one in plain]
    sample.write("keepassxc.csv", table([KEEPASSXC, *rows], csv.QUOTE_ALL), plain)
    generic = [["issuer", "account", "secret", "type", "algorithm", "digits", "period", "counter"]]
    for one in plain:
        numbers = [one["digits"], one.get("period", ""), one.get("counter", "")]
        generic.append([one["issuer"], one["account"], one["secret"], one["type"], one["algorithm"], *numbers])
    sample.write("generic.csv", "\ufeff" + table(generic, delimiter=";"), plain)
    # Numbers that are none, but where a URI tells all, or where the type has none.
    totp, hotp, steam = ([one["issuer"], one["account"], one["secret"], one["type"], one["algorithm"]] for one in (plain[0], plain[3], plain[-1]))
    rows = [generic[0], [*totp, "six", 30, ""], [*totp, 6, "30 s", ""], [*totp, 6, 30, "x"], [*hotp, 6, "x", plain[3]["counter"]], [*hotp, 6, "", "x"]]
    rows += [[*steam, "x", "x", ""], [plain[1]["issuer"], plain[1]["account"], uri(plain[1]), "totp", "", "x", "x", ""]]
    sample.write("numbers.csv", table(rows), [plain[0], plain[3], plain[-1], plain[1]], problems=["IN014"] * 3)


def xml_entry(title, account, fields, extra=""):
    strings = {"Title": title, "UserName": account, "Password": "x", **fields}
    text = "".join(f"<String><Key>{escape(key)}</Key><Value ProtectInMemory=\"True\">{escape(str(value))}</Value></String>\n" for key, value in strings.items())
    times = "<Times><CreationTime>2023-01-02T03:04:05Z</CreationTime></Times>"
    return f"<Entry><UUID>AAAA</UUID>{times}\n{text}{extra}</Entry>\n"


def xml(entries, binned=""):
    root = f"<Group><UUID>R</UUID><Name>Root</Name>{entries}<Group><UUID>BIN=</UUID><Name>Bin</Name>{binned}</Group></Group>"
    meta = "<Meta><Generator>KeePass</Generator><RecycleBinUUID>BIN=</RecycleBinUUID></Meta>"
    return f'<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<!-- export -->\n<KeePassFile>{meta}<Root>{root}</Root></KeePassFile>\n'


def raw(entry):
    return base64.b32decode(entry["secret"] + "=" * (-len(entry["secret"]) % 8))


def write_xml(sample, entries):
    from make import uri

    plain = [one for one in entries if one["type"] in ("totp", "hotp", "steam")]
    old = "<History>" + xml_entry("old", "old", {"otp": uri(plain[0])}) + "</History>"
    body = xml_entry("no codes", "x", {}) + "".join(xml_entry(one["issuer"], one["account"], {"otp": uri(one)}, old) for one in plain)
    sample.write("keepassxc.xml", xml(body, xml_entry("Old", "b", {"otp": uri(plain[0])})), [*plain, plain[0]])
    steam = next(one for one in plain if one["type"] == "steam")
    seeds = [({"TOTP Seed": steam["secret"], "TOTP Settings": "30;S"}, steam)]
    seeds.append(({"TOTP Seed": plain[2]["secret"], "TOTP Settings": "60;6"}, {**plain[2], "algorithm": "SHA1"}))
    seeds.append(({"otp": f"key={plain[0]['secret']}&size=6&step=30"}, plain[0]))
    time = {"TimeOtp-Length": 8, "TimeOtp-Period": 60, "TimeOtp-Algorithm": "HMAC-SHA-256"}
    own = {"digits": 8, "period": 60, "algorithm": "SHA256"}
    spellings = {"-Base32": plain[0]["secret"], "-Hex": raw(plain[0]).hex(), "-Base64": base64.b64encode(raw(plain[0])).decode()}
    for spelling, text in spellings.items():
        seeds.append(({f"TimeOtp-Secret{spelling}": text, **time}, {**plain[0], **own}))
    hotp = next(one for one in plain if one["type"] == "hotp")
    seeds.append(({"HmacOtp-Secret-Hex": raw(hotp).hex(), "HmacOtp-Counter": hotp["counter"]}, hotp))
    letters = base64.b32encode(b"12345678901234567890").decode()
    seeds.append(({"TimeOtp-Secret": "12345678901234567890"}, {**plain[0], "secret": letters}))
    body = "".join(xml_entry(one["issuer"], one["account"], fields) for fields, one in seeds)
    body += xml_entry("bad", "x", {"TimeOtp-Secret-Base64": "%"})
    for numbers in ({"TimeOtp-Length": "six"}, {"TimeOtp-Period": "30 s"}):
        body += xml_entry("bad", "x", {"TimeOtp-Secret": "12345678901234567890", **numbers})
    body += xml_entry("bad", "x", {"HmacOtp-Secret": "12345678901234567890", "HmacOtp-Counter": "x"})
    for settings in ("x;6", "30;x"):
        body += xml_entry("bad", "x", {"TOTP Seed": plain[0]["secret"], "TOTP Settings": settings})
    sealed = xml_entry("sealed", "x", {"otp": "AAAA"}).replace("ProtectInMemory", "Protected")
    sample.write("fields.xml", xml(body + sealed), [one for _, one in seeds], problems=[*["IN014"] * 6, "IN013"])


def write_pass(sample, entries):
    from make import uri

    totp, hotp = entries[1], entries[3]
    sample.write("totp", f"corre,ct horse!\nlogin: alice\n{uri(totp)}\nurl: https://example.com\n", [totp])
    sample.write("hotp", f"x\n{uri(hotp)}\n", [hotp])
    sample.write("bad", "x\notpauth://totp/x?secret=1\n", [], problems=["IN014"])


FORMATS = {"csv": write_csv, "keepass-xml": write_xml, "pass": write_pass}
