"""Every page × everybody × whatever is between them and the case: who sees it is the small model's word."""

import pytest

from agencies.access import EMERGENCY, TAKEN_AWAY, allowed
from audit.models import AccessEvent
from offenders.models import Offender
from offenders.visibility import one_scope
from tests.matrix.canaries import leaked
from tests.matrix.extent import ASKED, EVERYTHING, NO_PAGES, WALKED, methods_of_pages, tell
from tests.matrix.readers import sees_row
from tests.matrix.situations import put
from tests.test_routes import FOR_AUTHORITIES, FOR_POLICE, PAGES, address, answer

SHOWN = {200, 204, 302, 405, 503}
REFUSED = {403, 405}


def pages():
    """All of them; or of each table the first."""
    if EVERYTHING:
        return PAGES
    first = {}
    for path, view in PAGES:
        if view.guards is not None:
            first.setdefault(view.guards, (path, view))
    return sorted(first.values(), key=lambda page: page[0])


def expected(model, person, user, view, row, method):
    """What the answer may be."""
    if method in NO_PAGES:
        return REFUSED | {404}
    if row is not None and not sees_row(model, person, user, row):
        return {404}
    if view.__name__ in FOR_AUTHORITIES | FOR_POLICE:
        return SHOWN | {403}
    if not allowed(user, view.permission, on=row):
        return REFUSED
    if row is not None and row.why(user).name == EMERGENCY and not view.in_emergency:
        return read_only(view, method)
    return SHOWN


def read_only(view, method):
    """Of what is seen by an emergency alone, pages are shown, and nothing is sent or taken away."""
    if method != "get" or view.act in TAKEN_AWAY:
        return REFUSED
    return SHOWN | {403}  # what turns out to be a file


def events_of(response):
    """Who did something to which case, as it was recorded of a request."""
    events = AccessEvent.objects.filter(request_id=response.headers["X-Request-ID"])
    return events.values_list("actor_id", "case_id")


@pytest.mark.parametrize("situation", WALKED, ids=lambda each: each.__name__)
def test_everybody_is_shown_what_the_policy_gives_and_it_is_recorded(
    client, world, people, sitting, sown, rendered_plainly, offender, situation
):
    model = put(offender, people, situation)
    surprises, cells = [], 0
    for path, view in pages():
        row = world[view.guards] if view.guards else None
        row = offender if isinstance(row, Offender) else row
        for person in ASKED:
            cookies, user = sitting[person][1], type(offender.registered_by).objects.get(pk=people[person].pk)
            for method in methods_of_pages(situation):
                with one_scope():
                    wanted = expected(model, person, user, view, row, method)
                recorded = []
                url = address(path, getattr(row, "reference", ""))
                response = answer(client, cookies, method, url, look=lambda it: recorded.extend(events_of(it)))  # noqa: B023
                found = response.status_code
                cells += 1
                if found not in wanted:
                    surprises.append((path, person, method, found, sorted(wanted)))
                if words := leaked(model, person, user, response, sown):
                    surprises.append((path, person, method, "told", words))
                if found == 200 and row is not None and set(recorded) != {(user.pk, row.case_id_for_audit())}:
                    surprises.append((path, person, method, "recorded", recorded))

    tell(situation, cells, surprises)
    assert surprises == []
