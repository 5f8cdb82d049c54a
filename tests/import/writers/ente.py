"""Exports of Ente Auth: lines of URIs with the app's own parameter, plain, and sealed by libsodium (Argon2id, a secret
stream of one message)."""

import base64
import json
from urllib.parse import quote, quote_plus

from nacl import bindings

PASSWORD = "ente export"


def display(**changed):
    shown = {"pinned": False, "trashed": False, "lastUsedAt": 1735689600000000, "tapCount": 3, "tags": ["a", "b, c"]}
    return {**shown, "note": "", "position": 0, "iconSrc": "ente", "iconID": ""} | changed


def uri(entry, **changed):
    label = quote(f"{entry['issuer']}:{entry['account']}", safe=":@")
    text = f"otpauth://{entry['type']}/{label}?algorithm={entry['algorithm']}&digits={entry['digits']}"
    text += f"&issuer={quote_plus(entry['issuer'])}&period={entry.get('period', 30)}&secret={entry['secret']}"
    if entry["type"] == "hotp":
        text += f"&counter={entry['counter']}"
    # The app escapes what its URI class does, and every comma.
    return text + f"&codeDisplay={quote_plus(json.dumps(display(**changed), separators=(',', ':')))}"


def sealed(sample, plain, memory=16 << 20, passes=4):
    salt, header = sample.bytes(16), sample.bytes(24)
    key = bindings.crypto_pwhash_alg(
        32, PASSWORD.encode(), salt, passes, memory, bindings.crypto_pwhash_ALG_ARGON2ID13
    )
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    # The library draws the header itself where it is to seal; a state to open with is the same, and takes a given one.
    bindings.crypto_secretstream_xchacha20poly1305_init_pull(state, header, key)
    tag = bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL
    body = bindings.crypto_secretstream_xchacha20poly1305_push(state, plain, None, tag)
    text = lambda part: base64.b64encode(part).decode()
    cost = {"memLimit": memory, "opsLimit": passes, "salt": text(salt)}
    return json.dumps({"version": 1, "kdfParams": cost, "encryptedData": text(body), "encryptionNonce": text(header)})


def write(sample, entries):
    fits = [entry for entry in entries if entry["type"] in ("totp", "hotp", "steam")]
    lines = [uri(entry, pinned=index == 1, trashed=index == 2, note="a & b" * index) for index, entry in enumerate(fits)]
    plain = "".join(line + "\n" for line in lines)
    sample.write("ente-auth-codes.txt", plain, fits)
    sample.write("encrypted.txt", sealed(sample, plain.encode()), fits, password=PASSWORD)
    # How many zeros the mark is padded with depends on the length, in a peculiar way.
    for length in (3, 8, 16):
        entry = dict(fits[0], issuer="Example", account="a" * length)
        line = f"otpauth://totp/Example:{entry['account']}?secret={entry['secret']}&issuer=Example"
        sample.write(f"length-{length}.txt", sealed(sample, line.encode(), 8 << 20, 1), [entry], password=PASSWORD)
    bad = [lines[0], "otpauth://totp/Example:a?secret=0000&codeDisplay=%7B%7D", "", "a note", lines[1]]
    sample.write("bad.txt", "\r\n".join(bad), fits[:2], problems=["IN005", "IN005"])


FORMATS = {"ente": write}
