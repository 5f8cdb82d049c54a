"""Google Authenticator's `otpauth-migration://offline?data=…`, its protocol buffers written by hand."""

import base64
from urllib.parse import quote

# What reading an export says of every one: the format holds no period.
LOST = ["IN016"]

ALGORITHMS = {"SHA1": 1, "SHA256": 2, "SHA512": 3}


def varint(number):
    number &= (1 << 64) - 1
    out = b""
    while number > 0x7F:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def field(tag, value):
    if isinstance(value, int):
        return varint(tag << 3) + varint(value)
    if isinstance(value, str):
        value = value.encode()
    return varint(tag << 3 | 2) + varint(len(value)) + value


def decoded(secret):
    return base64.b32decode(secret + "=" * (-len(secret) % 8))


def parameters(entry, label):
    name = f"{entry['issuer']}:{entry['account']}" if label and entry["issuer"] else entry["account"]
    out = field(1, decoded(entry["secret"])) + field(2, name) + field(3, entry["issuer"])
    out += field(4, ALGORITHMS[entry["algorithm"]]) + field(5, {6: 1, 8: 2}[entry["digits"]])
    out += field(6, 1 if entry["type"] == "hotp" else 2)
    return out + (field(7, entry["counter"]) if entry["type"] == "hotp" else b"")


def export(entries, size=1, index=0, batch=0, label=False):
    payload = b"".join(field(1, parameters(entry, label)) for entry in entries)
    payload += field(2, 1) + field(3, size) + field(4, index) + field(5, batch)
    return "otpauth-migration://offline?data=" + quote(base64.b64encode(payload).decode(), safe="")


def write(sample, entries):
    fits = [entry for entry in entries if entry["type"] in ("totp", "hotp") and entry["digits"] in (6, 8)]
    # The period is not in the format: what was 60 seconds becomes 30.
    kept = [dict(entry, period=30) if "period" in entry else entry for entry in fits]
    sample.write("one.txt", export(fits) + "\n", kept, problems=LOST, format="text")
    sample.write("labels.txt", export(fits, label=True) + "\n", kept, problems=LOST, format="text")
    parts = [export(fits[:3], 2, 0, -1234567), export(fits[3:], 2, 1, -1234567)]
    sample.write("two-parts.txt", "\n".join(parts) + "\n", kept, problems=LOST, format="text")
    sample.write("first-part.txt", parts[0] + "\n", kept[:3], problems=[*LOST, "IN015"], format="text")


FORMATS = {"google": write}
