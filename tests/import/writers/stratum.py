"""Backups of Stratum: plain, encrypted (Argon2id, AES-256-GCM) and legacy (PBKDF2-SHA1, AES-256-CBC)."""

import json

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives import hashes, padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

PASSWORD = "pässwörd"
TYPES = {"hotp": 1, "totp": 2, "steam": 4, "yandex": 5}
ALGORITHMS = {"SHA1": 0, "SHA256": 1, "SHA512": 2}


def item(entry, rank):
    names = {"Issuer": entry["issuer"], "Username": entry["account"]}
    numbers = {"Algorithm": ALGORITHMS[entry["algorithm"]], "Digits": entry["digits"]}
    follows = {"Period": entry.get("period", 30), "Counter": entry.get("counter", 0), "CopyCount": 0, "Ranking": rank}
    head = {"Type": TYPES[entry["type"]], "Icon": None, **names, "Secret": entry["secret"], "Pin": entry.get("pin")}
    return {**head, **numbers, **follows}


def encrypted(sample, plain):
    salt, nonce = sample.bytes(16), sample.bytes(12)
    cost = {"time_cost": 3, "memory_cost": 65536, "parallelism": 4, "hash_len": 32, "type": Type.ID}
    key = hash_secret_raw(PASSWORD.encode(), salt, **cost)
    return b"AUTHENTICATORPRO" + salt + nonce + AESGCM(key).encrypt(nonce, plain, None)


def legacy(sample, plain):
    salt, vector = sample.bytes(20), sample.bytes(16)
    key = PBKDF2HMAC(algorithm=hashes.SHA1(), length=32, salt=salt, iterations=64_000).derive(PASSWORD.encode())
    padder = padding.PKCS7(128).padder()
    encryptor = Cipher(algorithms.AES(key), modes.CBC(vector)).encryptor()
    body = encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()
    return b"AuthenticatorPro" + salt + vector + body


def write(sample, entries):
    fits = [entry for entry in entries if entry["type"] in TYPES]
    body = {"Authenticators": [item(entry, rank) for rank, entry in enumerate(fits)], "Categories": []}
    plain = json.dumps({**body, "AuthenticatorCategories": [], "CustomIcons": []}).encode()
    sample.write("plain.authpro", plain, fits)
    sample.write("encrypted.authpro", encrypted(sample, plain), fits, password=PASSWORD)
    sample.write("legacy.authpro", legacy(sample, plain), fits, password=PASSWORD)


FORMATS = {"stratum": write}
