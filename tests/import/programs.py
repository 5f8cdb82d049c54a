#!/usr/bin/env python3
"""Writes the samples that apps and tools of others write themselves, each with a version in its name or below.

    apt-get install keepassxc otpclient-cli pass-extension-otp pskctool pskc-utils libpam-google-authenticator openssl
    cargo install cotp --locked --version 1.9.10
    pip install otpa==0.0.2 pyotp==2.12.1
    npm install otpauth@9.5.2
    python3 tests/import/programs.py [--out FOLDER] [PROGRAM ...]

make.py writes what formats look like; here the programs say it. They draw keys and salts and note the hour, so that a
second run writes other bytes, and what they hold is the same. Expectations stand beside the samples as with make.py.

cotp 1.9.10, KeePassXC 2.7.4, OTPClient 3.1.4, pass-otp 1.2.0 (with Bash 5.2), pskctool 2.6.7 (OATH Toolkit), python-pskc
1.2, google-authenticator 20191231 (the version of its package), otpa 0.0.2, PyOTP 2.12.1 and otpauth 9.5.2 wrote those that
are here.

OTPClient makes its database in its window alone: Create new database, with the password below; then Import, FreeOTP+
(key URI), of a text with the URIs of `ascii_only`. It is kept as otpclient/NewDatabase.enc, from which the command line
exports here. Only ASCII: of other names that version cuts the end of its database off.
"""

import argparse
import base64
import json
import os
import pathlib
import pty
import select
import subprocess
import tempfile
import time
from xml.sax.saxutils import escape

from make import HERE, Sample, load, uri

STANDARD = ("totp", "hotp")


def padded(entry):
    return entry["secret"] + "=" * (-len(entry["secret"]) % 8)


def of(entries, *kinds):
    return [one for one in entries if one["type"] in kinds]


def ascii_only(entries):
    return [one for one in of(entries, *STANDARD) if (one["issuer"] + one["account"]).isascii()]


def run(*command, given=None, env=None, folder=None):
    done = subprocess.run(command, input=given, capture_output=True, text=True, env=env, cwd=folder)
    assert done.returncode == 0, (command[0], done.stderr)
    return done.stdout


def typed(command, answers, env=None):
    """What a program says in a terminal, where each answer follows its prompt."""
    process, terminal = pty.fork()
    if process == 0:
        os.execvpe(command[0], command, {**os.environ, **(env or {})})
    said, answers, until = "", list(answers), time.time() + 20
    while time.time() < until:
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                said += os.read(terminal, 4096).decode(errors="replace")
            except OSError:
                break
        if answers and answers[0][0] in said:
            prompt, answer = answers.pop(0)
            said = said[said.index(prompt) + len(prompt) :]
            time.sleep(0.3)
            os.write(terminal, (answer + "\n").encode())
    else:
        os.kill(process, 9)
    _, status = os.waitpid(process, 0)
    assert os.waitstatus_to_exitcode(status) == 0, (command[0], said)


def write_cotp(sample, entries, folder):
    """`cotp add` for each entry, then `cotp export`; it sorts by issuer and label, and asks in a terminal."""
    password = "cotp 1.9.10"

    def filled(name, entries):
        database = folder / name
        for index, one in enumerate(entries):
            command = ["cotp", "--database-path", str(database), "add", "--type", one["type"], "--issuer", one["issuer"]]
            command += ["--label", one["account"], "--algorithm", one["algorithm"].lower(), "--digits", str(one["digits"])]
            for option in ("period", "counter", "pin"):
                command += [f"--{option}", str(one[option])] if option in one else []
            first = [("Choose a password:", password), ("Retype", password)]
            secret = base64.b32decode(padded(one)).hex() if one["type"] == "motp" else one["secret"]
            typed(command, [*(first if index == 0 else [("assword:", password)]), ("Insert the secret:", secret)])
        return database

    def exported(database, kind):
        out = folder / f"{database.name}-{kind}"
        typed(["cotp", "--database-path", str(database), "export", f"--{kind}", "--path", str(out)], [("assword:", password)])
        return out.read_bytes()

    order = sorted(entries, key=lambda one: (one["issuer"].lower(), one["account"].lower()))
    database = filled("db.cotp", entries)
    sample("cotp").write("cotp-1.9.10.cotp", exported(database, "cotp"), order)
    sample("cotp").write("cotp-1.9.10-uris.json", exported(database, "otp-uri"), [without_pin(one) for one in order])
    sample("andotp").write("cotp-1.9.10.json", exported(database, "andotp"), order)
    # What was added last stands last there, until something else is.
    last = entries[-1]
    sample("cotp").write("cotp-1.9.10.db.cotp", database.read_bytes(), [*(one for one in order if one is not last), last], password)
    # Its export for FreeOTP+ stops at a secret in hexadecimal digits.
    plain = of(order, *STANDARD)
    sample("freeotp-plus").write("cotp-1.9.10.json", exported(filled("plain.cotp", plain), "freeotp-plus"), plain)


