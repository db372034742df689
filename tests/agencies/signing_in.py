"""How tests sign in: by a password, and by a code of an app whose secret they know."""

import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

PASSWORD = "correct horse battery"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def code(secret=SECRET, *, ago=0):
    return format_hotp_value(hotp_value(secret, int(time.time() - ago) // 30))


def sign_in(client, person):
    return client.post("/sign-in/", {"login": person.email, "password": PASSWORD})
