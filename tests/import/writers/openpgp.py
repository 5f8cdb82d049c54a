"""Messages of OpenPGP, which are told of and not opened. GnuPG 2 made them, of the two letters `[]`: with a password, with
and without armour, for a key of RSA, and for one of Curve25519; the keys are gone."""

import base64

PASSWORD = """
jA0ECQMCqA0gI3L/p83/0j0BxL95pvZiAiGUUT/W+EBMUDWfMFkUPol3VgFirLqlKFjhod60jW/DF7ujiWCvfoQHBEVoyZGB00F+
jpC6
"""
RSA = """
hQEMA5DLGVs4J98GAQf/bIVlOBw1NOgmtQ1W/QrnNVdqKBKdAJuN4hjLddIwYIilFuJA6FugqpmLUpMSX/oi1RJAtfAK5cGkFrzC
tr1QVjzyyGus6Lc0pX90k3kjbPLGr5TPb1utnCt3t5PLaddijGNht3e77aD3ZXiA28dOBq35oEot5EyRwV1nyGL+gKyH+0kLd6iq
o2BcduQwFVharhzM0mmR7Z/OVAl1gakmlTe9ToGuX3W4uv/wnzI+jcWv24LoaZQzWijt2iZGMOCHFLryGCbd9rIMCxVRWYnPDl64
/ReXs/QJQ9buGHp+L9+qDVTSBXnLWf+21zxwNXwOxn6g7CcCb32zDDoRh7h2kNJDAc7+IR/eFoYYKQxuFJx9a9UJZhkZIFDvDQCR
4+gCmQ1i3PlRzrQWGTYAuEsYv6vRt0jbHJyDp7fr59pXyAaliKdPtA==
"""
CURVE = """
hF4DNjpF3jzkO2cSAQdA8sjqnARnPPQ3l66juzEf4dWlRNlSTzLwin0WRtS+YCIwbKBVtoerRteM8nDTXAhFM+loPuV5gtBjvjLW
8rFt+QUBIEZSWbSV+1jICCcjVZB/0kMBCxnKRs1VuC+EdBPyLuHSDjsvPHCZhnMfOZiDwHB0NA2Db4ydwP2+eulQmKcZ4/BZuKoW
4wAV2YTw669BVBSFII5x
"""
ARMOURED = """-----BEGIN PGP MESSAGE-----

jA0ECQMCS0jnlMy3NjD/0j0BRAboNKlM6Eq6/j/fAIA2ei0skLXJCMEc1GF8XQHQ
K3q/UqhvdZUeMOr1VBy4mMVzp7KF83TudJRpYNDv
=/tWZ
-----END PGP MESSAGE-----
"""


def write(sample, entries):
    for name, message in (("password.gpg", PASSWORD), ("rsa.gpg", RSA), ("curve.gpg", CURVE)):
        sample.write(name, base64.b64decode(message), [], problems=["IN013"])
    sample.write("data.pgp", ARMOURED, [], problems=["IN013"])


FORMATS = {"openpgp": write}