def without_pin(entry):
    return {key: value for key, value in entry.items() if key != "pin"}


def write_keepassxc(sample, entries, folder):
    """`keepassxc-cli import` of XML, which makes version 3.1, or 4 where a plugin left data; then `export`."""
    password = "keepassxc 2.7.4"
    kept = of(entries, "totp", "hotp", "steam")
    other = {**kept[1], "algorithm": "SHA1", "digits": 8, "period": 60}
    tray = {**other, "issuer": "Tray", "account": "plugin"}
    steam = {**other, "type": "steam", "issuer": "Tray", "account": "Steam", "digits": 5, "period": 30}
    query = {**other, "issuer": "KeeOtp", "account": "plugin", "algorithm": "SHA256", "period": 45}
    nobody = {**kept[0], "issuer": "Nobody", "account": ""}
    fields = [{"Title": one["issuer"], "UserName": one["account"], "otp": uri(one)} for one in kept]
    fields.append({"Title": "Tray", "UserName": "plugin", "TOTP Seed": tray["secret"], "TOTP Settings": "60;8"})
    fields.append({"Title": "Tray", "UserName": "Steam", "TOTP Seed": steam["secret"], "TOTP Settings": "30;S"})
    text = f"key={query['secret']}&step=45&size=8&otpHashMode=Sha256"
    fields.append({"Title": "KeeOtp", "UserName": "plugin", "otp": text})
    fields.append({"Title": "Nobody", "otp": f"otpauth://totp/?secret={nobody['secret']}"})
    fields.append({"Title": "no codes", "UserName": "x", "Password": "x", "Notes": 'a, "b"\n\nc'})

    def element(index, strings):
        number = base64.b64encode(index.to_bytes(16, "big")).decode()
        pairs = "".join(f"<String><Key>{key}</Key><Value>{escape(value)}</Value></String>" for key, value in strings.items())
        return f"<Entry><UUID>{number}</UUID>{pairs}</Entry>"

    group = base64.b64encode(b"g" * 16).decode()
    inner = "".join(element(index, strings) for index, strings in enumerate(fields, 1))
    xml = f"<KeePassFile><Meta/><Root><Group><UUID>{group}</UUID><Name>Root</Name>{inner}</Group></Root></KeePassFile>"
    plugin = "<CustomData><Item><Key>plugin</Key><Value>x</Value></Item></CustomData></Entry></Group>"
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "LANG": "C.UTF-8", "HOME": str(folder)}
    all_of_them = [*kept, tray, steam, query, nobody]
    for name, text in (("keepassxc-2.7.4.kdbx", xml), ("keepassxc-2.7.4-v4.kdbx", xml.replace("</Entry></Group>", plugin))):
        (folder / "in.xml").write_text(text)
        given = f"{password}\n{password}\n"
        run("keepassxc-cli", "import", "-q", "-p", str(folder / "in.xml"), str(folder / name), given=given, env=env)
        sample("kdbx").write(name, (folder / name).read_bytes(), all_of_them, password=password)

    def exported(kind):
        given = f"{password}\n"
        return run("keepassxc-cli", "export", "-q", "-f", kind, str(folder / "keepassxc-2.7.4.kdbx"), given=given, env=env)

    sample("keepass-xml").write("keepassxc-2.7.4.xml", exported("xml"), all_of_them)
    # It knows no counter, and writes such a code as one that follows time.
    timed = [{**one, "type": "totp", "period": 30} if one["type"] == "hotp" else one for one in all_of_them]
    sample("csv").write("keepassxc-2.7.4.csv", exported("csv"), timed)


