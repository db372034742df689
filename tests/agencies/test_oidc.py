"""An agency's own sign-in: what it must say to be believed, and whom it may speak for."""

import base64
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.cache import cache
from django.core.exceptions import ValidationError

from agencies.models import IdentityLink, IdentityProvider
from audit.models import SignInEvent
from tests.agencies.test_second_factor import BACKEND, SECRET

pytestmark = pytest.mark.enable_socket


class Service:
    """An agency's service on this machine, which says what a test wants it to."""

    def __init__(self):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.said, self.asked, self.challenge = "", {}, ""
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.answer(service.keys() if self.path == "/keys" else service.addresses())

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                service.asked = {name: values[0] for name, values in parse_qs(body).items()}
                service.asked["by"] = base64.b64decode(self.headers["Authorization"].split()[1]).decode()
                digest = hashlib.sha256(service.asked["code_verifier"].encode()).digest()
                is_same = base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == service.challenge
                self.answer({"id_token": service.said} if is_same else {})

            def answer(self, told):
                self.send_response(200)
                self.end_headers()
                self.wfile.write(json.dumps(told).encode())

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def addresses(self):
        places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        return {"issuer": self.issuer} | {name: f"{self.issuer}/{path}" for name, path in places.items()}

    def keys(self):
        key = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [key | {"kid": "one", "use": "sig", "alg": "ES256"}]}

    def token(self, nonce, key=None, **other):
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": "mappa-at-police",
            "sub": "officer-77",
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            "auth_time": now - 5,
            "amr": ["pwd", "mfa"],
        } | other
        claims = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(claims, key or self.key, algorithm="ES256", headers={"kid": "one"})


@pytest.fixture
def service(db, settings):
    settings.INSECURE_HTTP = True  # the service of the test speaks plain http
    settings.SECOND_FACTOR = "required"
    cache.clear()
    service = Service()
    yield service
    service.server.shutdown()
    service.server.server_close()


@pytest.fixture
def provider(service, police):
    return IdentityProvider.objects.create(
        agency=police, slug="police", name="Police sign-in", issuer=service.issuer, client_id="mappa-at-police",
        client_secret="a secret of the service", required_amr=["mfa"],
    )  # fmt: skip


@pytest.fixture
def olive(area_officer, provider):
    IdentityLink.objects.create(user=area_officer, provider=provider, subject="officer-77")
    return area_officer


def there(client, service, path="/sign-in/agency/police/"):
    """To the service: what it is asked."""
    address = client.get(path).headers["Location"]
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    service.challenge = asked["code_challenge"]
    return asked


def and_back(client, service, asked, *, state=None, key=None, **claims):
    service.said = service.token(**{"nonce": asked["nonce"]} | claims, key=key)
    return client.get("/sign-in/agency/back/", {"code": "c", "state": state or asked["state"]})


def is_in(client):
    return client.get("/people/").status_code == 200


def test_whoever_is_linked_signs_in_and_his_agency_asked_for_the_second_factor(client, service, olive):
    TOTP.activate(olive, SECRET)

    answer = and_back(client, service, there(client, service))

    assert answer.headers["Location"] == "/"
    assert is_in(client)
    assert client.session["factor"] == "agency"
    assert service.asked["by"] == "mappa-at-police:a secret of the service"
    assert IdentityLink.objects.get().last_used_at


def test_nothing_of_our_own_address_reaches_the_service(client, service, olive):
    asked = there(client, service, "/sign-in/agency/police/?prompt=none&auth_params=prompt%3Dnone&scope=all")

    assert set(asked) == {
        "response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge", "code_challenge_method", "max_age",
    }  # fmt: skip
    assert asked["code_challenge_method"] == "S256"
    assert asked["scope"] == "openid"


HOUR = 3600
WRONG = {
    "another audience": {"aud": "somebody-else"},
    "another issuer": {"iss": "https://evil.invalid"},
    "expired": {"exp": int(time.time()) - HOUR},
    "another nonce": {"nonce": "n" * 43},
    "no nonce": {"nonce": None},
    "no second factor": {"amr": ["pwd"]},
    "an old proof": {"auth_time": int(time.time()) - 13 * HOUR},
    "no time of proof": {"auth_time": None},
    "another person": {"sub": "officer-78"},
    "two audiences": {"aud": ["mappa-at-police", "another"]},
    "for another party": {"azp": "another"},
}


