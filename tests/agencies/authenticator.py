"""A security key in software: what a browser hands over for it, made by the book (WebAuthn level 3)."""

import base64
import hashlib
import json
import struct

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def b64(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class SecurityKey:
    """One key pair for one site, whose owner is there and proves himself by PIN unless told otherwise."""

    def __init__(self, origin="https://testserver", flags=PRESENT | VERIFIED):
        self.origin, self.flags = origin, flags
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = hashlib.sha256(str(self.key.private_numbers().private_value).encode()).digest()
        self.owner = ""

    def _client_data(self, kind, challenge):
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _answer(self, response):
        return json.dumps(
            {
                "id": b64(self.id),
                "rawId": b64(self.id),
                "type": "public-key",
                "response": response,
                "clientExtensionResults": {},
            }
        )

    def register(self, options):
        asked = options["publicKey"]
        self.owner = asked["user"]["id"]
        data = self._client_data("webauthn.create", asked["challenge"])
        attested = bytes(16) + struct.pack(">H", len(self.id)) + self.id
        attested += cbor.encode(dict(ES256.from_cryptography_key(self.key.public_key())))
        site = hashlib.sha256(asked["rp"]["id"].encode()).digest()
        auth = site + struct.pack(">BI", self.flags | ATTESTED, 0) + attested
        made = cbor.encode({"fmt": "none", "attStmt": {}, "authData": auth})
        return self._answer({"clientDataJSON": b64(data), "attestationObject": b64(made), "transports": ["usb"]})

    def sign(self, options):
        asked = options["publicKey"]
        data = self._client_data("webauthn.get", asked["challenge"])
        site = hashlib.sha256(asked["rpId"].encode()).digest()
        auth = site + struct.pack(">BI", self.flags, 1)
        signature = self.key.sign(auth + hashlib.sha256(data).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "clientDataJSON": b64(data),
                "authenticatorData": b64(auth),
                "signature": b64(signature),
                "userHandle": self.owner,
            }
        )
