"""Who sits there is asked again before an act that is hard to take back."""

import re

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agencies import reauthentication
from agencies.models import Standard
from audit.models import AccessEvent, Act, SignInEvent
from offenders.models import Offender
from tests.test_routes import routes

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PASSWORD = "correct horse battery"
ASKS = {
    "annual_report_csv", "answer_lost_factor", "answer_request", "approve", "ask_to_open", "authorise", "board_csv", "change_colleague",
    "check", "count_colleague_again", "countersign", "countersign_plan", "decide", "decide_application", "decide_sending_on", "deliver",
    "end_colleague", "end_exclusion", "end_sessions", "exclude", "import_report", "invite_colleague", "item_pack_pdf", "item_pack_word",
    "lift_restriction", "lost_factors", "minutes_pdf", "minutes_word", "name_person", "national_csv", "open_colleague", "open_in_emergency",
    "pack_file", "pack_pdf", "pack_word", "recertify", "record_vetting", "release_summary", "request_pack", "restrict", "send_invitation",
    "sent_on_pdf", "sent_on_word", "share_with", "suspend_colleague", "take_out_access_log", "take_out_access_log_of_case",
}  # fmt: skip
# What proves somebody: each page of "Your sign-in" that changes it, and whether it asks when it is opened or when it is sent.
OF_ONES_OWN = {
    "add_app": "sent", "add_passkey": "opened", "change_password": "opened", "confirm_link": "sent", "link_agency": "opened",
    "recovery_codes": "sent", "remove_app": "sent", "remove_passkey": "sent", "unlink_agency": "sent",
}  # fmt: skip


@pytest.fixture
def coordination(coordinator):
    coordinator.set_password(PASSWORD)
    coordinator.save()
    client = Client()
    client.force_login(coordinator, backend=BACKEND)
    return client


def later(minutes):
    return time_machine.travel(timezone.now() + timezone.timedelta(minutes=minutes), tick=False)


def takes_out(view):
    return getattr(view, "act", None) == Act.EXPORT


def restrict(client, offender):
    return client.post(f"/people/{offender.reference}/restrict/", {"reason": "A member of staff is family"})


def test_every_sensitive_act_asks_and_asks_behind_the_guard():
    asking = {view for _path, view in routes() if getattr(view, "asks_again", None)}

    assert {view.__name__ for view in asking} == ASKS | set(OF_ONES_OWN)
    assert [view for view in asking if not hasattr(view, "permission")] == []


def test_nothing_that_is_handed_out_whole_leaves_without_asking():
    """Every export, and whatever hands out minutes or the papers of a meeting."""
    of_a_meeting = re.compile(r"/(minutes|pack)\.(pdf|docx)$")
    whole = [(path, view) for path, view in routes() if of_a_meeting.search(path) or takes_out(view)]

    assert {view.__name__ for _path, view in whole} >= {"minutes_pdf", "item_pack_word", "sent_on_pdf", "import_report"}
    assert [path for path, view in whole if getattr(view, "asks_again", None) != reauthentication.ALWAYS] == []


@pytest.mark.parametrize(("page", "when"), OF_ONES_OWN.items())
def test_nobody_changes_how_somebody_signs_in_whose_place_he_took_at_an_open_screen(coordination, page, when):
    url = reverse(page, args=["police"] if page == "unlink_agency" else [])
    with later(minutes=6):
        opened, sent = coordination.get(url), coordination.post(url)

    assert opened.headers.get("Location", "").startswith("/again/") == (when == "opened")
    assert sent.headers["Location"].startswith("/again/")


def test_whoever_signed_in_lately_is_not_asked(coordination, coordinator, offender):
    restrict(coordination, offender)

    assert not AccessEvent.objects.filter(event="reauthentication.asked").exists()


def test_later_he_is_asked_and_what_he_typed_is_sent_after_it(coordination, coordinator, offender):
    with later(minutes=6):
        asked = restrict(coordination, offender)
        proved = coordination.post(asked.headers["Location"], {"password": PASSWORD}, follow=True)

        assert asked.headers["Location"] == "/again/?next=%2Fsend-again%2F"
        assert {"name": "reason", "value": "A member of staff is family", "label": "Reason"} in proved.context["fields"]
        assert not Offender.objects.visible_to(coordinator).get(pk=offender.pk).restricted
        assert restrict(coordination, offender).headers.get("Location") != asked.headers["Location"]


def test_proving_it_again_gives_the_session_another_key(coordination):
    coordination.get("/accessibility/")
    before = coordination.session.session_key

    coordination.post("/again/", {"password": PASSWORD})

    assert coordination.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


def test_being_asked_is_recorded_and_the_act_is_not(coordination, coordinator, offender):
    with later(minutes=6):
        restrict(coordination, offender)

    asked = AccessEvent.objects.get(event="reauthentication.asked")
    assert (asked.actor_id, asked.case_id) == (coordinator.pk, offender.pk)
    assert asked.detail == {"before": "offenders.restrict.sent"}
    assert not AccessEvent.objects.filter(event="offenders.restrict.sent").exists()


def test_reading_the_page_before_it_is_sent_does_not_ask(coordination, offender):
    with later(minutes=6):
        assert coordination.get(f"/people/{offender.reference}/restrict/").status_code == 200


def test_a_wrong_password_goes_no_further_and_is_recorded(coordination, coordinator):
    with later(minutes=6):
        answer = coordination.post("/again/?next=/people/", {"password": "something else entirely"})

    assert "This is not your password" in answer.text
    assert SignInEvent.objects.get(event="reauthentication.failed").actor_id == coordinator.pk


def test_after_ten_tries_a_minute_the_right_password_is_refused_too(coordination):
    for _try in range(10):
        coordination.post("/again/", {"password": "something else entirely"})

    assert "Too many tries" in coordination.post("/again/", {"password": PASSWORD}).text


def test_it_goes_on_to_no_address_elsewhere(coordination):
    for path in ("https://evil.invalid/", "//evil.invalid/", "/again/?next=/again/"):
        assert (
            coordination.post("/again/", {"password": PASSWORD}, query_params={"next": path}).headers["Location"] == "/"
        )


def test_an_administrator_may_have_it_asked_sooner(db, rf, today):
    Standard.objects.filter(name="reauthentication_minutes").update(value=1)
    request = rf.get("/")
    request.session = {"proved": timezone.now().timestamp() - 90}

    assert not reauthentication.is_recent(request)
    assert reauthentication.is_recent(request, minutes=120)
