#!/usr/bin/env python3
"""Writes the samples under tests/import/, without a line of the program that reads them.

    pip install cryptography argon2-cffi pyyaml
    python3 tests/import/make.py [FORMAT ...]

Each module in writers/ writes one family of formats. Beside a sample `name.ext` stands `name.ext.expect.json`: the
password if it has one, the otpauth URIs of the entries that it holds (what the format loses is lost in them too), and
the codes of the problems that reading it should give. Salts and nonces come from a fixed seed, so that a second run
changes nothing.
"""

import importlib
import json
import pathlib
import random
import sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))


class Sample:
    """What a writer writes with: the entries, fixed randomness, and a folder of its own."""

    def __init__(self, format_id):
        self.folder = HERE / format_id
        self.folder.mkdir(exist_ok=True)
        self.random = random.Random(format_id)

    def bytes(self, count):
        return self.random.randbytes(count)

    def write(self, name, content, entries, password=None, problems=(), format=None):
        """`entries` are dictionaries as in entries.json, already without what the format loses."""
        if isinstance(content, str):
            content = content.encode()
        (self.folder / name).write_bytes(content)
        expect = {"entries": [uri(entry) for entry in entries]}
        if password is not None:
            expect["password"] = password
        if problems:
            expect["problems"] = list(problems)
        if format is not None:
            expect["format"] = format
        text = json.dumps(expect, indent=2, ensure_ascii=False) + "\n"
        (self.folder / (name + ".expect.json")).write_text(text)


def load():
    """The entries: `type`, `issuer`, `account`, `secret` (base32), `algorithm`, `digits`, `period` or `counter`."""
    return json.loads((HERE / "entries.json").read_text())


def uri(entry):
    """The otpauth URI of an entry, for the expectation."""
    from urllib.parse import quote

    issuer, account = quote(entry["issuer"], safe=""), quote(entry["account"], safe="")
    label = f"{issuer}:{account}" if entry["issuer"] or ":" in entry["account"] else account
    if entry["type"] == "motp":
        import base64

        secret = entry["secret"] + "=" * (-len(entry["secret"]) % 8)
        return f"motp://{label}?secret={base64.b32decode(secret).hex()}"
    scheme = {"hotp": "hotp", "yandex": "yaotp"}.get(entry["type"], "totp")
    text = f"otpauth://{scheme}/{label}?secret={entry['secret']}"
    if entry["issuer"]:
        text += f"&issuer={issuer}"
    if entry["type"] in ("totp", "hotp"):
        text += f"&algorithm={entry['algorithm']}&digits={entry['digits']}"
        text += f"&counter={entry['counter']}" if entry["type"] == "hotp" else f"&period={entry['period']}"
    if entry["type"] == "steam":
        text += "&encoder=steam"
    if entry["type"] == "yandex" and entry.get("pin"):
        text += f"&pin_length={len(entry['pin'])}"
    return text


def main():
    wanted = sys.argv[1:]
    for path in sorted((HERE / "writers").glob("[a-z]*.py")):
        module = importlib.import_module(f"writers.{path.stem}")
        for format_id, write in module.FORMATS.items():
            if not wanted or format_id in wanted:
                write(Sample(format_id), load())


if __name__ == "__main__":
    main()
