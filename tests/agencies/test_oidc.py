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
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from agencies.models import IdentityLink, IdentityProvider, OutboxMessage
from audit.models import SignInEvent
from tests.agencies.signing_in import BACKEND, PASSWORD, SECRET, sign_in

pytestmark = pytest.mark.enable_socket


class Service:
    """An agency's service on this machine, which says what a test wants it to."""

    def __init__(self):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.said, self.asked, self.challenge, self.cuts = "", {}, "", False
        self.algorithm, self.more, self.leads_to, self.paths = "ES256", {}, "", []
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
                body = json.dumps(told).encode()
                service.paths.append(self.path)
                self.send_response(307 if service.leads_to else 200)
                if service.leads_to:
                    self.send_header("Location", service.leads_to)
                if service.cuts:
                    self.send_header("Content-Length", str(len(body) + 10))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def addresses(self):
        places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        return {"issuer": self.issuer} | {name: f"{self.issuer}/{path}" for name, path in places.items()} | self.more

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
        return jwt.encode(claims, key or self.key, algorithm=self.algorithm, headers={"kid": "one"})


@pytest.fixture
def service(db, settings):
    settings.INSECURE_HTTP = True  # the service of the test speaks plain http
    settings.SECOND_FACTOR = "required"
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


def and_back(client, service, asked, *, state=None, key=None, named=None, **claims):
    """By the browser, in which the service may be named; the token says what is claimed."""
    service.said = service.token(**{"nonce": asked["nonce"]} | claims, key=key)
    answered = {"code": "c", "state": state or asked["state"]} | ({"iss": named} if named is not None else {})
    return client.get("/sign-in/agency/back/", answered)


def is_in(client):
    return client.get("/people/").status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_nobody_is_sent_to_the_service_but_from_our_own_page(client, service, olive, site):
    answer = client.get("/sign-in/agency/police/", headers={"Sec-Fetch-Site": site})

    assert answer.headers["Location"] == "/sign-in/agency/"


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


NAMES_ITSELF = "authorization_response_iss_parameter_supported"


@pytest.mark.parametrize(
    ("says", "named", "opens"),
    [
        ({}, None, True), ({}, "itself", True), ({}, "https://evil.invalid", False), ({}, "", False), ({NAMES_ITSELF: True}, "itself", True),
        ({NAMES_ITSELF: True}, "https://evil.invalid", False), ({NAMES_ITSELF: True}, None, False), ({NAMES_ITSELF: False}, None, True),
    ],
)  # fmt: skip
def test_an_answer_that_names_another_service_or_lacks_the_name_is_refused(client, service, olive, says, named, opens):
    service.more = says

    and_back(client, service, there(client, service), named=service.issuer if named == "itself" else named)

    assert is_in(client) == opens
    assert SignInEvent.objects.filter(detail__why="iss of the answer").exists() != opens


def test_a_configuration_of_another_service_is_not_believed(client, service, olive):
    service.more = {"issuer": "https://evil.invalid"}

    assert client.get("/sign-in/agency/police/").status_code == 403
    assert SignInEvent.objects.get(event="sign_in.failed").detail["why"] == "issuer of the configuration"


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
@pytest.mark.parametrize(("bits", "opens"), [(1024, False), (2048, True)])
def test_a_key_that_is_too_short_proves_nothing(client, service, olive, monkeypatch, bits, opens):
    key = rsa.generate_private_key(65537, bits)
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    monkeypatch.setattr(service, "keys", lambda: {"keys": [public | {"kid": "one", "alg": "RS256"}]})
    monkeypatch.setattr(service, "algorithm", "RS256")

    and_back(client, service, there(client, service), key=key)

    assert is_in(client) == opens


def test_a_service_that_leads_on_is_followed_nowhere(client, service, olive):
    asked = there(client, service)
    service.leads_to = f"{service.issuer}/elsewhere"

    assert and_back(client, service, asked).status_code == 403
    assert service.paths[-1] == "/token"


def test_another_state_a_second_use_and_another_browser_are_refused(client, service, olive, django_user_model):
    from django.test import Client

    assert and_back(client, service, there(client, service), state="x" * 43).status_code == 403
    asked = there(client, service)
    assert and_back(client, service, asked, nonce="another").status_code == 403
    assert and_back(client, service, asked).status_code == 403  # one way back, whatever came of it
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


def link(client, service, **claims):
    asked = there(client, service, "/account/agency/")
    and_back(client, service, asked, **claims)
    return client.post("/account/agency/confirm/", follow=True)


@pytest.fixture
def offered(client, service, area_officer, settings):
    settings.SECOND_FACTOR = "offered"
    client.force_login(area_officer, backend=BACKEND)
    return client


def test_nothing_is_linked_before_its_owner_has_seen_whom_the_service_knows(offered, service, provider):
    asked = there(offered, service, "/account/agency/")
    and_back(offered, service, asked, email="olive@police.invalid")
    page = offered.get("/account/agency/confirm/")

    assert (asked["prompt"], asked["max_age"]) == ("login", "0")
    assert "olive@police.invalid (officer-77)" in page.text
    assert not IdentityLink.objects.exists()
    with time_machine.travel(timezone.now() + timezone.timedelta(minutes=11), tick=False):
        assert offered.post("/account/agency/confirm/").headers["Location"].startswith(("/account/", "/again/"))
    assert not IdentityLink.objects.exists()


