"""Each event says what kind of act it was: whoever takes a file away is not written down as having looked."""

import pytest

from audit.models import AccessEvent, Act, SignInEvent
from tests.factories import AssessmentFactory
from tests.test_routes import routes

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
TAKEN = {Act.DOWNLOAD, Act.EXPORT, Act.PRINT}
FILES = (".pdf", ".docx", ".csv", ".ics", ".json", "download/")


def test_every_route_of_a_file_is_a_download_or_an_export():
    files = [(path, view) for path, view in routes() if path.endswith(FILES) and hasattr(view, "act")]

    assert len(files) > 20
    assert [path for path, view in files if view.act not in TAKEN] == []


@pytest.mark.parametrize(
    ("path", "act"),
    [("", Act.VIEW), ("victims/", Act.REVEAL), ("documents/", Act.VIEW)],
)
def test_opening_a_page_is_a_view_and_of_victims_a_revelation(client, victim_liaison, offender, path, act):
    client.force_login(victim_liaison, backend=BACKEND)

    client.get(f"/people/{offender.reference}/{path}")

    assert AccessEvent.objects.filter(actor_id=victim_liaison.pk).latest("pk").act == act


def test_taking_an_assessment_as_word_is_a_download(client, practitioner, offender):
    row = AssessmentFactory(offender=offender)
    client.force_login(practitioner, backend=BACKEND)

    assert client.get(f"/people/assessments/{row.reference}/assessment.docx").status_code == 200

    acts = AccessEvent.objects.filter(actor_id=practitioner.pk).values_list("act", flat=True)
    assert set(acts) == {Act.DOWNLOAD}


def test_a_search_is_a_search(client, practitioner, offender):
    client.force_login(practitioner, backend=BACKEND)

    client.get("/people/", {"words": "smith"})

    assert AccessEvent.objects.filter(event="case.searched").latest("pk").act == Act.SEARCH


def test_a_form_that_is_sent_says_so_and_for_which_agency(client, practitioner, offender):
    client.force_login(practitioner, backend=BACKEND)

    client.post(f"/people/{offender.reference}/review/", {})

    event = AccessEvent.objects.filter(actor_id=practitioner.pk).first()
    assert (event.act, event.agency_id) == (Act.SEND, practitioner.memberships.get().agency_id)


def test_sign_in_names_its_agency_and_the_session_that_it_made(client, practitioner, offender):
    practitioner.set_password("a long password for bob")
    practitioner.save()
    client.post("/sign-in/", {"login": practitioner.email, "password": "a long password for bob"})
    client.get(f"/people/{offender.reference}/")

    signed_in = SignInEvent.objects.get(event="sign_in.succeeded")
    read = AccessEvent.objects.filter(actor_id=practitioner.pk).latest("pk")
    assert (signed_in.agency_id, signed_in.session) == (read.agency_id, read.session)
    assert signed_in.session
    # Its key would open it.
    assert signed_in.session not in client.session.session_key
