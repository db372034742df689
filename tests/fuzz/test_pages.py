"""No page ends in a fault of ours, whatever is sent to it: each request comes from a number, and says it when it fails.

The short form asks each page once; `python -m bench.fuzz` asks ten thousand times and more.
"""

import os
import random
import sys
from functools import cache

import pytest
from django.contrib.admin import site
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.fuzz.malformed import fields_of, malformed
from tests.papers import has_pango
from tests.test_routes import BACKEND, PAGES, PUBLIC, address, rendered_plainly, world  # noqa: F401  fixtures

REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "0")) or 250
SEED = int(os.environ.get("FUZZ_SEED", "1"))
WHO = (
    "coordinator",
    "practitioner",
    "manager",
    "chair",
    "victim_liaison",
    "board_member",
    "information_officer",
    "administrator",
)
TOKENS = "calendar/<str:token>.ics"
# A thing that is not shown as it was sent, or it would run.
RUNS = ("<script>alert(1)</script>",)


@pytest.fixture
def browsers(world, request):  # noqa: F811
    """Some of the cast, each signed in, and somebody who is not."""
    found = {"nobody": Client(raise_request_exception=False)}
    for person in WHO:
        found[person] = Client(raise_request_exception=False)
        found[person].force_login(request.getfixturevalue(person), backend=BACKEND)
        found[person].get("/accessibility/")
    return found


def ask(client, send):
    """The answer, read to its end, in a world that is put back afterwards."""
    cookies = client.cookies.copy()
    with transaction.atomic():
        response = send()
        body = response.getvalue() if response.streaming else response.content
        transaction.set_rollback(True)
    client.cookies = cookies
    return response, body


def is_away(answer, path):
    """ "Not to be had now" is an answer where a part of the machine is missing; else it is a fault: something was not recorded."""
    return answer.status_code == 503 and "pdf" in path and not has_pango()


def administration():
    """The pages of Django's administration: each table's list, a new row, and its first."""
    for model in site._registry:
        place = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        first = model._base_manager.order_by("pk").values_list("pk", flat=True).first()
        yield from (
            reverse(f"{place}_changelist"),
            reverse(f"{place}_add"),
            reverse(f"{place}_change", args=[first or 1]),
        )


def test_no_page_ends_in_a_fault(browsers, world, rendered_plainly):  # noqa: F811
    public = [(path.replace("<str:token>", "x"), None) for path in sorted(PUBLIC)]
    pages = [(address(path, getattr(world.get(view.guards), "reference", "")), view) for path, view in PAGES]
    pages += [("/" + path, view) for path, view in public]
    pages += [(path, None) for path in administration()]
    chance, found = random.Random(SEED), []
    chance.shuffle(pages)

    @cache
    def asked(path, person):
        """What the page's forms ask this person; None where it is not there for him."""
        answer, body = ask(browsers[person], lambda: browsers[person].get(path))
        if answer.status_code == 405:  # it only takes what is sent
            return []
        return fields_of(body) if answer.status_code == 200 else None

    codes = {}
    for number in range(REQUESTS):
        path, _view = pages[number % len(pages)]
        # Mostly somebody for whom it is there: what is refused at the door finds no fault behind it.
        people = ["administrator"] if path.startswith("/admin/") else chance.sample([*WHO, "nobody"], 3)
        person = next((one for one in people if asked(path, one) is not None), people[0])
        wrong = malformed(chance, path, asked(path, person) or [])
        answer, body = ask(browsers[person], lambda: wrong.send(browsers[person]))  # noqa: B023  called at once
        codes[answer.status_code] = codes.get(answer.status_code, 0) + 1
        if answer.status_code >= 500 and not is_away(answer, path):
            found.append(
                f"request {number} of seed {SEED} by {person}: {wrong}\n    {answer.exc_info and answer.exc_info[1]!r}"
            )
        if b"html" in answer.headers.get("Content-Type", "").encode() and any(run.encode() in body for run in RUNS):
            found.append(f"request {number} of seed {SEED} by {person} is shown as it was sent: {wrong}")

    sys.stdout.write(f"{REQUESTS} requests to {len(pages)} pages: {dict(sorted(codes.items()))}\n")
    assert found == []
    assert {200, 302, 405} <= set(codes)
