"""FreeOTP: the settings of version 1 (XML of Android), and backups of version 2 (a serialised table, PBKDF2, AES-256-GCM)."""

import base64
import hashlib
import json
import struct
import uuid
from xml.sax.saxutils import escape

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .freeotp_plus import token

PASSWORD = "korrektes Pferd \U0001f434"


def settings(strings):
    quotes = {'"': "&quot;"}
    rows = "".join(f"    <string name=\"{escape(name, quotes)}\">{escape(text, quotes)}</string>\n" for name, text in strings)
    return f"<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n<map>\n{rows}</map>\n"


def java_text(text):
    """UTF-8 as Java writes it: halves of a pair by themselves, and a zero in two bytes."""
    units = struct.unpack(f">{len(text.encode('utf-16-be')) // 2}H", text.encode("utf-16-be"))
    out = bytearray()
    for unit in units:
        if 0 < unit < 0x80:
            out.append(unit)
        elif unit < 0x800:
            out += bytes([0xC0 | unit >> 6, 0x80 | unit & 0x3F])
        else:
            out += bytes([0xE0 | unit >> 12, 0x80 | unit >> 6 & 0x3F, 0x80 | unit & 0x3F])
    return struct.pack(">H", len(out)) + bytes(out)


def java_table(pairs, old=False):
    fields = [("F", "loadFactor", struct.pack(">f", 0.75))]
    if not old:
        fields.append(("I", "threshold", struct.pack(">i", 48)))
    out = b"\xac\xed\x00\x05" + b"s" + b"r" + java_text("java.util.HashMap") + struct.pack(">q", 362498820763181265)
    out += b"\x03" + struct.pack(">H", len(fields))
    out += b"".join(kind.encode() + java_text(name) for kind, name, _ in fields) + b"x" + b"p"
    out += b"".join(value for _, _, value in fields) + b"w\x08" + struct.pack(">ii", 64, len(pairs))
    return out + b"".join(b"t" + java_text(name) + b"t" + java_text(text) for name, text in pairs) + b"x"


def sealed(sample, key, plain, name, bare=False):
    nonce = sample.bytes(12)
    der = b"\x04\x0c" + nonce
    parameters = der if bare else b"\x30" + bytes([len(der) + 3]) + der + b"\x02\x01\x10"
    text = AESGCM(key).encrypt(nonce, plain, name.encode())
    numbers = lambda data: [byte - 256 if byte > 127 else byte for byte in data]
    return {"mCipher": "AES/GCM/NoPadding", "mCipherText": numbers(text), "mParameters": numbers(parameters), "mToken": name}


def raw(entry):
    return base64.b32decode(entry["secret"] + "=" * (-len(entry["secret"]) % 8))


def backup(sample, tokens, algorithm="sha512", old=False):
    """`tokens` are pairs of a token, without its secret, and the bytes of that; either may be missing."""
    salt, master = sample.bytes(32), sample.bytes(32)
    own = hashlib.pbkdf2_hmac(algorithm, PASSWORD.encode(), salt, 100_000, 32)
    head = {"mAlgorithm": f"PBKDF2withHmac{algorithm.upper()}", "mEncryptedKey": sealed(sample, own, master, "AES", old)}
    head |= {"mIterations": 100_000, "mSalt": [byte - 256 if byte > 127 else byte for byte in salt]}
    pairs = []
    for one, secret in tokens:
        identity = str(uuid.UUID(bytes=sample.bytes(16), version=4))
        if one is not None:
            pairs.append((identity + "-token", json.dumps(one, ensure_ascii=False, separators=(",", ":"))))
        if secret is not None:
            inner = sealed(sample, master, secret, "Hmac" + ((one or {}).get("algo") or "SHA1"), old)
            pairs.append((identity, json.dumps({"key": json.dumps(inner)})))
    pairs.insert(1, ("masterKey", json.dumps(head)))
    return java_table(pairs, old)


def bare(entry, **more):
    out = {name: part for name, part in token(entry).items() if name != "secret"} | more
    return {name: part for name, part in out.items() if part is not None}


def write(sample, entries):
    from make import uri

    kept = [one for one in entries if one["type"] in ("totp", "hotp", "steam")]
    strings = [(f"{one['issuer']}:{one['account']}", json.dumps(token(one), ensure_ascii=False)) for one in kept]
    order = ("tokenOrder", json.dumps([name for name, _ in strings]))
    sample.write("tokens.xml", settings([*strings, order]), kept)
    # Names that the user gave do not make a token Steam's, nor take that away.
    renamed = token(kept[0]) | {"issuerAlt": "Steam", "labelAlt": "savings"}
    steam = next(one for one in kept if one["type"] == "steam")
    game = token(steam) | {"issuerAlt": "My games"}
    bad = [token(kept[0]) | {"secret": "AAAA"}, token(kept[0]) | {"type": "OCRA"}]
    odd = [(str(at), json.dumps(one)) for at, one in enumerate([renamed, game, *bad])]
    odd += [("old", uri(kept[3])), ("broken", "{"), order]
    named = [{**kept[0], "issuer": "Steam", "account": "savings"}, {**steam, "issuer": "My games"}, kept[3]]
    sample.write("odd.xml", settings(odd), named, problems=["IN014"] * 3)

    key = {**kept[0], "issuer": "Schlüssel \U0001f511"}
    # Where nothing was said, nothing stands: the usual is meant.
    usual = bare(kept[0], algo=None, digits=None, period=None)
    tokens = [(bare(one), raw(one)) for one in [*kept, key]] + [(usual, raw(kept[0]))]
    sample.write("externalBackup.xml", backup(sample, tokens), [*kept, key, kept[0]], password=PASSWORD)
    few = [(bare(kept[0]), raw(kept[0])), (bare(kept[1]), None), (bare(kept[2]), raw(kept[2])), (None, raw(kept[4]))]
    old = backup(sample, few, "sha1", old=True)
    sample.write("android-6.xml", old, [kept[0], kept[2]], password=PASSWORD, problems=["IN014"] * 2)


FORMATS = {"freeotp": write}
