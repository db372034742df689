"""Signing in through an agency's own service: OpenID Connect, with nothing of it taken on trust.

The authorization code flow with PKCE. What counts is the ID token alone: its signature by the service's published keys, issuer,
audience, times, the nonce of this browser, when its owner last proved himself there, and that he did by more than a password.
Nothing is asked of the userinfo address, no parameter of our own address reaches the service, and no e-mail address is believed.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import jwt
import requests
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from urllib3.exceptions import HTTPError

from agencies.models import IdentityProvider

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
SESSION = "oidc"
LEEWAY_SECONDS, WAIT_SECONDS, KEPT_SECONDS = 60, 5, 60 * 60
MOST_BYTES = 200_000
# How long one may be away between our page and the way back.
FLOW_LASTS_SECONDS = 10 * 60


class RefusedError(Exception):
    """What the service said, or what came back by the browser, is not what was asked for. The reason is for the record alone."""


@dataclass(frozen=True)
class Proof:
    """Who the service says it is, and when he proved it there."""

    subject: str
    known_as: str  # by what its person knows it there, if the service says so; it proves nothing
    proved_at: int
    purpose: str
    next: str


def begin(request: HttpRequest, provider: IdentityProvider, *, purpose: str, max_age: int, next_path: str = "/") -> str:
    """Where to send the browser. State, nonce and verifier stay in the session, for one way back.

    With a `max_age` of 0 the service asks whoever sits there, whatever it knows of the browser.
    """
    flow = {
        "provider": provider.pk,
        "purpose": purpose,
        "next": next_path,
        "max_age": max_age,
        "began": int(time.time()),
        "state": secrets.token_urlsafe(32),
        "nonce": secrets.token_urlsafe(32),
        "verifier": secrets.token_urlsafe(48),
    }
    request.session[SESSION] = flow
    challenge = base64.urlsafe_b64encode(hashlib.sha256(str(flow["verifier"]).encode()).digest()).rstrip(b"=").decode()
    asked: dict[str, Any] = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": back(),
        "scope": "openid",
        "state": flow["state"],
        "nonce": flow["nonce"],
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "max_age": max_age,
    }
    if not max_age:
        asked["prompt"] = "login"
    if provider.required_acr:
        asked["acr_values"] = " ".join(provider.required_acr)
    return f"{_addresses(provider)['authorization_endpoint']}?{urlencode(asked)}"


def back() -> str:
    """The one address to which services send browsers back."""
    return f"{settings.BASE_URL}{reverse('agency_back')}"


def provider_asked(request: HttpRequest) -> int | None:
    """To whose service this browser was sent."""
    found: int | None = request.session.get(SESSION, {}).get("provider")
    return found


def finish(request: HttpRequest, provider: IdentityProvider) -> Proof:
    """What came back, checked. Raises RefusedError."""
    flow = request.session.pop(SESSION, None)
    if flow is None or flow["provider"] != provider.pk or time.time() - flow["began"] > FLOW_LASTS_SECONDS:
        raise RefusedError("nothing was asked")
    if not hmac.compare_digest(request.GET.get("state", "").encode(), flow["state"].encode()):
        raise RefusedError("state")
    # Whoever says that he names himself in each answer (RFC 9207) is not taken for another who does not.
    must_name_itself = _addresses(provider).get("authorization_response_iss_parameter_supported") is True
    if request.GET.get("iss", "" if must_name_itself else provider.issuer) != provider.issuer:
        raise RefusedError("iss of the answer")
    if "error" in request.GET or "code" not in request.GET:
        raise RefusedError("the service refused")
    claims = _claims(provider, _id_token(provider, request.GET["code"], flow["verifier"]))
    _check(provider, claims, flow)
    # A clock there that is ahead of ours must not make a proof of the future, which none of our pages believes.
    proved_at = min(claims["auth_time"], int(time.time()))
    return Proof(claims["sub"], _known_as(claims), proved_at, flow["purpose"], flow["next"])


def _known_as(claims: dict[str, Any]) -> str:
    told = (claims.get(name) for name in ("email", "preferred_username", "name"))
    return next((each[:200] for each in told if isinstance(each, str) and each), "")


def _check(provider: IdentityProvider, claims: dict[str, Any], flow: dict[str, Any]) -> None:
    """What PyJWT does not: the nonce, for whom, when and how the person proved himself."""
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), flow["nonce"].encode()):
        raise RefusedError("nonce")
    if claims.get("azp", provider.client_id) != provider.client_id or (_several(claims["aud"]) and "azp" not in claims):
        raise RefusedError("azp")
    if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255:
        raise RefusedError("sub")
    proved, oldest = claims.get("auth_time"), flow["began"] - flow["max_age"] - LEEWAY_SECONDS
    if not isinstance(proved, int) or not oldest <= proved <= time.time() + LEEWAY_SECONDS:
        raise RefusedError("auth_time")
    methods = claims.get("amr")
    told = {str(method) for method in methods} if isinstance(methods, list) else set()
    if not told & set(provider.required_amr) and claims.get("acr") not in provider.required_acr:
        raise RefusedError("no second factor there")


def _several(audience: Any) -> bool:
    return isinstance(audience, list) and len(audience) > 1


def _claims(provider: IdentityProvider, token: str) -> dict[str, Any]:
    """The signed words of the token; a key that is not known yet is asked for once more."""
    try:
        wanted = jwt.get_unverified_header(token).get("kid")
        keys = _keys(provider, wanted)
        if not keys:
            raise RefusedError("key")
        read: dict[str, Any] = jwt.decode(
            token,
            keys[0],
            algorithms=ALGORITHMS,
            audience=provider.client_id,
            issuer=provider.issuer,
            leeway=LEEWAY_SECONDS,
            # RSA of less than 2048 bits is refused.
            options={"require": ["exp", "iat", "iss", "aud", "sub"], "enforce_minimum_key_length": True},
        )
    except jwt.PyJWTError as error:
        raise RefusedError(type(error).__name__) from error
    return read


def _keys(provider: IdentityProvider, wanted: str | None) -> list[jwt.PyJWK]:
    address = _addresses(provider)["jwks_uri"]
    for told in (_kept(provider, "keys", address), _kept(provider, "keys", address, anew=True)):
        keys = [key for key in _published(told) if key.public_key_use in {None, "sig"}]
        found = [key for key in keys if wanted is None or key.key_id == wanted]
        # Without a name there must be no choice, or an attacker would have it.
        if len(found) == 1:
            return found
    return []


def _published(told: dict[str, Any]) -> list[jwt.PyJWK]:
    try:
        return list(jwt.PyJWKSet.from_dict(told).keys)
    except (AttributeError, TypeError, ValueError) as error:
        # PyJWT believes that each key is an object of texts.
        raise RefusedError("keys") from error


def _id_token(provider: IdentityProvider, code: str, verifier: str) -> str:
    sent = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back(),
        "code_verifier": verifier,
    }
    signed_in = (provider.client_id, provider.client_secret)
    told = _ask("POST", _addresses(provider)["token_endpoint"], data=sent, auth=signed_in)
    token = told.get("id_token")
    if not isinstance(token, str):
        raise RefusedError("no ID token")
    return token


def _addresses(provider: IdentityProvider) -> dict[str, Any]:
    """What the service says of itself, at the address that its issuer gives and nowhere else."""
    told = _kept(provider, "addresses", f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    if told.get("issuer") != provider.issuer:
        raise RefusedError("issuer of the configuration")
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        _require_https(str(told.get(name, "")))
    return told


def _kept(provider: IdentityProvider, what: str, address: str, *, anew: bool = False) -> dict[str, Any]:
    """Asked for once an hour."""
    key = f"oidc:{what}:{hashlib.sha256(address.encode()).hexdigest()}"
    found: dict[str, Any] | None = None if anew else cache.get(key)
    if found is None:
        found = _ask("GET", address)
        cache.set(key, found, KEPT_SECONDS)
    return found


def _require_https(address: str) -> None:
    parts = urlsplit(address)
    if not parts.hostname or (parts.scheme != "https" and not (settings.INSECURE_HTTP and parts.scheme == "http")):
        raise RefusedError("an address that is not https")


def _ask(method: str, address: str, **more: Any) -> dict[str, Any]:
    """One question to a service: soon answered, short, from there and not from elsewhere."""
    _require_https(address)
    try:
        with requests.request(
            method, address, timeout=WAIT_SECONDS, allow_redirects=False, stream=True, **more
        ) as answer:
            # Read as it comes, which is not by requests: what goes wrong then is in the words of urllib3.
            body = answer.raw.read(MOST_BYTES + 1, decode_content=True)
            if answer.status_code != 200 or len(body) > MOST_BYTES:
                raise RefusedError(f"the service answers {answer.status_code}")
            told = json.loads(body)
    except (requests.RequestException, HTTPError, ValueError) as error:
        raise RefusedError(type(error).__name__) from error
    if not isinstance(told, dict):
        raise RefusedError("not an object")
    return told
