"""Every route of the API × every method × on behalf of everybody × whatever is between them and the case.

Each of the cast is acted for by a system of his own agency: the case is there when both see it, and says nothing otherwise.
"""

import pytest
from django.db import transaction

from agencies.access import allowed
from agencies.models import IntegrationToken, Role
from agencies.models.token import SCOPES, digest
from mappa import dates
from offenders.models import Offender
from offenders.visibility import one_scope
from tests.conftest import forget_counts
from tests.factories import DisclosureDraftFactory, MembershipFactory
from tests.matrix.canaries import beside_its_status, leaked, note
from tests.matrix.extent import METHODS, WALKED, tell
from tests.matrix.readers import sees_row
from tests.matrix.situations import CASE, put
from tests.offenders.test_api_routes import CASES, ROWS
from tests.test_routes import API

OF_A_CASE = [(path, view) for path, view in CASES if "<str:reference>" in path]
OF_NONE = [path for path, _view in API if "<str:" not in path]
# An agency that is asked about somebody is told of whom, and sees no more of the case (docs/adr/0010).
ASKED_OF_AN_AGENCY = "api/v1/information-requests/"
ANSWERED = {200, 201, 204, 400, 403, 405, 409, 415}


@pytest.fixture
def systems(people):
    """Of the agency of each of them, a system with every scope: the names by which it is one of the people, and its token."""
    found = {}
    for name, user in list(people.items()):
        agency = user.memberships.order_by("pk").first().agency
        system = MembershipFactory(agency=agency, role_id=Role.Code.INTEGRATION).user
        secret = f"a-long-random-token-of-{name}"
        IntegrationToken.objects.create(
            name=name, user=system, digest=digest(secret), scopes=list(SCOPES), expires_on=dates.today()
        )
        people[f"system of {name}"] = system
        found[name] = {"Authorization": f"Bearer {secret}", "On-Behalf-Of": user.email}
    return found


@pytest.fixture
def rows(world, offender):
    """A row of each kind that a route names: that of the world, or one more."""
    made = {noun: getattr(make, "_meta", DisclosureDraftFactory._meta).model for noun, make in ROWS.items()}
    return {noun: world.get(model) or ROWS[noun](offender=offender) for noun, model in made.items()}


def expected(model, name, user, view, method, offender, row):
    """What the answer may be: both the system and the person must see the case, and the row of it."""
    asked_by = (name, f"system of {name}")
    if not model.held(name):
        return {401, 429}
    if not hasattr(view.cls, method):
        return {403, 404, 405}
    if not all(model.sees(each, CASE) for each in asked_by):
        return {404}
    about = row or offender
    if not sees_row(model, name, user, about):
        return {403, 404}
    may = allowed(user, view.cls.permission, on=about) and not offender.why(user).ask
    return ANSWERED if may else {400, 403, 404}


def ask(client, method, url, headers):
    """What is answered, in a world that is put back afterwards."""
    with transaction.atomic():
        given = {"headers": headers, **({} if method == "get" else {"content_type": "application/json", "data": {}})}
        response = getattr(client, method)(url, **given)
        response.body = response.getvalue()
        note(response)
        transaction.set_rollback(True)
    return response


def of_none(client, model, name, user, headers, sown, offender):
    """What is wrong with the answers of the routes that name no case: they list those that both see, and no other."""
    for path in OF_NONE:
        for method in METHODS:
            response = ask(client, method, f"/{path}", headers)
            found, body = response.status_code, response.body.decode()
            told = path != ASKED_OF_AN_AGENCY and (offender.reference in body or offender.surname in body)
            wanted = ANSWERED if model.held(name) else {401, 429}
            if found not in wanted or (told and not model.sees(name, CASE)):
                yield path, name, method, found, "tells of the case" if told else ""
            if words := leaked(model, name, user, response, sown):
                yield path, name, method, "told", words


@pytest.mark.parametrize("situation", WALKED, ids=lambda each: each.__name__)
def test_a_system_tells_nobody_more_than_the_policy_gives_him(client, people, systems, sown, rows, offender, situation):
    model = put(offender, people, situation)
    surprises, cells = [], 0
    for name, headers in systems.items():
        user = type(people[name]).objects.get(pk=people[name].pk)
        forget_counts()
        for path, view in OF_A_CASE:
            noun = path.split("/")[4] if "<str:row>" in path else ""
            row = rows.get(noun)
            url = f"/{path}".replace("<str:reference>", offender.reference).replace(
                "<str:row>", getattr(row, "reference", "")
            )
            for method in METHODS:
                with one_scope():
                    wanted = expected(model, name, user, view, method, offender, row)
                response = ask(client, method, url, headers)
                found = response.status_code
                cells += 1
                if found not in wanted:
                    surprises.append((path, name, method, found, sorted(wanted)))
                besides = beside_its_status(model, name, user, response, sown, offender)
                surprises += [(path, name, method, *each) for each in besides]
        surprises += list(of_none(client, model, name, user, headers, sown, offender))
        cells += len(OF_NONE) * len(METHODS)

    tell(situation, cells, surprises)
    assert surprises == []


def test_a_case_that_is_seen_is_told(client, people, systems, offender):
    """Or the walk would be of a world in which nothing is answered."""
    assert isinstance(offender, Offender)
    response = ask(client, "get", f"/api/v1/cases/{offender.reference}/", systems["practitioner"])

    assert (response.status_code, offender.surname in response.body.decode()) == (200, True)
