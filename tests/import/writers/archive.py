"""ZIP archives of other files: stored, deflated, encrypted with AES (WinZip) and with ZipCrypto; and what is wrong with some."""

import base64
import hashlib
import io
import json
import struct
import zlib

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from . import aegis

PASSWORD = "Schlüssel 4711"
STORED, DEFLATED, BZIP2, AES = 0, 8, 12, 99
TIME = (1 << 5 | 1) << 16 | 12 << 11
TABLE = [0] * 256
for number in range(256):
    value = number
    for _ in range(8):
        value = value >> 1 ^ (0xEDB88320 if value & 1 else 0)
    TABLE[number] = value


def aes_sealed(sample, plain, password, bits):
    """WinZip's: a salt, two bytes to check the password, the text under a counter that runs backwards, ten of the mark."""
    size = bits // 8
    salt = sample.bytes(size // 2)
    keys = hashlib.pbkdf2_hmac("sha1", password.encode(), salt, 1000, 2 * size + 2)
    block = Cipher(algorithms.AES(keys[:size]), modes.ECB()).encryptor()
    text = bytearray(plain)
    for index in range(0, len(plain), 16):
        stream = block.update(struct.pack("<QQ", index // 16 + 1, 0))
        for at, byte in enumerate(plain[index : index + 16]):
            text[index + at] = byte ^ stream[at]
    mark = hmac.HMAC(keys[size : 2 * size], hashes.SHA1())
    mark.update(bytes(text))
    return salt + keys[-2:] + bytes(text) + mark.finalize()[:10]


def zipcrypto_sealed(sample, plain, password, checksum):
    keys = [0x12345678, 0x23456789, 0x34567890]

    def step(byte):
        keys[0] = keys[0] >> 8 ^ TABLE[(keys[0] ^ byte) & 255]
        keys[1] = ((keys[1] + (keys[0] & 255)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = keys[2] >> 8 ^ TABLE[(keys[2] ^ keys[1] >> 24) & 255]

    for byte in password.encode():
        step(byte)
    out = bytearray()
    for byte in sample.bytes(11) + bytes([checksum >> 24]) + plain:
        half = keys[2] & 0xFFFF | 2
        out.append(byte ^ (half * (half ^ 1) >> 8 & 255))
        step(byte)
    return bytes(out)


def packed(data):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


class File:
    """One file of an archive: `cipher` is 128, 192 or 256 for AES, "zipcrypto", or nothing."""

    def __init__(self, name, data, method=DEFLATED, cipher=None, damaged=False):
        self.name, self.data, self.method, self.cipher = name, data, method, cipher
        self.damaged = damaged


def zipped(sample, files, password=None):
    out, central = io.BytesIO(), io.BytesIO()
    for file in files:
        data = file.data.encode() if isinstance(file.data, str) else file.data
        checksum = zlib.crc32(data)
        body = packed(data) if file.method == DEFLATED else data
        flags, method, extra = 1 << 11, file.method, b""
        if file.cipher == "zipcrypto":
            flags, body = flags | 1, zipcrypto_sealed(sample, body, password, checksum)
        elif file.cipher:
            flags, body = flags | 1, aes_sealed(sample, body, password, file.cipher)
            extra = struct.pack("<HHH2sBH", 0x9901, 7, 2, b"AE", file.cipher // 64 - 1, method)
            method, checksum = AES, 0
        if file.damaged:
            body = body[:-3] + bytes([body[-3] ^ 1]) + body[-2:]
        name = file.name.encode()
        sizes = struct.pack("<IIIHH", checksum, len(body), len(data), len(name), len(extra))
        head = struct.pack("<HHHI", 51 if file.cipher else 20, flags, method, TIME) + sizes
        where = out.tell()
        out.write(b"PK\x03\x04" + head + name + extra + body)
        central.write(b"PK\x01\x02" + struct.pack("<H", 51) + head + struct.pack("<HHHII", 0, 0, 0, 0, where) + name + extra)
    where, listed = out.tell(), central.getvalue()
    out.write(listed + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, len(files), len(files), len(listed), where, 0))
    return out.getvalue()


def picture(text):
    import segno

    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="png", scale=4)
    return out.getvalue()


def write(sample, entries):
    from make import uri

    database = {"version": 3, "entries": [aegis.item(sample, one) for one in entries[:3]], "groups": []}
    vault = json.dumps({"version": 1, "header": {"slots": None, "params": None}, "db": database}, indent=1)
    guard = next(one for one in entries if one["type"] == "steam")
    account = json.dumps({"shared_secret": base64.b64encode(base64.b32decode(guard["secret"])).decode(), "account_name": guard["account"]})
    note = File("README.txt", "My entries.\nUsage\nPlease keep them safe.\n" * 9)
    folder = File("backup/", b"", STORED)
    both = [note, folder, File("backup/aegis.json", vault), File("backup/sub/gabe.maFile", account, STORED)]
    kept = [*entries[:3], guard]
    sample.write("files.zip", zipped(sample, both), kept)
    for name, cipher in (("aes-128.zip", 128), ("aes-256.zip", 256), ("zipcrypto.zip", "zipcrypto")):
        locked = [File(one.name, one.data, one.method, cipher if one.data else None) for one in both]
        sample.write(name, zipped(sample, locked, PASSWORD), kept, password=PASSWORD)
    # The archive is open, and a file in it has a password of its own.
    sealed = aegis.encrypted(sample, database, aegis.PASSWORD)
    sample.write("inside.zip", zipped(sample, [note, File("aegis.json", sealed)]), entries[:3], password=aegis.PASSWORD)
    shots = [File(f"Bildschirmfoto {at}.png", picture(uri(one)), STORED) for at, one in enumerate(entries[:2])]
    sample.write("pictures.zip", zipped(sample, shots), entries[:2])
    lines = "".join(uri(one) + "\n" for one in entries[:6])
    sample.write("list.zip", zipped(sample, [note, File("keys.txt", "# keys\n" + lines)]), entries[:6])
    archive = File("inner.zip", zipped(sample, both), STORED)
    sample.write("nothing.zip", zipped(sample, [note, archive]), [], problems=["IN008", "IN008"])
    broken = [File("hurt.json", vault, damaged=True), File("a\u202e\u001b.bz2", b"BZh9", BZIP2), archive, both[2]]
    sample.write("broken.zip", zipped(sample, broken), entries[:3], problems=["IN009", "IN009", "IN008"])


FORMATS = {"zip": write}
