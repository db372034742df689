"""What every answer tells the browser, whoever answers: a page, a file, a redirect, a refusal, a fault."""

import re

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from offenders.views import cases

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains; preload",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'; "
    "report-uri /csp-report/"
)
# Of a file that somebody brought, which runs nothing even where it is shown.
POLICY_OF_FILES = (
    "sandbox; default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
TELLTALE = {"Server", "X-Powered-By", "Via", "Access-Control-Allow-Origin"}
STATIC = "/static/app/app.css"


def wrong(response):
    """What an answer lacks of the headers, or says too much."""
    found = {name for name, value in EVERYWHERE.items() if response.headers.get(name) != value}
    policy = response.headers.get("Content-Security-Policy", "")
    is_file = not response.headers.get("Content-Type", "").startswith("text/html")
    if not (is_file and policy == POLICY_OF_FILES) and sorted(policy.split("; ")) != sorted(POLICY.split("; ")):
        found.add(f"Content-Security-Policy: {policy}")
    features = response.headers.get("Permissions-Policy", "")
    if "camera=()" not in features or "geolocation=()" not in features or "*" in features:
        found.add("Permissions-Policy")
    if "no-store" not in response.headers.get("Cache-Control", "") and response.request["PATH_INFO"] != STATIC:
        found.add("Cache-Control")
    kind = response.headers.get("Content-Type", "")
    if (kind.startswith("text/") and "charset=" not in kind) or (not kind and response.status_code == 200):
        found.add(f"Content-Type: {kind}")
    return found | TELLTALE & set(response.headers)


def every_address(resolver=None, prefix="/"):
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from every_address(entry, path)
        elif isinstance(entry, URLPattern):
            yield re.sub(r"[\^$]|\\Z", "", re.sub(r"<[^>]*>|\([^)]*\)", "1", path))


def test_every_route_sends_every_header(client, administrator):
    client.force_login(administrator)

    answers = [client.get(path, secure=True) for path in every_address()]

    assert len(answers) > 400
    assert {response.request["PATH_INFO"]: wrong(response) for response in answers if wrong(response)} == {}
    assert {response.status_code for response in answers} >= {200, 302, 403, 404}


@pytest.mark.parametrize(
    "path", ["/nothing/", "/people/%00/", "/api/v1/nothing/", "/health/", STATIC, "/sign-in/", "/"]
)
def test_so_do_files_refusals_and_what_strangers_get(client, db, path):
    response = client.get(path, secure=True)
    response.close()

    assert wrong(response) == set()


def test_so_does_a_fault(practitioner, monkeypatch):
    client = Client(raise_request_exception=False)
    client.force_login(practitioner)
    monkeypatch.setattr(cases.search, "kept_words", lambda *_all: 1 / 0)

    response = client.get("/people/", secure=True)

    assert response.status_code == 500
    assert wrong(response) == set()


def test_plain_http_is_led_to_https(client, db, settings):
    settings.SECURE_SSL_REDIRECT = True

    response = client.get("/people/")

    assert response.headers["Location"] == "https://testserver/people/"
    assert wrong(response) == {"Strict-Transport-Security"}  # which browsers do not believe over plain http


def test_a_system_is_not_led_on_from_plain_http(client, db, settings):
    settings.SECURE_SSL_REDIRECT = True

    assert client.get("/api/v1/cases/").status_code == 403
    assert client.get("/api/v1/cases/", secure=True).status_code == 401
    for path in ("/metrics", "/calendar/a-token.ics"):
        assert client.get(path).status_code == 403
        assert client.get(path, secure=True).status_code in {401, 404}


def test_no_view_takes_a_header_away_again():
    exempt = {"csp_exempt", "csp_update", "csp_replace", "_csp_exempt", "xframe_options_exempt", "permissions_policy"}
    views = [entry.callback for entry in patterns()]

    assert [view for view in views if exempt & set(vars(view))] == []


def patterns(resolver=None):
    for entry in (resolver or get_resolver()).url_patterns:
        yield from patterns(entry) if isinstance(entry, URLResolver) else [entry]


def test_cookies_are_for_this_host_and_no_script(client, practitioner):
    practitioner.set_password("correct horse battery")
    practitioner.save()
    client.get("/sign-in/", secure=True)

    client.post("/sign-in/", {"login": practitioner.email, "password": "correct horse battery"}, secure=True)

    client.post("/account/sessions/end/", secure=True)  # which tells what was done on the next page
    assert set(client.cookies) == {"__Host-mappa_session", "__Host-mappa_csrf", "__Host-mappa_device"}
    for cookie in client.cookies.values():
        told = (cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"])
        assert told == (True, True, "Lax", "/", "")
        assert len(cookie.OutputString()) < 4096


@pytest.mark.parametrize(
    "name", ["evil.invalid", "mappa.test.evil.invalid", "mappa.test@evil.invalid", "mappa.test:x", ""]
)
def test_another_host_is_not_answered(client, db, name):
    assert client.get("/sign-in/", headers={"Host": name}).status_code == 400


@pytest.mark.parametrize("header", ["X-Forwarded-Host", "Forwarded", "X-Original-URL", "X-Rewrite-URL", "X-Real-IP"])
def test_what_a_proxy_that_is_not_ours_says_changes_nothing(client, db, header):
    response = client.get("/people/", headers={header: "evil.invalid"})

    assert response.headers["Location"] == "/sign-in/?next=%2Fpeople%2F"


def test_a_claim_of_https_is_believed_from_our_proxy_only(client, db, settings):
    settings.SECURE_SSL_REDIRECT = True
    said = {"X-Forwarded-Proto": "https"}
    assert client.get("/sign-in/", headers=said).status_code == 301

    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

    assert client.get("/sign-in/", headers=said).status_code == 200


def test_a_request_is_called_by_us_or_by_our_proxy(client, db, settings):
    named = {"X-Request-ID": "0123456789abcdef" * 2}
    assert client.get("/health/", headers=named).headers["X-Request-ID"] != named["X-Request-ID"]

    settings.BEHIND_PROXY = True

    assert client.get("/health/", headers=named).headers["X-Request-ID"] == named["X-Request-ID"]
    odd = client.get("/health/", headers={"X-Request-ID": "<script>"}).headers["X-Request-ID"]
    assert re.fullmatch("[0-9a-f]{32}", odd)


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PUT", "PATCH", "DELETE", "PROPFIND", "MAKE"])
def test_a_page_knows_only_its_own_methods(client, administrator, method):
    client.force_login(administrator)

    paths = (
        "/people/",
        "/",
        "/accessibility/",
        "/csp-report/",
        "/admin/",
        "/admin/agencies/agency/",
        "/nothing/",
        STATIC,
    )
    assert {client.generic(method, path).status_code for path in paths} == {405}


def test_the_api_knows_no_trace(call, client, token):
    response = client.trace("/api/v1/cases/", headers={"Authorization": "Bearer a-long-random-token"})

    assert response.status_code in {403, 405}


def test_more_than_anything_takes_is_refused_before_it_is_read(client, practitioner):
    client.force_login(practitioner)

    class Unread:
        def read(self, *_all):
            raise AssertionError("somebody read it")

        readline = read

    sent = {
        "CONTENT_LENGTH": str(100 * 2**20),
        "wsgi.input": Unread(),
        "CONTENT_TYPE": "multipart/form-data; boundary=x",
    }
    page, system = (client.generic("POST", path, **sent) for path in ("/people/", "/api/v1/cases/"))

    assert page.status_code == system.status_code == 413
    assert "at most 20 MB" in page.text
    assert system.json()["title"] == "Too much at once"


@pytest.mark.parametrize("length", ["-1", "x", "1e9"])
def test_a_length_that_is_none_is_refused(client, db, length):
    assert client.generic("POST", "/sign-in/", CONTENT_LENGTH=length).status_code == 400


def test_a_form_of_a_thousand_and_one_boxes_is_refused(client, practitioner):
    client.force_login(practitioner)

    assert client.post("/people/", {f"box{number}": "" for number in range(1001)}).status_code == 400


def test_a_form_longer_than_any_of_ours_is_refused(client, practitioner):
    client.force_login(practitioner)

    assert client.post("/people/", "words=" + "a" * 2_600_000, "application/x-www-form-urlencoded").status_code == 400