def write_otpclient(sample, entries, folder):
    """`otpclient-cli export -t KIND -d FOLDER`; of `andotp_plain` and `andotp_encrypted` each writes the other."""
    password = "otpclient 314"
    database = HERE / "otpclient" / "NewDatabase.enc"
    (folder / ".config").mkdir()
    (folder / ".config" / "otpclient.cfg").write_text(f"[config]\ndb_path={database}\n")
    env = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder / ".config"), "LANG": "C.UTF-8"}
    for kind in ("andotp_plain", "andotp_encrypted", "freeotpplus", "aegis"):
        asked = [("DB decryption password", password), ("export encryption password", password)]
        typed(["otpclient-cli", "export", "-t", kind, "-d", str(folder)], asked, env)
    kept = ascii_only(entries)
    read = lambda name: (folder / name).read_bytes()
    sample("aegis").write("otpclient-3.1.4.json", read("aegis_export_plain.json"), kept)
    sample("andotp").write("otpclient-3.1.4.json", read("andotp_exports.json"), kept)
    sample("andotp").write("otpclient-3.1.4.json.aes", read("andotp_exports.json.aes"), kept, password=password)
    # It escapes no issuer, not even an ampersand.
    sample("otpclient").write("freeotpplus-exports.txt", read("freeotpplus-exports.txt"), kept, format="text")
    sample("otpclient").write("NewDatabase.enc", database.read_bytes(), [], problems=["IN004"], format="text")


def write_pass(sample, entries, folder):
    """`pass otp insert`, `append`, `uri`, and `pass show` before and after `pass otp`, which counts on."""
    env = {**os.environ, "HOME": str(folder), "GNUPGHOME": str(folder / "gnupg"), "LANG": "C.UTF-8"}
    (folder / "gnupg").mkdir(mode=0o700)
    name = "sample@example.com"
    run("gpg", "--batch", "--quiet", "--passphrase", "", "--quick-generate-key", name, "default", "default", "never", env=env)
    run("pass", "init", name, env=env)
    kept = of(entries, *STANDARD)
    for index, one in enumerate(kept):
        run("pass", "otp", "insert", f"of/{index}", given=uri(one) + "\n", env=env)
    texts = "".join(run("pass", "otp", "uri", f"of/{index}", env=env) for index in range(len(kept)))
    sample("pass").write("pass-otp-1.2.0-uris", texts, kept, format="text")
    for kind in STANDARD:
        one = next(one for one in kept if one["type"] == kind)
        run("pass", "insert", "-m", kind, given="correct horse\nlogin: x\n", env=env)
        run("pass", "otp", "append", kind, given=uri(one) + "\n", env=env)
        sample("pass").write(f"pass-otp-1.2.0-{kind}", run("pass", "show", kind, env=env), [one])
    # Under Bash 5.2 the counter that was stands before the new one, and pass-otp itself refuses that from then on.
    run("pass", "otp", "hotp", env=env)
    counted = run("pass", "show", "hotp", env=env)
    assert "counter=42counter=43" in counted, "another Bash"
    sample("pass").write("pass-otp-1.2.0-counted", counted, [{**one, "counter": 43}], problems=["IN009"])
    sample("openpgp").write("pass-otp-1.2.0.gpg", (folder / ".password-store" / "totp.gpg").read_bytes(), [], problems=["IN013"])
    run("gpgconf", "--kill", "gpg-agent", env=env)


