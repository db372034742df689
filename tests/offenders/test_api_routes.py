"""Every route of the API of cases keeps the same rules, and describes itself."""

import pytest
from django.core.management import call_command
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from agencies.access import Perm
from agencies.api.throttles import PerToken
from agencies.models import IntegrationToken
from agencies.models.token import SCOPES
from audit.models import AccessEvent
from offenders.api.asking import CasesAPIView
from offenders.models import FlagKind, Monitoring
from tests.factories import (
    AddressFactory,
    AliasFactory,
    AssessmentFactory,
    ContactFactory,
    ConvictionFactory,
    DisclosureDraftFactory,
    DisclosureFactory,
    DisclosureReviewFactory,
    DocumentFactory,
    FlagFactory,
    IdentifierFactory,
    InformationAnswerFactory,
    InformationRequestFactory,
    KeyDateFactory,
    MeasureFactory,
    MonitoringFactory,
    NoteFactory,
    NotificationFactory,
    NotificationRequirementFactory,
    OccupationFactory,
    OrderFactory,
    OrderTermFactory,
    PhotographFactory,
    PlanFactory,
    PlanShareFactory,
    PremisesPlaceFactory,
    TermFactory,
    ToolResultFactory,
    VehicleFactory,
)
from tests.test_routes import API

TOKEN = {"Authorization": "Bearer a-long-random-token"}
CASES = [(path, view) for path, view in API if issubclass(view.cls, CasesAPIView)]
OF_A_CASE = [(path, view) for path, view in CASES if "<str:reference>" in path]
# For each kind of row that a route names, what makes one.
ROWS = {
    "identifiers": IdentifierFactory,
    "aliases": AliasFactory,
    "addresses": AddressFactory,
    "contacts": ContactFactory,
    "vehicles": VehicleFactory,
    "occupations": OccupationFactory,
    "orders": OrderFactory,
    "convictions": ConvictionFactory,
    "key-dates": KeyDateFactory,
    "documents": DocumentFactory,
    "flags": FlagFactory,
    "notes": NoteFactory,
    "assessments": AssessmentFactory,
    "tool-results": ToolResultFactory,
    "plans": PlanFactory,
    "measures": MeasureFactory,
    "plan-shares": PlanShareFactory,
    "disclosures": DisclosureFactory,
    "disclosure-drafts": lambda offender: DisclosureDraftFactory(offender=offender, user=offender.registered_by),
    "information-requests": InformationRequestFactory,
}
# A list, and what makes a row of it with all that is read along.
LISTS = {
    "addresses": lambda o, n: AddressFactory(offender=o, kind="temporary"),
    "contacts": lambda o, n: ContactFactory(offender=o),
    "vehicles": lambda o, n: VehicleFactory(offender=o),
    "occupations": lambda o, n: OccupationFactory(offender=o),
    "convictions": lambda o, n: TermFactory(offender=o),
    "key-dates": lambda o, n: KeyDateFactory(offender=o),
    "requirements": lambda o, n: NotificationRequirementFactory(offender=o),
    "notifications": lambda o, n: NotificationFactory(offender=o),
    "orders": lambda o, n: OrderTermFactory(offender=o),
    "monitoring": lambda o, n: MonitoringFactory(
        offender=o, kind=Monitoring.Kind.values[n], condition=None, order=OrderFactory(offender=o)
    ),
    "premises-places": lambda o, n: PremisesPlaceFactory(offender=o, bed=n + 1),
    "documents": lambda o, n: DocumentFactory(offender=o),
    "photographs": lambda o, n: PhotographFactory(offender=o),
    "flags": lambda o, n: FlagFactory(offender=o, kind=FlagKind.objects.all()[n]),
    "notes": lambda o, n: NoteFactory(offender=o),
    "assessments": lambda o, n: AssessmentFactory(offender=o),
    "tool-results": lambda o, n: ToolResultFactory(offender=o),
    "plans": lambda o, n: PlanFactory(offender=o, number=n + 1, current=True),
    "measures": lambda o, n: MeasureFactory(offender=o),
    "disclosures": lambda o, n: DisclosureReviewFactory(offender=o),
    "information-requests": lambda o, n: InformationAnswerFactory(offender=o),
}
QUERIES = {"convictions": 12, "orders": 11, "documents": 12, "notes": 12, "disclosures": 11, "information-requests": 11}


def ids(routes):
    return [path for path, _view in routes]


def url_of(path, case):
    """The address of a route for a case, with a row of it where the route names one."""
    noun = path.split("/")[4] if path.count("/") > 4 else ""
    row = ROWS[noun](offender=case).reference if "<str:row>" in path else ""
    return "/" + path.replace("<str:reference>", case.reference).replace("<str:row>", row)


def ask(client, view, url, **headers):
    """Read it, or where a route is only written to, send nothing."""
    if hasattr(view.cls, "get"):
        response = client.get(url, headers=headers)
        if response.streaming:
            response.getvalue()  # to the end, as a system does
        return response
    return client.post(url, {}, headers=headers, content_type="application/json")


@pytest.mark.parametrize(("path", "view"), CASES, ids=ids(CASES))
def test_a_route_says_what_it_needs_and_under_which_name_it_is_recorded(path, view):
    cls = view.cls

    assert isinstance(cls.permission, Perm)
    assert cls.scope in SCOPES
    assert not hasattr(cls, "post") or cls.write_scope in SCOPES
    assert cls.event.startswith("api.")
    assert PerToken in cls.throttle_classes


def test_no_two_routes_are_recorded_under_the_same_name():
    events = [view.cls.event for _path, view in CASES]

    assert sorted(set(events)) == sorted(events)


