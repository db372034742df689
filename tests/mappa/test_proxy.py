"""What docker/nginx.conf passes on, and what it answers itself. By its text alone; docs/security.md says how it was tried."""

import re
from pathlib import Path

import yaml

from mappa.logs import PROXY_HEADERS

DOCKER = Path(__file__).parents[2] / "docker"
NGINX = (DOCKER / "nginx.conf").read_text()
PROXY = yaml.safe_load((DOCKER.parent / "docker-compose.yml").read_text())["services"]["proxy"]
OURS = r"location /proxy-pages/ \{(.*?)\n    \}"


def test_whatever_a_proxy_might_say_is_said_by_ours_or_dropped():
    passed = {name.lower(): value for name, value in re.findall(r"proxy_set_header (\S+) (\S+);", NGINX)}

    assert set(PROXY_HEADERS.values()) <= set(passed)
    said = {name for name in PROXY_HEADERS.values() if passed[name] != '""'}
    assert said == {"x-forwarded-for", "x-forwarded-proto", "x-request-id"}
    assert NGINX.count("proxy_set_header Host") == 1  # a location with one of its own would pass on none of the others


def test_what_nginx_refuses_itself_is_said_in_our_words_with_our_headers():
    pages = {
        code: page
        for codes, page in re.findall(r"error_page ([\d ]+?)(?: =431)? (/\S+);", NGINX)
        for code in codes.split()
    }
    [ours] = re.findall(OURS, NGINX, re.DOTALL)

    assert {"400", "403", "404", "413", "414", "494", "502", "503", "504"} <= set(pages)
    for page in set(pages.values()):
        words = (DOCKER / "pages" / Path(page).name).read_text()
        assert "<h1>" in words
        assert not re.search(r"<script|<style|style=|src=|stylesheet", words)
    assert "internal;" in ours
    headers = {line.split()[1] for line in ours.splitlines() if "add_header" in line and line.endswith("always;")}
    assert headers == {
        "Content-Security-Policy",
        "Strict-Transport-Security",
        "X-Content-Type-Options",
        "X-Frame-Options",
        "Referrer-Policy",
        "Cross-Origin-Opener-Policy",
        "Cross-Origin-Resource-Policy",
        "Cache-Control",
        "X-Request-ID",
    }


def test_the_proxy_says_neither_its_version_nor_who_asked_for_what():
    [logged] = re.findall(r"log_format plain '(.*)'", NGINX)

    assert "server_tokens off;" in NGINX
    assert not re.search(r"\$(remote_addr|request|request_uri|uri|args|http_\w+)\b", logged)
    assert NGINX.count("access_log /dev/stdout plain;") == 1


def test_administration_may_be_kept_to_some_addresses_and_is_not_unless_somebody_says_so():
    [admin] = re.findall(r"location /admin \{(.*?)\}", NGINX, re.DOTALL)
    named = (DOCKER / "admin-from.conf").read_text()

    assert "include /etc/nginx/mappa/admin-from.conf;" in admin
    assert [line for line in named.splitlines() if not line.startswith("#")] == []
    assert "${ADMIN_FROM_CONF:-./docker/admin-from.conf}:/etc/nginx/mappa/admin-from.conf:ro" in PROXY["volumes"]
    assert "./docker/pages:/etc/nginx/mappa/pages:ro" in PROXY["volumes"]
