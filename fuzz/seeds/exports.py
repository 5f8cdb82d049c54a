#!/usr/bin/env python3
"""Writes fuzz/seeds/readers/export-*: the samples of tests/import/, encrypted at little cost, as small as a seed has to be.

    pip install cryptography argon2-cffi pyyaml
    python3 fuzz/seeds/exports.py [FORMAT ...]

A seed is the letter of the reader, a byte for the format (`0`: its content tells), a byte for the password, and the file.
"""

import pathlib
import random
import sys
import types

HERE = pathlib.Path(__file__).parent
IMPORT = HERE.parent.parent / "tests" / "import"
sys.path.insert(0, str(IMPORT))
import make

READER = b"u"
LARGEST = 4_000
# As in fuzz/src/readers/entries.rs.
PASSWORDS = [
    "correct horse battery",
    "12345678901234567890123456789012",
    "EjRWeJASNFZ4kBI0VniQEjRWeJASNFZ4kBI0VniQEjQ=",
    "qwerty",
]
# Which of the entries, fewer where a file would be too large.
FEWER = [range(9), [0, 1, 2, 3, 6, 7, 8], [0, 3, 6, 7, 8], [0, 6, 7, 8]]
# What makes a key cheap, where a file says what it costs.
CHEAPER = {
    "aegis": {"1 << 15": "1 << 4"},
    "bitwarden": {"100_000": "10", '"kdfMemory": 64': '"kdfMemory": 1', "64 * 1024": "1 * 1024", '"kdfIterations": 3': '"kdfIterations": 1', '"time_cost": 3': '"time_cost": 1'},
    "pskc": {"rounds=1000": "rounds=10"},
}


class Seed(make.Sample):
    """Keeps what a writer writes; its randomness is the key in hexadecimal over and over."""

    def __init__(self, format_id):
        self.format_id, self.files, self.random = format_id, [], random.Random(format_id)

    def bytes(self, count):
        return (bytes.fromhex("1234567890") * (count // 5 + 1))[:count]

    def write(self, name, content, entries, password=None, problems=(), format=None, recognised=None):
        content = content.encode() if isinstance(content, str) else content
        self.files.append((name, content, password))


def cheap(path):
    """A writer with other costs and the first of the passwords."""
    source = path.read_text()
    for old, new in CHEAPER.get(path.stem, {}).items():
        assert old in source, f"{path}: {old} is not in it any more"
        source = source.replace(old, new)
    module = types.ModuleType(f"cheap_{path.stem}")
    module.__package__ = "writers"
    exec(compile(source, str(path), "exec"), module.__dict__)
    module.PASSWORD = PASSWORDS[0]
    return module


def files(module, format_id, write):
    """Each file of a format, with as many entries as fit."""
    entries, found = make.load(IMPORT / "entries.json"), {}
    for fewer in FEWER:
        seed = Seed(format_id)
        try:
            write(seed, [entries[index] for index in fewer])
        except (LookupError, StopIteration):
            pass  # A writer that wants more entries; what it wrote before is good.
        for name, content, password in seed.files:
            if name not in found or len(found[name][0]) > LARGEST:
                found[name] = content, password
    return found


def main():
    passed_over = []
    for path in sorted((IMPORT / "writers").glob("[a-z]*.py")):
        module = cheap(path)
        for format_id, write in module.FORMATS.items():
            if sys.argv[1:] and format_id not in sys.argv[1:]:
                continue
            for name, (content, password) in files(module, format_id, write).items():
                known = password is None or password in PASSWORDS
                if len(content) > LARGEST or not known:
                    passed_over.append(f"{format_id}/{name} ({len(content)} bytes)")
                    continue
                opens = PASSWORDS.index(password) if password else 0
                name = f"export-{format_id}-{name.replace('.', '-')}"
                (HERE / "readers" / name).write_bytes(READER + b"0" + str(opens).encode() + content)
    print("passed over:", *passed_over, sep="\n  ")


if __name__ == "__main__":
    main()
