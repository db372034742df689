"""No operation of the API ends in a fault of ours, whatever is sent: by its own schema, kept to and broken (schemathesis).

The short form takes a tenth of the operations; `python -m bench.fuzz` all of them, many times.
"""

import json
import os
import sys

import pytest
import schemathesis
from django.db import transaction
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode

from tests.offenders.test_api_fuzz import everything  # noqa: F401  the fixture

REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "0"))
SEED = int(os.environ.get("FUZZ_SEED", "1"))
SCHEMA = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(request=None, public=True))
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations()]
TAKEN = OPERATIONS if REQUESTS else OPERATIONS[SEED % 12 :: 12]
EXAMPLES = max(2, REQUESTS // (2 * len(OPERATIONS))) if REQUESTS else 3
ALLOWED = {200, 201, 204, 304, 400, 401, 403, 404, 405, 409, 413, 415, 429}


@pytest.fixture
def system(everything, token, practitioner):  # noqa: F811
    client = Client(raise_request_exception=False)

    def ask(case, offender):
        """Send a request as schemathesis made it, with the real token and, mostly, about rows that are there."""
        path = case.path
        noun = path.partition("/{row}")[0].rstrip("/").rpartition("/")[2]
        real = {"reference": offender.reference, "row": everything.get(noun, "")}
        for name, value in (case.path_parameters or {}).items():
            kept = real.get(name) if len(str(value)) % 8 != 7 else None
            path = path.replace("{" + name + "}", kept or str(value))
        headers = {
            name: str(value) for name, value in dict(case.headers or {}).items() if name.lower() != "authorization"
        }
        headers = {name: value for name, value in headers.items() if value.isprintable() and value.isascii()}
        headers |= {"Authorization": "Bearer a-long-random-token"}
        if "On-Behalf-Of" in headers:
            headers["On-Behalf-Of"] = practitioner.email
        with transaction.atomic():
            response = client.generic(
                case.method.upper(),
                path,
                content_of(case),
                "application/json",
                headers=headers,
                query_params=case.query or None,
            )
            if response.streaming:
                response.getvalue()  # to the end, as a system does
            transaction.set_rollback(True)
        return response

    return ask


def content_of(case):
    if isinstance(case.body, bytes | str):
        return case.body
    try:
        return json.dumps(case.body)
    except (TypeError, ValueError):
        return b""


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["kept", "broken"])
def test_no_operation_ends_in_a_fault(system, offender, mode):
    found, counted = [], {}

    def try_it(case):
        response = system(case, offender)
        counted[response.status_code] = counted.get(response.status_code, 0) + 1
        if response.status_code not in ALLOWED:
            error = response.exc_info and response.exc_info[1]
            found.append(
                f"{case.method} {case.path} {case.path_parameters} {case.query} {content_of(case)[:500]!r}: {error!r}"
            )

    quick = settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    for operation in TAKEN:
        seed(SEED)(quick(given(case=operation.as_strategy(generation_mode=mode))(try_it)))()

    sys.stdout.write(f"{sum(counted.values())} requests to {len(TAKEN)} operations: {dict(sorted(counted.items()))}\n")
    assert found == []
