"""Whatever is sent, the API answers as its schema says or refuses: never a fault of ours."""

import json

import pytest
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agencies.models import IntegrationToken
from agencies.models.token import SCOPES
from assessments.models import Heading
from tests.factories import (
    AddressFactory,
    AgencyFactory,
    AliasFactory,
    AssessmentFactory,
    ContactFactory,
    ConvictionFactory,
    DisclosureDraftFactory,
    DisclosureFactory,
    DocumentFactory,
    FlagFactory,
    IdentifierFactory,
    InformationRequestFactory,
    KeyDateFactory,
    MeasureFactory,
    NoteFactory,
    OccupationFactory,
    OrderFactory,
    PlanFactory,
    PlanSectionFactory,
    ToolResultFactory,
    VehicleFactory,
)

SCHEMA = SchemaGenerator().get_schema(request=None, public=True)
WRITES = {
    path: methods["post"]["requestBody"]["content"]["application/json"]["schema"]
    for path, methods in SCHEMA["paths"].items()
    if path.startswith(("/api/v1/cases/", "/api/v1/information-requests/"))
    and "application/json" in methods.get("post", {}).get("requestBody", {"content": {}})["content"]
}


def a_plan(offender):
    """A draft as it is begun: with its seven headings."""
    plan = PlanFactory(offender=offender)
    for heading in Heading:
        PlanSectionFactory(offender=offender, plan=plan, heading=heading)
    return plan


ROWS = {
    "identifiers": IdentifierFactory,
    "aliases": AliasFactory,
    "addresses": AddressFactory,
    "contacts": ContactFactory,
    "vehicles": VehicleFactory,
    "occupations": OccupationFactory,
    "convictions": ConvictionFactory,
    "key-dates": KeyDateFactory,
    "orders": OrderFactory,
    "documents": DocumentFactory,
    "flags": FlagFactory,
    "notes": NoteFactory,
    "assessments": AssessmentFactory,
    "tool-results": ToolResultFactory,
    "plans": a_plan,
    "measures": MeasureFactory,
    "disclosures": DisclosureFactory,
    "disclosure-drafts": DisclosureDraftFactory,
    # To the agency of whoever sends, who so may read it both ways.
    "information-requests": lambda offender: InformationRequestFactory(
        offender=offender, agency=offender.lead_agency, asking_agency=AgencyFactory()
    ),
}
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
# Lines of lists that are on the record from the beginning.
CODES = {
    "kind": ["shpo", "sopo", "voo", "dvpo"],
    "offence": ["SOA3"],
    "tool": ["arms", "ogrs"],
    "agency": ["Probation, Bedfordshire", "Health, Bedfordshire"],
}
# What a careful sender would hardly write.
ODD = st.sampled_from(
    ["\x00", "\ud800", "x" * 5000, "0001-01-01", "9999-12-31", -1, 10**30, "'; --", " ", "\u202e", [], {}]
)


def sent_by(schema):
    """What fits a schema as far as its types go; sometimes something else in its place."""
    if "$ref" in schema:
        return sent_by(SCHEMA["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
    if "allOf" in schema:
        return sent_by(schema["allOf"][0])
    if schema.get("type") == "object":
        fields = {n: of_a_list(n, inner) for n, inner in schema["properties"].items() if not inner.get("readOnly")}
        return st.fixed_dictionaries(fields)
    fits = st.lists(sent_by(schema["items"]), max_size=3) if "items" in schema else one_by(schema)
    return st.one_of(fits, fits, fits, ODD | JUNK)


def of_a_list(name, schema):
    """A code that there is, where a text names one: what is refused before it is looked up finds no fault behind."""
    is_code = name in CODES and schema.get("type") == "string" and "enum" not in schema
    return st.one_of(st.sampled_from(CODES[name]), sent_by(schema)) if is_code else sent_by(schema)


def one_by(schema):
    """A value that is no list and no object."""
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if schema.get("format") == "date":
        return st.dates().map(str)
    kinds = {"boolean": st.booleans(), "integer": st.integers(0, 1200)}
    return kinds.get(schema.get("type"), st.text(max_size=40))


@pytest.fixture
def everything(token, offender, health_agency):
    IntegrationToken.objects.update(scopes=list(SCOPES))
    return {noun: make(offender=offender).reference for noun, make in ROWS.items()}


@pytest.mark.parametrize("path", WRITES)
@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_nothing_that_is_sent_breaks_it(client, everything, offender, practitioner, path, data):
    noun = path.partition("/{row}/")[0].rpartition("/")[2]
    url = path.replace("{reference}", offender.reference).replace("{row}", everything.get(noun, ""))
    body = data.draw(sent_by(WRITES[path]) | JUNK)
    headers = {"Authorization": "Bearer a-long-random-token", "On-Behalf-Of": practitioner.email}

    response = client.post(url, json.dumps(body), headers=headers, content_type="application/json")

    assert response.status_code in {200, 201, 400, 403, 409}


READS = [
    path
    for path, methods in SCHEMA["paths"].items()
    if path.startswith("/api/v1/cases/{reference}/") and "get" in methods
]


@pytest.mark.parametrize("path", [path for path in READS if "{row}" not in path])
@settings(max_examples=10, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(after=st.text(max_size=20), limit=st.text(max_size=4) | st.integers(-1, 10**30).map("{:020}".format))
def test_no_page_that_is_asked_for_breaks_it(client, everything, offender, path, after, limit):
    url = path.replace("{reference}", offender.reference)
    headers = {"Authorization": "Bearer a-long-random-token"}

    after = after.encode("utf-8", "replace").decode()
    assert client.get(url, {"after": after, "limit": limit}, headers=headers).status_code in {200, 400}


@pytest.mark.parametrize("body", ["[" * 50_000, "{", '{"a": NaN}', "1" * 5000, "\x00", "null", "[]", '"x"'])
def test_a_body_that_is_no_object_is_refused(client, everything, offender, practitioner, body):
    url = f"/api/v1/cases/{offender.reference}/notes/"
    headers = {"Authorization": "Bearer a-long-random-token", "On-Behalf-Of": practitioner.email}

    assert client.post(url, body, headers=headers, content_type="application/json").status_code == 400
