"""Key containers of RFC 6030: plain ones, encrypted ones with a password or an agreed key, the RFC's own examples, and
what privacyIDEA makes of it."""

import base64
import hashlib
import hmac
from xml.sax.saxutils import escape

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

PASSWORD = "correct horse battery"
XMLENC, XMLDSIG = "http://www.w3.org/2001/04/xmlenc#", "http://www.w3.org/2000/09/xmldsig#"
MORE, XMLENC11 = "http://www.w3.org/2001/04/xmldsig-more#", "http://www.w3.org/2009/xmlenc11#"
PKCS5 = "http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#"
SPACES = f' xmlns:xenc="{XMLENC}" xmlns:ds="{XMLDSIG}" xmlns:xenc11="{XMLENC11}" xmlns:pkcs5="{PKCS5}"'
HMACS = {"sha1": XMLDSIG + "hmac-sha1", "sha256": MORE + "hmac-sha256", "sha512": MORE + "hmac-sha512"}


def raw(entry):
    return base64.b32decode(entry["secret"] + "=" * (-len(entry["secret"]) % 8))


def b64(data):
    return base64.b64encode(data).decode()


def key(entry, prefix, number, secret=None, counter=None, interval=None, length=None):
    tag = lambda name, text, attributes="": f"<{prefix}{name}{attributes}>{text}</{prefix}{name}>"
    plain = lambda name, text: tag(name, tag("PlainValue", text))
    secret = secret or tag("PlainValue", "\n" + b64(raw(entry)) + "\n")
    data = tag("Secret", secret)
    if entry["type"] == "hotp":
        data += tag("Counter", counter) if counter else plain("Counter", entry["counter"])
    else:
        data += plain("Time", 0)
    if "period" in entry:
        data += tag("TimeInterval", interval) if interval else plain("TimeInterval", entry["period"])
    length = f' Length="{length or entry["digits"]}" Encoding="DECIMAL"'
    parameters = tag("Suite", f"HMAC-{entry['algorithm']}") + f"<{prefix}ResponseFormat{length}/>"
    inner = tag("Issuer", escape(entry["issuer"])) + tag("AlgorithmParameters", parameters) + tag("Data", data)
    inner += tag("UserId", escape(entry["account"]))
    name = f' Id="{number}" Algorithm="urn:ietf:params:xml:ns:keyprov:pskc:{entry["type"]}"'
    device = tag("DeviceInfo", tag("Manufacturer", "M") + tag("SerialNo", number))
    return tag("KeyPackage", device + tag("Key", inner, name)) + "\n"


def container(keys, prefix="", head=""):
    space = f'xmlns{":" + prefix[:-1] if prefix else ""}="urn:ietf:params:xml:ns:keyprov:pskc"{SPACES if head else ""}'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{prefix}KeyContainer Version="1.0" {space}>\n{head}{keys}</{prefix}KeyContainer>\n'


def cipher_value(bits, data):
    method = f'<xenc:EncryptionMethod Algorithm="{XMLENC}aes{bits}-cbc"/>'
    return f"{method}<xenc:CipherData><xenc:CipherValue>\n{b64(data)}\n</xenc:CipherValue></xenc:CipherData>"


class Box:
    """Encrypts values under one key; `mac` names the hash that vouches for them."""

    def __init__(self, sample, key, mac=None, loose=False):
        self.sample, self.key, self.mac, self.loose = sample, key, mac, loose
        self.bits, self.mac_key = 8 * len(key), sample.bytes(20)

    def sealed(self, plain):
        count = 16 - len(plain) % 16
        # XML Encryption leaves all of the padding but its last byte open.
        padding = (self.sample.bytes(count - 1) if self.loose else bytes([count]) * (count - 1)) + bytes([count])
        vector = self.sample.bytes(16)
        encryptor = Cipher(algorithms.AES(self.key), modes.CBC(vector)).encryptor()
        return vector + encryptor.update(plain + padding) + encryptor.finalize()

    def code(self, data):
        return hmac.new(self.mac_key, data, self.mac).digest()

    def value(self, plain, over_plain=False, code=None):
        data = self.sealed(plain)
        text = f"<EncryptedValue>{cipher_value(self.bits, data)}</EncryptedValue>"
        if self.mac:
            text += f"<ValueMAC>{b64(code or self.code(plain if over_plain else data))}</ValueMAC>"
        return text

    def method(self):
        if not self.mac:
            return ""
        mac_key = f"<MACKey>{cipher_value(self.bits, self.sealed(self.mac_key))}</MACKey>"
        return f'<MACMethod Algorithm="{HMACS[self.mac]}">{mac_key}</MACMethod>\n'

    def agreed(self):
        return f"<EncryptionKey><ds:KeyName>Pre-shared-key</ds:KeyName></EncryptionKey>\n{self.method()}"


