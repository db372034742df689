"""The doors of the administration: those that are there, who is let in, and those of Django's own that are not."""

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.urls import URLPattern, reverse

from agencies.models import Agency, User
from audit.models import AccessEvent, Act
from tests.factories import OffenderFactory
from tests.test_guard import PROTECTED, row_of
from tests.test_routes import BACKEND, CAST, routes

OF_THE_SITE = {
    "admin/": "index",
    "admin/autocomplete/": "autocomplete",
    "admin/jsi18n/": "jsi18n",
    "admin/^(?P<app_label>agencies|offenders|assessments|panels|reviews)/$": "app_list",
    # Every other address, which is nobody's.
    "admin/(?P<url>.*)$": None,
}
OF_A_TABLE = {
    "": "changelist",
    "add/": "add",
    "<path:object_id>/history/": "history",
    "<path:object_id>/delete/": "delete",
    "<path:object_id>/change/": "change",
    # To the one before.
    "<path:object_id>/": None,
}
CLOSED = ["login/", "logout/", "password_change/", "password_change/done/", "r/1/1/", "doc/"]


def addresses():
    """One address of each route."""
    for path, _view in routes():
        if path.startswith("admin/"):
            yield "/" + path.replace("<path:object_id>", "1").replace("(?P<url>.*)$", "nothing/").replace(
                "^(?P<app_label>agencies|offenders|assessments|panels|reviews)/$", "agencies/"
            )


@pytest.fixture
def signed_in(client, administrator):
    client.force_login(administrator, backend=BACKEND)
    return client


def test_these_pages_are_there_and_no_other_of_django_or_a_library():
    tables = {f"admin/{m._meta.app_label}/{m._meta.model_name}/": m._meta for m in admin.site._registry}
    wanted = OF_THE_SITE | {
        f"{path}{of}": name and f"{meta.app_label}_{meta.model_name}_{name}"
        for path, meta in tables.items()
        for of, name in OF_A_TABLE.items()
    }

    assert {path for path, _view in routes() if path.startswith("admin/")} == set(wanted)
    own = [one for one in admin.site.get_urls() if isinstance(one, URLPattern)]
    assert {f"admin/{one.pattern}": one.name for one in own} == OF_THE_SITE
    pages = [one for admin_ in admin.site._registry.values() for one in admin_.get_urls()]
    assert {one.name for one in pages} == {name for path, name in wanted.items() if path not in OF_THE_SITE}


@pytest.mark.parametrize("person", CAST)
def test_every_door_refuses_everybody_but_the_administrator(client, request, person):
    client.force_login(request.getfixturevalue(person), backend=BACKEND)

    answers = {url: (client.get(url).status_code, client.post(url).status_code) for url in addresses()}

    opened = {url for url, codes in answers.items() if codes != (403, 403)}
    assert "/admin/" in answers
    assert (opened == set()) == (person != "administrator")


def test_whoever_is_not_signed_in_is_asked_to_at_every_door(client, db):
    answers = {url: client.get(url).headers.get("Location", "") for url in addresses()}

    assert [url for url, to in answers.items() if not to.startswith("/sign-in/?next=")] == []


@pytest.mark.parametrize("door", CLOSED)
def test_a_door_that_django_brings_and_we_do_not_use_is_closed_to_the_administrator_too(signed_in, door):
    assert signed_in.get(f"/admin/{door}").status_code == 404
    assert signed_in.post(f"/admin/{door}").status_code == 404


def test_the_address_of_no_confidential_row_is_told_nor_whether_it_is_there(signed_in, offender):
    told = []
    for model in PROTECTED:
        with transaction.atomic():
            row = row_of(model, offender)
            kind = ContentType.objects.get_for_model(model).pk
            codes = [signed_in.get(f"/admin/r/{kind}/{key}/").status_code for key in (row.pk, row.pk + 1000)]
            told += [model.__name__] if codes != [404, 404] else []
            transaction.set_rollback(True)

    assert told == []


def test_the_administrator_changes_no_password_past_the_page_for_it(signed_in, administrator):
    administrator.set_password("correct horse battery")
    administrator.save()
    signed_in.force_login(administrator, backend=BACKEND)
    sent = {"old_password": "correct horse battery"} | dict.fromkeys(
        ("new_password1", "new_password2"), "seven green herons wait"
    )

    signed_in.post("/admin/password_change/", sent)

    assert User.objects.get(pk=administrator.pk).check_password("correct horse battery")


def test_its_pages_lead_to_ones_own_sign_in_and_out_of_the_service(signed_in, probation):
    for url in ("/admin/", f"/admin/agencies/agency/{probation.pk}/change/"):
        page = signed_in.get(url).text

        assert f'href="{reverse("own_account")}"' in page
        assert f'action="{reverse("account_logout")}"' in page
        assert "password_change" not in page
        assert "/admin/r/" not in page


def test_no_list_is_narrowed_by_a_confidential_table_that_points_at_it(signed_in):
    """Django takes "+" for the name of every table that is given none, and finds the one row by another's number."""
    OffenderFactory()
    for model in admin.site._registry:
        meta = model._meta
        for asked in ("+", "+__id", "+__id__gt", *meta.fields_map):
            url = f"/admin/{meta.app_label}/{meta.model_name}/"
            assert signed_in.get(url, {asked: "1"}).status_code in {302, 400}, (url, asked)


def test_a_list_is_narrowed_by_its_own_columns(signed_in, probation, police):
    page = signed_in.get("/admin/agencies/agency/", {"kind__id__exact": police.kind_id, "is_active__exact": "1"})

    assert set(page.context["cl"].queryset) == set(Agency.objects.filter(kind=police.kind_id, is_active=True))


def test_being_refused_is_recorded(client, coordinator):
    client.force_login(coordinator, backend=BACKEND)

    client.post("/admin/agencies/user/")

    event = AccessEvent.objects.latest("pk")
    assert (event.event, event.outcome) == ("administration.opened", "N")
    assert (event.actor_id, event.act) == (coordinator.pk, Act.SEND)
