"""Every page × everybody × whatever is between them and the case: who sees it is the small model's word."""

from io import BytesIO
from zipfile import ZipFile

import pikepdf
import pytest
from django.http import HttpResponse

from agencies.access import EMERGENCY, TAKEN_AWAY, allowed
from offenders.models import Offender
from offenders.visibility import one_scope
from tests.matrix.canaries import beside_its_status, leaked, note
from tests.matrix.extent import ASKED, EVERYTHING, NO_PAGES, WALKED, methods_of_pages, tell
from tests.matrix.readers import sees_row
from tests.matrix.situations import own, put
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


def in_a_zip(words):
    packed = BytesIO()
    with ZipFile(packed, "w") as folder:
        folder.writestr("word/document.xml", words)
    return packed.getvalue()


def in_a_pdf(words):
    made = pikepdf.new()
    sheet = made.add_blank_page()
    face = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    sheet.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=face))
    sheet.Contents = made.make_stream(b"BT /F 12 Tf 10 10 Td (" + words + b") Tj ET")
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def read_only(view, method):
    """Of what is seen by an emergency alone, pages are shown, and nothing is sent or taken away."""
    if method != "get" or view.act in TAKEN_AWAY:
        return REFUSED
    return SHOWN | {403}  # what turns out to be a file


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
                url = address(path, getattr(row, "reference", ""))
                response = answer(client, cookies, method, url, look=note)
                found = response.status_code
                cells += 1
                if found not in wanted:
                    surprises.append((path, person, method, found, sorted(wanted)))
                besides = beside_its_status(model, person, user, response, sown, row)
                surprises += [(path, person, method, *each) for each in besides]

    tell(situation, cells, surprises)
    assert surprises == []


@pytest.mark.parametrize("packed", [bytes, in_a_zip, in_a_pdf], ids=["page", "zip", "pdf"])
def test_a_word_that_is_told_to_somebody_who_may_not_read_its_row_is_found(people, sown, offender, packed):
    model, response = put(offender, people, own), HttpResponse()
    response.body = packed(b"QxvictimQ QxparagraphsentQ")

    found = {name: leaked(model, name, people[name], response, sown) for name in ("coordinator", "housing", "outsider")}

    assert found == {"coordinator": [], "housing": ["QxvictimQ"], "outsider": ["QxvictimQ", "QxparagraphsentQ"]}