def derived(sample, length, prf=None, rounds=1000, told=True):
    """A key made of the password, and what a container says of it."""
    salt = sample.bytes(16)
    key = hashlib.pbkdf2_hmac(prf or "sha1", PASSWORD.encode(), salt, rounds, length)
    prf = f'<PRF Algorithm="{HMACS[prf]}"/>' if prf else "<PRF/>"
    length = f"<KeyLength>{length}</KeyLength>" if told else ""
    numbers = f"<IterationCount>{rounds}</IterationCount>{length}{prf}"
    parameters = f"<pkcs5:PBKDF2-params><Salt><Specified>{b64(salt)}</Specified></Salt>{numbers}</pkcs5:PBKDF2-params>"
    method = f'<xenc11:KeyDerivationMethod Algorithm="{PKCS5}pbkdf2">{parameters}</xenc11:KeyDerivationMethod>'
    name = "<xenc11:MasterKeyName>My Password</xenc11:MasterKeyName>"
    return key, f"<EncryptionKey><xenc11:DerivedKey>{method}{name}</xenc11:DerivedKey></EncryptionKey>\n"


def write_plain(sample, kept):
    for name, prefix in (("plain.xml", ""), ("prefixed.xml", "pskc:")):
        sample.write(name, container("".join(key(one, prefix, i) for i, one in enumerate(kept)), prefix), kept)
    sealed = key(kept[0], "", 1, "<EncryptedValue><x/></EncryptedValue>")
    other = key(kept[0], "", 2).replace("pskc:totp", "pskc:pin")
    draft = key(kept[3], "", 3).replace("urn:ietf:params:xml:ns:keyprov:pskc:hotp", "http://www.ietf.org/keyprov/pskc#hotp")
    empty = key(kept[0], "", 4, "<PlainValue/>")
    sample.write("mixed.xml", container(sealed + other + draft + empty), [kept[3]], problems=["IN013", "IN014"])
    bad = lambda text: f"<PlainValue>{text}</PlainValue>"
    keys = key(kept[0], "", 1, length="six") + key(kept[3], "", 2, counter=bad("4x2"))
    keys += key(kept[0], "", 3, interval=bad("30 s")) + key(kept[0], "", 4) + key(kept[3], "", 5, counter="<PlainValue/>")
    good = [kept[0], {**kept[3], "counter": 0}]
    sample.write("numbers.xml", container(keys), good, problems=["IN014"] * 3)


def write_encrypted(sample, kept):
    secret, head = derived(sample, 16)
    box = Box(sample, secret, "sha1")
    octets = lambda one: one.get("counter", 0).to_bytes(8, "big")
    keys = [key(one, "", i, box.value(raw(one)), counter=box.value(octets(one))) for i, one in enumerate(kept)]
    sample.write("password.xml", container("".join(keys), head=head + box.method()), kept, password=PASSWORD)

    secret, head = derived(sample, 32, "sha256")
    box = Box(sample, secret, "sha256", loose=True)
    number = lambda one, name: box.value(str(one.get(name, 0)).encode(), over_plain=True)
    keys = [key(one, "", i, box.value(raw(one)), number(one, "counter"), number(one, "period")) for i, one in enumerate(kept)]
    sample.write("password-256.xml", container("".join(keys), head=head + box.method()), kept, password=PASSWORD)

    box = Box(sample, sample.bytes(24), "sha512")
    keys = "".join(key(one, "", i, box.value(raw(one))) for i, one in enumerate(kept))
    sample.write("agreed.xml", container(keys, head=box.agreed()), kept, password=box.key.hex())
    box = Box(sample, sample.bytes(16))
    keys = "".join(key(one, "", i, box.value(raw(one))) for i, one in enumerate(kept))
    sample.write("no-mac.xml", container(keys, head=box.agreed()), kept, password=box.key.hex().upper())

    secret, head = derived(sample, 16, told=False)
    box = Box(sample, secret, "sha1")
    keys = [key(kept[0], "", 1, box.value(raw(kept[0]), code=sample.bytes(20))), key(kept[1], "", 2, box.value(raw(kept[1])), length="six")]
    keys += [key(kept[3], "", 3, box.value(raw(kept[3])), counter=box.value(bytes(9))), key(kept[2], "", 4, box.value(raw(kept[2])))]
    head += box.method()
    sample.write("damaged.xml", container("".join(keys), head=head), [kept[2]], password=PASSWORD, problems=["IN014"] * 3)
    keys = key(kept[0], "", 1, box.value(raw(kept[0]))) + key(kept[1], "", 2)
    sample.write("partly.xml", container(keys, head=head), [kept[1]], problems=["IN010"])
    head = "<EncryptionKey><ds:X509Data/></EncryptionKey>\n" + box.method()
    sample.write("certificate.xml", container(keys, head=head), [kept[1]], problems=["IN013"])


