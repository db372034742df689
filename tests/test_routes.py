"""Every route × every member of the cast answers exactly as the policy says.

200, 302 or 405 where the role grants it on this case; 403 where the person sees the thing but may not; 404 where
for this person it does not exist; sign-in for strangers.
"""

import pytest
from django.contrib.admin.sites import AdminSite
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver

from agencies.access import Perm, allowed
from offenders.models import Flag, Note
from panels.models import Action, AgendaItem, Invitation, Meeting, Referral
from tests.factories import (
    ActionFactory,
    AgendaItemFactory,
    FlagFactory,
    GroupGrantFactory,
    InvitationFactory,
    MeetingFactory,
    NoteFactory,
    ReferralFactory,
)

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
# What anyone on the internet may open.
PUBLIC = {"sign-in/", "sign-out/", "health/", "accessibility/"}
CAST = [
    "coordinator",
    "practitioner",
    "manager",
    "area_officer",
    "chair",
    "outsider",
    "housing",
    "uninvited",
    "victim_liaison",
    "board_member",
    "lay_adviser",
    "information_officer",
    "administrator",
]


def routes(resolver=None, prefix=""):
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, path)
        elif isinstance(entry, URLPattern):
            yield path, entry.callback


ROUTES = [(path, view) for path, view in routes() if not path.startswith("admin/")]
API = [(path, view) for path, view in ROUTES if hasattr(view, "cls")]
PAGES = [(path, view) for path, view in ROUTES if path not in PUBLIC and (path, view) not in API]


def permission_of(view):
    return getattr(view, "permission", getattr(getattr(view, "cls", None), "permission", None))


@pytest.mark.parametrize(("path", "view"), ROUTES, ids=[path or "/" for path, _view in ROUTES])
def test_every_route_declares_a_permission(path, view):
    assert path in PUBLIC or isinstance(permission_of(view), Perm)


@pytest.mark.parametrize(("path", "view"), PAGES, ids=[path or "/" for path, _view in PAGES])
def test_every_route_with_a_reference_says_whose(path, view):
    assert ("reference" in path) == (view.guards is not None)


@pytest.fixture
def world(offender, chair, coordinator, housing_agency, probation):
    """The case on a meeting to which housing and probation are invited, with a referral, an action, a flag and a note."""
    meeting = MeetingFactory(area=offender.area, chair=chair, arranged_by=coordinator)
    item = AgendaItemFactory(offender=offender, meeting=meeting)
    invitation = InvitationFactory(item=item, agency=housing_agency, offender=None)
    InvitationFactory(item=item, agency=probation, offender=None)
    GroupGrantFactory(content_object=offender, group=housing_agency.group, basis="invited", source=item.reference)
    return {
        Meeting: meeting,
        AgendaItem: item,
        Invitation: invitation,
        Referral: ReferralFactory(offender=offender),
        Action: ActionFactory(offender=offender, item=item, agency=housing_agency),
        Flag: FlagFactory(offender=offender),
        Note: NoteFactory(offender=offender),
        type(offender): offender,
    }


def expected(user, view, row):
    """What the policy says, asked of the policy itself."""
    if row is None:
        return {200, 204, 302, 405} if allowed(user, view.permission) else {403}
    if not type(row).objects.visible_to(user).filter(pk=row.pk).exists():
        return {404}
    return {200, 302, 405, 503} if allowed(user, view.permission, on=row) else {403}


@pytest.fixture
def cast(request):
    return {person: request.getfixturevalue(person) for person in CAST}


def answer(client, user, method, url):
    """What one person gets, in a world that is put back afterwards."""
    with transaction.atomic():
        client.force_login(user, backend=BACKEND)
        response = getattr(client, method)(url)
        transaction.set_rollback(True)
    return response


@pytest.mark.parametrize(("path", "view"), PAGES, ids=[path or "/" for path, _view in PAGES])
def test_every_page_answers_each_of_the_cast(client, world, cast, path, view):
    row = world[view.guards] if view.guards else None
    url = "/" + path.replace("<str:reference>", getattr(row, "reference", ""))

    surprises = [
        (person, method, found, wanted)
        for person, user in cast.items()
        for method in ("get", "post")
        if (found := answer(client, user, method, url).status_code) not in (wanted := expected(user, view, row))
    ]

    assert surprises == []


STRANGERS = ["outsider", "uninvited", "board_member", "lay_adviser", "administrator"]
ROWS = [(path, view) for path, view in PAGES if view.guards]


@pytest.mark.parametrize(("path", "view"), ROWS, ids=[path for path, _view in ROWS])
def test_to_a_stranger_a_case_and_no_case_look_the_same(client, world, cast, path, view):
    row = world[view.guards]

    for person in STRANGERS:
        real = answer(client, cast[person], "get", "/" + path.replace("<str:reference>", row.reference))
        invented = answer(client, cast[person], "get", "/" + path.replace("<str:reference>", "MA-2222-2222"))

        assert (real.status_code, invented.status_code) == (404, 404)
        assert row.reference not in real.text


@pytest.mark.parametrize(("path", "view"), PAGES, ids=[path or "/" for path, _view in PAGES])
def test_a_visitor_who_is_not_signed_in_is_asked_to(client, world, path, view):
    row = world[view.guards] if view.guards else None

    response = client.get("/" + path.replace("<str:reference>", getattr(row, "reference", "")))

    assert response.headers["Location"].startswith("/sign-in/?next=")


@pytest.mark.parametrize(("path", "view"), API, ids=[path for path, _view in API])
def test_the_api_answers_nobody_without_a_token(client, world, path, view):
    response = client.get("/" + path.replace("<str:reference>", "MA-2222-2222"))

    assert response.status_code == 401


@pytest.mark.parametrize("person", CAST)
def test_only_the_administrator_opens_the_admin(client, request, world, person):
    client.force_login(request.getfixturevalue(person), backend=BACKEND)

    assert (client.get("/admin/").status_code == 200) == (person == "administrator")


def test_the_admin_knows_no_protected_table():
    from django.contrib import admin

    from mappa.guard import ProtectedModel

    assert isinstance(admin.site, AdminSite)
    assert [model for model in admin.site._registry if issubclass(model, ProtectedModel)] == []
