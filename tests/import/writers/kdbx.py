"""Databases of KeePass 2 and KeePassXC (KDBX 4 and 3.1), by pykeepass, with its clock and its randomness held fast."""

import base64
import hashlib
import io
import struct
import uuid
from contextlib import ExitStack
from datetime import datetime, timezone
from unittest import mock

from construct import Container
from lxml.builder import E
from pykeepass.entry import Entry
from pykeepass.kdbx_parsing import KDBX, common, kdf_uuids
from pykeepass.kdbx_parsing.kdbx3 import DynamicHeader
from pykeepass.pykeepass import BLANK_DATABASE_LOCATION, BLANK_DATABASE_PASSWORD, PyKeePass

PASSWORD = "kdbx pässwörd"
NOW = datetime(2024, 5, 6, 7, 8, 9, tzinfo=timezone.utc)
MARK = b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5"


def blank(kdf="argon2", cipher="aes256", stream="chacha20", packed=True, version=0x13):
    """An empty database of version 4, whose keys cost little."""
    database = PyKeePass(BLANK_DATABASE_LOCATION, BLANK_DATABASE_PASSWORD)
    header = database.kdbx.header.value.dynamic_header
    header.cipher_id.data = cipher
    header.compression_flags.data.compression = packed
    database.payload.inner_header.protected_stream_id.data = stream
    items = [("$UUID", 0x42, kdf_uuids[kdf]), ("S", 0x42, bytes(32))]
    if kdf == "aeskdf":
        items.append(("R", 0x05, 5000))
    else:
        items += [("I", 0x05, 2), ("M", 0x05, 1 << 20), ("P", 0x04, 2), ("V", 0x04, version)]
    following = [kind for _, kind, _ in items[1:]] + [0]
    header.kdf_parameters.data.dict = Container(
        {key: Container(type=kind, key=key, value=value, next_byte=after) for (key, kind, value), after in zip(items, following)}
    )
    return database


def blank3(cipher="aes256", packed=True, attachments=()):
    """The same of version 3.1: its times are text, and the key of protected values stands in the outer head."""
    database = PyKeePass(BLANK_DATABASE_LOCATION, BLANK_DATABASE_PASSWORD)
    tree = database.tree
    for element in tree.iter():
        if element.tag.endswith(("Time", "Changed")):
            element.text = database._decode_time(element.text).strftime("%Y-%m-%dT%H:%M:%SZ")
    # Attachments stand in the XML, and take their part of the stream where they are protected.
    binaries = [E.Binary(text, ID=str(index), Protected="True") for index, text in enumerate(attachments)]
    tree.find("Meta").extend([E.HeaderHash(""), E.Binaries(*binaries)])
    fields = {
        "cipher_id": cipher,
        "compression_flags": Container(compression=packed),
        "master_seed": b"",
        "transform_seed": b"",
        "transform_rounds": 6000,
        "encryption_iv": b"",
        "protected_stream_key": bytes(32),
        "stream_start_bytes": b"",
        "protected_stream_id": "salsa20",
        "end": b"\r\n\r\n",
    }
    dynamic = Container({key: Container(id=key, data=value) for key, value in fields.items()})
    value = Container(sig1=MARK[:4], sig2=MARK[4:], minor_version=1, major_version=3, dynamic_header=dynamic)
    database.kdbx = Container(header=Container(value=value), body=Container(payload=Container(xml=tree)))
    return database


def saved(database, password=PASSWORD, keyfile=None):
    database._password, database._keyfile = password, keyfile
    out = io.BytesIO()
    if database.version[0] >= 4:
        database.save(out)
        return out.getvalue()
    # pykeepass leaves out the hash of the head, which has to be there before the XML is packed.
    common.rotate_seeds(database.kdbx)
    value = database.kdbx.header.value
    head = MARK + struct.pack("<HH", 1, 3) + DynamicHeader.build(value.dynamic_header)
    database.tree.find("Meta/HeaderHash").text = base64.b64encode(hashlib.sha256(head).digest()).decode()
    KDBX.build_stream(database.kdbx, out, password=password, keyfile=keyfile, transformed_key=None, decrypt=True)
    assert out.getvalue().startswith(head)
    return out.getvalue()