# RFC 6030, figures 6 and 7: cipher values, their codes, and what opens them. Both hold 12345678901234567890.
FIGURES = [
    (
        "figure-6.xml",
        "12345678901234567890123456789012",
        "<EncryptionKey><ds:KeyName>Pre-shared-key</ds:KeyName></EncryptionKey>",
        "ESIzRFVmd4iZABEiM0RVZgKn6WjLaTC1sbeBMSvIhRejN9vJa2BOlSaMrR7I5wSX",
        "AAECAwQFBgcICQoLDA0OD+cIHItlB3Wra1DUpxVvOx2lef1VmNPCMl8jwZqIUqGv",
        "Su+NvtQfmvfJzF6bmQiJqoLRExc=",
    ),
    (
        "figure-7.xml",
        "qwerty",
        f'<EncryptionKey><xenc11:DerivedKey><xenc11:KeyDerivationMethod Algorithm="{PKCS5}pbkdf2"><pkcs5:PBKDF2-params>'
        "<Salt><Specified>Ej7/PEpyEpw=</Specified></Salt><IterationCount>1000</IterationCount><KeyLength>16</KeyLength>"
        "<PRF/></pkcs5:PBKDF2-params></xenc11:KeyDerivationMethod></xenc11:DerivedKey></EncryptionKey>",
        "2GTTnLwM3I4e5IO5FkufoOEiOhNj91fhKRQBtBJYluUDsPOLTfUvoU2dStyOwYZx",
        "oTvo+S22nsmS2Z/RtcoF8Hfh+jzMe0RkiafpoDpnoZTjPYZu6V+A4aEn032yCr4f",
        "LP6xMvjtypbfT9PdkJhBZ+D6O4w=",
    ),
]


def write_figures(sample):
    secret = base64.b32encode(b"12345678901234567890").decode()
    entry = {"type": "hotp", "issuer": "Issuer", "account": "12345678", "secret": secret, "algorithm": "SHA1", "digits": 8, "counter": 0}
    for name, password, head, mac_key, value, code in FIGURES:
        text = lambda one: cipher_value(128, base64.b64decode(one))
        head += f'<MACMethod Algorithm="{HMACS["sha1"]}"><MACKey>{text(mac_key)}</MACKey></MACMethod>\n'
        sealed = f"<EncryptedValue>{text(value)}</EncryptedValue><ValueMAC>{code}\n</ValueMAC>"
        sample.write(name, container(key(entry, "", 1, sealed), head=head), [entry], password=password)


def write_privacyidea(sample, kept):
    """Its export has gone through a parser of HTML: all names are in small letters, attributes too, the last key is first."""
    box = Box(sample, sample.bytes(16), "sha1")
    keys, entries = [], []
    for number, one in enumerate(kept):
        serial, interval = f"{'TOTP' if one['type'] == 'totp' else 'OATH'}0000{number:04X}", one.get("period", 0)
        entries.append({**one, "issuer": "privacyIDEA", "account": serial})
        data = f"<secret>{small(box.value(raw(one)))}</secret>"
        plain = {"time": 0, "timeinterval": interval, "counter": one.get("counter", 57_000_000), "timedrift": 0}
        data += "".join(f"<{name}>\n<plainvalue>{value}</plainvalue>\n</{name}>" for name, value in plain.items())
        form = f'<responseformat encoding="DECIMAL" length="{one["digits"]}"></responseformat>'
        suite = f'<suite hashalgo="{one["algorithm"].lower()}"></suite>'
        device = f"<deviceinfo><manufacturer>a ?</manufacturer><serialno>{serial}</serialno></deviceinfo>"
        inner = f"<issuer>privacyIDEA</issuer><algorithmparameters>{form}{suite}</algorithmparameters><data>{data}</data>"
        name = f'algorithm="urn:ietf:params:xml:ns:keyprov:pskc:{one["type"]}" id="{serial}"'
        keys.append(f"<keypackage>{device}<key {name}>{inner}</key></keypackage>")
    keys.insert(2, keys[0].replace("pskc:totp", "pskc:pw"))
    spaces = f'xmlns="urn:ietf:params:xml:ns:keyprov:pskc" xmlns:ds="{XMLDSIG}" xmlns:xenc="{XMLENC}"'
    text = f'<keycontainer version="1.0" {spaces}>\n{small(box.agreed())}{"".join(reversed(keys))}\n</keycontainer>'
    sample.write("privacyidea.xml", text, list(reversed(entries)), password=box.key.hex())


def small(text):
    """Names of elements and attributes in small letters, and no element that closes itself."""
    import re

    text = re.sub(r"</?[\w:]+", lambda name: name[0].lower(), text).replace(" Algorithm=", " algorithm=")
    return re.sub(r"<([\w:]+)([^<>]*)/>", r"<\1\2></\1>", text)


def write(sample, entries):
    kept = [one for one in entries if one["type"] in ("totp", "hotp")]
    write_plain(sample, kept)
    write_encrypted(sample, kept)
    write_figures(sample)
    write_privacyidea(sample, kept)


FORMATS = {"pskc": write}