def write_pskc(sample, entries, folder):
    """`pskctool --sign` of what make.py wrote, `csv2pskc` with a password, with a key, without."""
    kept = of(entries, *STANDARD)
    key, certificate = str(folder / "key.pem"), str(folder / "certificate.pem")
    made = ["-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-subj", "/CN=Sample", "-days", "3650"]
    run("openssl", "req", "-x509", *made)
    signed = run("pskctool", "--sign", "--sign-key", key, "--sign-crt", certificate, str(HERE / "pskc" / "plain.xml"))
    sample("pskc").write("pskctool-2.6.7-signed.xml", signed, kept)
    # No hash is given here. A column that is empty is none.
    kept = [{**one, "algorithm": "SHA1"} for one in kept if one["issuer"]]
    names = ["serial", "secret", "counter", "time_interval", "response_length", "issuer", "key_userid", "algorithm"]
    for kinds in (("totp",), ("hotp",)):
        rows = [",".join(names)]
        for index, one in enumerate(of(kept, *kinds)):
            number = one.get("counter", "") if one["type"] == "hotp" else ""
            secret = base64.b32decode(padded(one)).hex()
            kind = f"urn:ietf:params:xml:ns:keyprov:pskc:{one['type']}"
            parts = [index, secret, number, one.get("period", ""), one["digits"], one["issuer"], one["account"], kind]
            rows.append(",".join('"' + str(part).replace('"', '""') + '"' for part in parts))
        (folder / f"{kinds[0]}.csv").write_text("\n".join(rows) + "\n")
    without = {"totp": "counter", "hotp": "time_interval"}
    agreed = "31323334353637383930313233343536"
    for kind, options, password in (
        ("totp", [], None),
        ("hotp", ["--password", "pskc 1.2"], "pskc 1.2"),
        ("totp", ["--password", "pskc 1.2"], "pskc 1.2"),
        ("totp", ["--secret", agreed], agreed),
    ):
        columns = ",".join(f"{name}:" if name == without[kind] else f"{name}:{name}" for name in names)
        text = run("csv2pskc", "-e", "hex", "-c", columns, *options, str(folder / f"{kind}.csv"), folder=folder)
        way = options[0].strip("-") if options else "plain"
        sample("pskc").write(f"python-pskc-1.2-{kind}-{way}.xml", text, of(kept, kind), password=password)


def write_pam(sample, _, folder):
    """`google-authenticator`, which draws the key."""
    for name, options, rest in (
        ("totp", ["-t", "-d", "-w", "3", "-r", "3", "-R", "30"], {"type": "totp", "period": 30}),
        ("totp-60", ["-t", "-D", "-u", "-S", "60", "-w", "17", "-e", "2"], {"type": "totp", "period": 60}),
        ("hotp", ["-c", "-u", "-w", "17"], {"type": "hotp", "counter": 1}),
    ):
        out = folder / name
        run("google-authenticator", *options, "-f", "-q", "-s", str(out))
        text = out.read_text()
        entry = {"issuer": "", "account": "", "secret": text.split("\n")[0], "algorithm": "SHA1", "digits": 6, **rest}
        sample("pam").write(f"google-authenticator-20191231-{name}", text, [entry])


JAVASCRIPT = """
const { HOTP, TOTP } = require("otpauth");
for (const { type, account, period, counter, ...parts } of JSON.parse(require("fs").readFileSync(0))) {
  const of = { ...parts, label: account };
  console.log(String(type === "hotp" ? new HOTP({ ...of, counter }) : new TOTP({ ...of, period })));
}
"""


def write_libraries(sample, entries, folder):
    """`otpa cm`, which writes exports of Google Authenticator, and the URIs of PyOTP and of npm's otpauth."""
    import hashlib

    import pyotp

    kept = of(entries, *STANDARD)
    exported = run("otpa", "cm", *map(uri, kept))
    lost = [{**one, "period": 30} if "period" in one else one for one in kept]
    sample("google").write("otpa-0.0.2.txt", exported, lost, problems=["IN016"], format="text")

    def pyotps(one):
        given = {"digits": one["digits"], "digest": getattr(hashlib, one["algorithm"].lower())}
        given |= {"name": one["account"], "issuer": one["issuer"] or None}
        if one["type"] == "hotp":
            return pyotp.HOTP(one["secret"], **given, initial_count=one["counter"]).provisioning_uri()
        return pyotp.TOTP(one["secret"], **given, interval=one["period"]).provisioning_uri()

    sample("google").write("pyotp-2.12.1.txt", "".join(pyotps(one) + "\n" for one in kept), kept, format="text")
    # With the folder of `npm install` in NODE_PATH, or in the working directory.
    printed = run("node", "-e", JAVASCRIPT, given=json.dumps(kept))
    sample("google").write("otpauth-9.5.2.txt", printed, kept, format="text")


PROGRAMS = {
    "cotp": write_cotp,
    "keepassxc": write_keepassxc,
    "otpclient": write_otpclient,
    "pass": write_pass,
    "pskc": write_pskc,
    "pam": write_pam,
    "libraries": write_libraries,
}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=pathlib.Path, default=HERE)
    parser.add_argument("programs", nargs="*")
    given = parser.parse_args()
    for name, write in PROGRAMS.items():
        if not given.programs or name in given.programs:
            with tempfile.TemporaryDirectory() as folder:
                write(lambda format_id: Sample(format_id, given.out), load(HERE / "entries.json"), pathlib.Path(folder))


if __name__ == "__main__":
    main()