def add(database, group, entry, fields, was=()):
    """An entry with these fields, and with others in its history."""
    # `add_entry` looks for another of the name, and fails where there is a quotation mark in it.
    made = Entry(title=entry["issuer"], username=entry["account"], password="corre,ct horse", kp=database)
    group.append(made)
    for values in (was, fields):
        for name in values:
            made._set_string_field(name, str(values[name]), protected=True)
        if values is was and was:
            made.save_history()
    for name in set(was) - set(fields):
        made.delete_custom_property(name)
    return made


def fill(sample, database, entries):
    """Entries as KeePassXC and as KeePass keep their codes; those that should come out, in the order of the file."""
    from make import uri

    plain = [one for one in entries if one["type"] in ("totp", "hotp", "steam")]
    totp, hotp = (next(one for one in plain if one["type"] == kind) for kind in ("totp", "hotp"))
    old = base64.b32encode(sample.bytes(20)).decode()
    root = database.root_group
    add(database, root, {"issuer": "no codes", "account": "x"}, {"Note": "a & b"}, {"Note": "c"})
    add(database, root, {"issuer": "an empty value", "account": "x"}, {"otp": ""})
    for index, one in enumerate(plain):
        was = {"otp": f"otpauth://totp/old?secret={old}"} if index % 2 else {}
        made = add(database, root, one, {"otp": uri(one)}, was)
        if index == 1:
            made._set_string_field("Title", one["issuer"], protected=True)
    if database.version[0] >= 4:
        made.add_attachment(database.add_binary(b"a note" * 1000), "note.txt")
    group = database.add_group(root, "Group <1> & more")
    time = {"TimeOtp-Length": totp["digits"], "TimeOtp-Period": totp["period"]}
    time["TimeOtp-Algorithm"] = totp["algorithm"].replace("SHA", "HMAC-SHA-")
    add(database, group, totp, {"TimeOtp-Secret-Base32": totp["secret"], **time}, {"TimeOtp-Secret-Hex": "00" * 20})
    add(database, group, hotp, {"HmacOtp-Secret-Base32": hotp["secret"], "HmacOtp-Counter": hotp["counter"]})
    add(database, group, {"issuer": "bad", "account": "x"}, {"TimeOtp-Secret-Base64": "%"})
    database.trash_entry(add(database, root, totp, {"otp": uri(totp)}))
    return [*plain, totp, {**hotp, "algorithm": "SHA1", "digits": 6}, totp]


def write(sample, entries):
    with ExitStack() as stack:
        every = lambda: uuid.UUID(bytes=sample.bytes(16), version=4)
        stack.enter_context(mock.patch("pykeepass.baseelement.uuid.uuid1", every))
        stack.enter_context(mock.patch("pykeepass.baseelement.datetime", mock.Mock(now=lambda zone: NOW)))
        stack.enter_context(mock.patch.object(common, "get_random_bytes", sample.bytes))
        # pykeepass passes over protected attachments, which KeePass and KeePassXC do not.
        stack.enter_context(mock.patch.object(common.UnprotectedStream, "protected_xpath", "//*[@Protected='True']"))
        databases = {
            "argon2d.kdbx": blank(),
            "argon2d-1.0.kdbx": blank(packed=False, version=0x10),
            "argon2id-chacha20.kdbx": blank("argon2id", "chacha20"),
            "aes-kdf-salsa20.kdbx": blank("aeskdf", stream="salsa20"),
            "version-3.kdbx": blank3(),
            "version-3-chacha20.kdbx": blank3("chacha20", packed=False, attachments=["a note", "another"]),
            "twofish.kdbx": blank(cipher="twofish"),
        }
        for name, database in databases.items():
            expected = fill(sample, database, entries)
            sample.write(name, saved(database), expected, password=PASSWORD, problems=["IN014"])
        keyfile = io.BytesIO(sample.bytes(32))
        sample.write("key-file.kdbx", saved(blank(), keyfile=keyfile), [], password=PASSWORD, problems=["IN011"])
    version1 = MARK[:4] + b"\x65" + MARK[5:] + struct.pack("<II", 2, 0x30002) + sample.bytes(108 + 160)
    sample.write("version-1.kdb", version1, [], problems=["IN009"])


FORMATS = {"kdbx": write}
