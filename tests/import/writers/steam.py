"""maFiles of Steam Guard: `server_time` is a number in those of the desktop tools and a string in the app's."""

import base64
import json
from urllib.parse import quote


def write(sample, entries):
    steam = next(one for one in entries if one["type"] == "steam")
    secret = base64.b64encode(base64.b32decode(steam["secret"])).decode()
    other = lambda: base64.b64encode(sample.bytes(20)).decode()
    file = {"shared_secret": secret, "serial_number": "1234567890123456789", "revocation_code": "R12345"}
    file |= {"uri": f"otpauth://totp/Steam:{quote(steam['account'])}?secret={steam['secret']}&issuer=Steam", "server_time": 1690535031}
    file |= {"account_name": steam["account"], "token_gid": "2d", "identity_secret": other(), "secret_1": other(), "status": 1}
    session = {"SteamID": 76561197960287930, "AccessToken": None, "RefreshToken": None}
    desktop = {**file, "device_id": "android:x", "fully_enrolled": True, "Session": session}
    sample.write("gabe.maFile", json.dumps(desktop), [steam])
    sample.write("Steamguard-gabe", json.dumps({**file, "server_time": "1690535031"}, indent=2), [steam])
    sample.write("bad.maFile", json.dumps({**file, "shared_secret": "%%%"}), [], problems=["IN014"])


FORMATS = {"steam": write}
