"""Key containers of RFC 6030, as the document has them and as an older draft did."""

import base64
from xml.sax.saxutils import escape


def raw(entry):
    return base64.b32decode(entry["secret"] + "=" * (-len(entry["secret"]) % 8))


def key(entry, prefix, number, secret=None):
    tag = lambda name, text, attributes="": f"<{prefix}{name}{attributes}>{text}</{prefix}{name}>"
    plain = lambda name, text: tag(name, tag("PlainValue", text))
    secret = secret or tag("PlainValue", "\n" + base64.b64encode(raw(entry)).decode() + "\n")
    data = tag("Secret", secret)
    data += plain("Counter", entry["counter"]) if entry["type"] == "hotp" else plain("Time", 0)
    data += plain("TimeInterval", entry["period"]) if "period" in entry else ""
    length = f' Length="{entry["digits"]}" Encoding="DECIMAL"'
    parameters = tag("Suite", f"HMAC-{entry['algorithm']}") + f"<{prefix}ResponseFormat{length}/>"
    inner = tag("Issuer", escape(entry["issuer"])) + tag("AlgorithmParameters", parameters) + tag("Data", data)
    inner += tag("UserId", escape(entry["account"]))
    name = f' Id="{number}" Algorithm="urn:ietf:params:xml:ns:keyprov:pskc:{entry["type"]}"'
    device = tag("DeviceInfo", tag("Manufacturer", "M") + tag("SerialNo", number))
    return tag("KeyPackage", device + tag("Key", inner, name)) + "\n"


def container(keys, prefix=""):
    space = f'xmlns{":" + prefix[:-1] if prefix else ""}="urn:ietf:params:xml:ns:keyprov:pskc"'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{prefix}KeyContainer Version="1.0" {space}>\n{keys}</{prefix}KeyContainer>\n'


def write(sample, entries):
    kept = [one for one in entries if one["type"] in ("totp", "hotp")]
    for name, prefix in (("plain.xml", ""), ("prefixed.xml", "pskc:")):
        sample.write(name, container("".join(key(one, prefix, i) for i, one in enumerate(kept)), prefix), kept)
    sealed = key(kept[0], "", 1, "<EncryptedValue><x/></EncryptedValue>")
    other = key(kept[0], "", 2).replace("pskc:totp", "pskc:pin")
    draft = key(kept[3], "", 3).replace("urn:ietf:params:xml:ns:keyprov:pskc:hotp", "http://www.ietf.org/keyprov/pskc#hotp")
    empty = key(kept[0], "", 4, "<PlainValue/>")
    sample.write("mixed.xml", container(sealed + other + draft + empty), [kept[3]], problems=["IN013", "IN014"])


FORMATS = {"pskc": write}