def test_linking_ends_other_sessions_and_one_subject_is_one_person(offered, service, provider, area_officer, police):
    from tests.conftest import member

    other = Client()
    sign_in(other, with_password(area_officer))
    offered.force_login(area_officer, backend=BACKEND)
    IdentityLink.objects.create(user=member(police, "practitioner", "peggy"), provider=provider, subject="officer-78")

    assert "linked already" in link(offered, service, sub="officer-78").text
    link(offered, service)

    assert other.get("/people/").status_code == 302
    assert offered.get("/people/").status_code == 200


def with_password(person):
    person.set_password(PASSWORD)
    person.save()
    return person


def test_its_owner_unlinks_it_and_is_told(offered, service, olive):
    assert "only way" in offered.post("/account/agency/police/unlink/").text
    with_password(olive)
    offered.force_login(olive, backend=BACKEND)
    page = offered.get("/account/")
    offered.get("/account/agency/police/unlink/")
    offered.post("/account/agency/police/unlink/")

    assert "Unlink" in page.text
    assert not IdentityLink.objects.exists()
    assert "unlinked your account" in OutboxMessage.objects.get(to=olive).body
    assert offered.get("/account/agency/police/unlink/").headers["Location"] == "/account/"


def test_whose_role_asks_for_a_passkey_needs_it_after_his_agencys_service_too(client, service, provider, police):
    from tests.conftest import member

    coordinator = member(police, "coordinator", "connie")
    IdentityLink.objects.create(user=coordinator, provider=provider, subject="officer-77")

    and_back(client, service, there(client, service))

    assert client.get("/people/").headers["Location"] == "/account/passkeys/add/"


def test_whoever_comes_by_his_agency_takes_over_nothing_of_somebody_elses_session(
    client, service, olive, practitioner, settings
):
    settings.SECOND_FACTOR = "offered"
    client.force_login(practitioner, backend=BACKEND)
    session = client.session
    session["left by Bob"] = True
    session.save()

    and_back(client, service, there(client, service))

    assert client.session["factor"] == "agency"
    assert "left by Bob" not in client.session
    assert SignInEvent.objects.filter(event="sign_out", actor_id=practitioner.pk).exists()


def test_a_clock_that_is_ahead_makes_no_proof_of_the_future(client, service, olive):
    and_back(client, service, there(client, service), auth_time=int(time.time()) + 30)

    assert client.session["proved"] <= time.time()


@pytest.mark.parametrize("keys", [{"keys": ["no object"]}, {"keys": [7]}, {"keys": {"a": 1}}])
def test_keys_that_are_none_are_refused_and_no_fault(client, service, olive, monkeypatch, keys):
    monkeypatch.setattr(service, "keys", lambda: keys)

    assert and_back(client, service, there(client, service)).status_code == 403


def test_an_answer_that_is_cut_off_is_refused_and_no_fault(client, service, olive):
    service.cuts = True

    assert client.get("/sign-in/agency/police/").status_code == 403


def test_a_person_links_himself_after_proving_himself_and_once(client, service, provider, area_officer, settings):
    settings.SECOND_FACTOR = "offered"
    client.force_login(area_officer, backend=BACKEND)

    link(client, service)
    assert client.get("/account/agency/").headers["Location"] == "/account/"

    assert list(IdentityLink.objects.values_list("user", "subject")) == [(area_officer.pk, "officer-77")]
    assert SignInEvent.objects.get(event="agency.linked").detail == {"provider": "police"}


def test_nobody_links_himself_with_a_service_of_another_agency(client, service, provider, practitioner, settings):
    settings.SECOND_FACTOR = "offered"
    client.force_login(practitioner, backend=BACKEND)

    assert client.get("/account/agency/").headers["Location"] == "/account/"


def test_who_has_no_factor_here_proves_himself_again_at_his_service_and_not_by_a_password(client, service, olive):
    with_password(olive)
    and_back(client, service, there(client, service), auth_time=int(time.time()) - HOUR)
    assert client.get("/account/password/").headers["Location"].startswith("/again/")

    page = client.get("/again/?next=/account/")
    assert page.context["service_url"] == "/again/agency/?next=%2Faccount%2F"
    client.post("/again/?next=/account/", {"password": PASSWORD})
    assert client.get("/account/password/").headers["Location"].startswith("/again/")

    asked = there(client, service, "/again/agency/?next=/account/")
    assert (asked["max_age"], asked["prompt"]) == ("0", "login")
    assert and_back(client, service, asked, auth_time=int(time.time()) - HOUR).status_code == 403
    asked, key = there(client, service, "/again/agency/?next=/account/"), client.session.session_key
    assert and_back(client, service, asked).headers["Location"] == "/account/"
    assert client.session.session_key != key
    assert client.get("/account/password/").status_code == 200


@pytest.mark.parametrize("kind", ["totp", "webauthn"])
def test_who_has_a_factor_here_proves_himself_again_by_that_and_not_at_his_service(client, service, olive, kind):
    and_back(client, service, there(client, service))
    Authenticator.objects.create(user=olive, type=kind, data={})

    assert client.get("/again/agency/?next=/account/").headers["Location"] == "/again/?next=%2Faccount%2F"


def test_whoever_is_linked_with_no_service_proves_himself_by_other_ways(offered, provider):
    assert offered.get("/again/agency/").headers["Location"] == "/again/?next=%2F"
    assert offered.get("/account/agency/confirm/").headers["Location"] == "/account/"
    assert offered.get("/again/").context["password"]


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