@pytest.mark.parametrize(("path", "view"), OF_A_CASE, ids=ids(OF_A_CASE))
def test_a_read_is_recorded_with_the_case_and_the_token(client, every_scope, token, offender, path, view):
    ask(client, view, url_of(path, offender), **TOKEN)

    event = AccessEvent.objects.filter(event=view.cls.event, outcome="A").get()
    assert (event.case_id, event.actor_id, event.detail["token"]) == (offender.pk, token.user_id, token.pk)


@pytest.mark.parametrize(("path", "view"), OF_A_CASE, ids=ids(OF_A_CASE))
def test_a_case_elsewhere_is_not_there_and_that_it_was_asked_for_is_recorded(
    client, every_scope, other_case, path, view
):
    url = url_of(path, other_case)

    real = ask(client, view, url, **TOKEN)
    invented = ask(client, view, url.replace(other_case.reference, "MA-2222-2222"), **TOKEN)

    assert (real.status_code, invented.status_code) == (404, 404)
    assert real.json() | {"instance": ""} == invented.json() | {"instance": ""}
    assert AccessEvent.objects.filter(event=view.cls.event, outcome="N").count() == 2


@pytest.mark.parametrize(("path", "view"), OF_A_CASE, ids=ids(OF_A_CASE))
def test_without_a_token_401_and_without_the_scope_403(client, token, offender, path, view):
    IntegrationToken.objects.update(scopes=sorted(set(SCOPES) - {view.cls.scope, view.cls.write_scope}))
    url = url_of(path, offender)

    assert ask(client, view, url).status_code == 401
    assert ask(client, view, url, **TOKEN).status_code == 403


@pytest.mark.parametrize(("path", "view"), OF_A_CASE, ids=ids(OF_A_CASE))
def test_a_person_says_first_what_a_case_is_needed_for(client, every_scope, token, offender, area_officer, path, view):
    token.user.memberships.update(agency=area_officer.memberships.get().agency)
    headers = TOKEN | {"On-Behalf-Of": area_officer.email}

    response = ask(client, view, url_of(path, offender), **headers)

    assert response.status_code == (400 if path.endswith("purposes/") else 403)


@pytest.mark.parametrize("noise", ["MA", "x" * 300, "MA-2222-2222%0A", "%F0%9F%98%80"])
def test_what_can_be_no_reference_names_nothing(client, every_scope, offender, noise):
    assert client.get(f"/api/v1/cases/{noise}/", headers=TOKEN).status_code == 404
    url = f"/api/v1/cases/{offender.reference}/documents/{noise}/download/"
    assert client.get(url, headers=TOKEN).status_code == 404


@pytest.mark.parametrize("noun", LISTS)
def test_a_list_costs_the_same_however_long(client, every_scope, offender, noun, django_assert_num_queries):
    rows = [LISTS[noun](offender, number) for number in range(2)]
    url = f"/api/v1/cases/{offender.reference}/{noun}/"
    client.get(url, headers=TOKEN)

    with django_assert_num_queries(QUERIES.get(noun, 10)):
        answer = client.get(url, headers=TOKEN).json()

    assert len(answer["results"]) >= len(rows)


@pytest.mark.parametrize("noun", LISTS)
def test_a_list_is_read_page_by_page(client, every_scope, offender, noun):
    for number in range(2):
        LISTS[noun](offender, number)
    url = f"/api/v1/cases/{offender.reference}/{noun}/"
    whole = client.get(url, headers=TOKEN).json()

    first = client.get(f"{url}?limit=1", headers=TOKEN).json()
    rest = client.get(f"{url}?after={first['next']}", headers=TOKEN).json()

    assert (first["results"] + rest["results"], rest["next"]) == (whole["results"], None)


def test_the_schema_is_valid_and_every_operation_is_described():
    schema = SchemaGenerator().get_schema(request=None, public=True)

    validate_schema(schema)
    operations = [each for methods in schema["paths"].values() for each in methods.values()]
    assert len(operations) > 100
    assert [each["operationId"] for each in operations if not each.get("description")] == []
    assert len({each["operationId"] for each in operations}) == len(operations)


def test_the_schema_is_made_without_a_warning(capsys):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", "/dev/null")

    assert "Warning" not in capsys.readouterr().err


READS = [(path, view) for path, view in OF_A_CASE if hasattr(view.cls, "get") and "download" not in path]


@pytest.mark.parametrize(("path", "view"), READS, ids=ids(READS))
def test_an_answer_has_the_fields_that_the_schema_promises(client, every_scope, offender, path, view):
    noun = path.strip("/").split("/")[-1]
    if noun in LISTS:
        LISTS[noun](offender, 0)
    schema = SchemaGenerator().get_schema(request=None, public=True)
    operation = schema["paths"]["/" + path.replace("<str:", "{").replace(">", "}")]["get"]

    answer = client.get(url_of(path, offender), headers=TOKEN).json()

    assert differing(answer, operation["responses"]["200"]["content"]["application/json"]["schema"], schema) == []


def differing(told, promised, schema):
    """The names by which what is told is not what is promised, at any depth."""
    while "$ref" in promised or "allOf" in promised:
        ref = promised.get("$ref") or promised["allOf"][0]["$ref"]
        promised = schema["components"]["schemas"][ref.rsplit("/", 1)[1]]
    if isinstance(told, list):
        return [name for row in told for name in differing(row, promised["items"], schema)]
    if not isinstance(told, dict) or "properties" not in promised:
        return []
    read = {name for name, field in promised["properties"].items() if not field.get("writeOnly")}
    names = set(told) ^ read
    within = [differing(told[name], promised["properties"][name], schema) for name in told if name not in names]
    return sorted(names) + [name for found in within for name in found]