@pytest.mark.parametrize("claims", WRONG.values(), ids=WRONG)
def test_a_token_with_a_fault_is_refused_and_the_fault_recorded(client, service, olive, claims):
    answer = and_back(client, service, there(client, service), **claims)

    assert answer.status_code == 403
    assert not is_in(client)
    assert SignInEvent.objects.get(event="sign_in.failed").detail["why"]


def test_a_forged_or_missing_signature_is_refused(client, service, olive):
    assert (
        and_back(client, service, there(client, service), key=ec.generate_private_key(ec.SECP256R1())).status_code
        == 403
    )
    asked = there(client, service)
    body = service.token(asked["nonce"]).split(".")[1]
    header = base64.urlsafe_b64encode(b'{"alg":"none","kid":"one"}').decode().rstrip("=")
    service.said = f"{header}.{body}."
    client.get("/sign-in/agency/back/", {"code": "c", "state": asked["state"]})

    assert not is_in(client)


def test_another_state_a_second_use_and_another_browser_are_refused(client, service, olive, django_user_model):
    from django.test import Client

    assert and_back(client, service, there(client, service), state="x" * 43).status_code == 403
    asked = there(client, service)
    assert and_back(Client(), service, asked).status_code == 403
    and_back(client, service, asked)
    client.post("/sign-out/")
    assert and_back(client, service, asked).status_code == 403
    assert not is_in(client)


def test_a_service_speaks_for_its_own_agency_only(client, service, olive, practitioner, provider):
    olive.memberships.update(until="2020-01-01")
    assert and_back(client, service, there(client, service)).status_code == 403

    # Bob of probation, linked by a slip: the police's service opens nothing of his.
    IdentityLink.objects.create(user=practitioner, provider=provider, subject="officer-79")
    assert and_back(client, service, there(client, service), sub="officer-79").status_code == 403


def test_an_email_address_links_nobody(client, service, provider, area_officer):
    and_back(client, service, there(client, service), email=area_officer.email, email_verified=True)

    assert not is_in(client)


def test_a_person_links_himself_after_proving_himself_and_once(client, service, provider, area_officer, settings):
    settings.SECOND_FACTOR = "offered"
    client.force_login(area_officer, backend=BACKEND)

    and_back(client, service, there(client, service, "/account/agency/"))
    and_back(client, service, there(client, service, "/account/agency/"), sub="officer-78")

    assert list(IdentityLink.objects.values_list("user", "subject")) == [(area_officer.pk, "officer-77")]
    assert SignInEvent.objects.get(event="agency.linked").detail == {"provider": "police"}


def test_nobody_links_himself_with_a_service_of_another_agency(client, service, provider, practitioner, settings):
    settings.SECOND_FACTOR = "offered"
    client.force_login(practitioner, backend=BACKEND)

    assert client.get("/account/agency/").status_code == 404


def test_who_has_no_password_proves_himself_again_at_his_service(client, service, olive):
    olive.set_unusable_password()
    olive.save()
    and_back(client, service, there(client, service), auth_time=int(time.time()) - HOUR)
    assert client.get("/account/password/").headers["Location"].startswith("/again/")

    asked = there(client, service, "/again/?next=/account/")
    assert asked["max_age"] == "300"
    assert and_back(client, service, asked, auth_time=int(time.time()) - HOUR).status_code == 403
    assert (
        and_back(client, service, there(client, service, "/again/?next=/account/")).headers["Location"] == "/account/"
    )


def test_a_service_that_is_down_or_not_by_https_lets_nobody_in(client, service, olive, settings):
    settings.INSECURE_HTTP = False
    assert client.get("/sign-in/agency/police/").status_code == 403
    settings.INSECURE_HTTP = True
    service.server.shutdown()
    service.server.server_close()
    assert client.get("/sign-in/agency/police/").status_code == 403
    assert client.get("/sign-in/agency/nobody/").status_code == 404


def test_its_secret_is_encrypted_and_it_must_say_how_it_tells_a_second_factor(provider):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT client_secret FROM agencies_identityprovider")
        assert cursor.fetchone()[0].startswith("v1:tests:")
    provider.required_amr = []
    with pytest.raises(ValidationError, match="second factor"):
        provider.clean()
