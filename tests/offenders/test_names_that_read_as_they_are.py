"""A name is kept so that the next person finds it, whoever sends it and whatever is hidden in it."""

import pytest
from django.core.exceptions import ValidationError

from offenders.models import Offender
from tests.factories import OffenderFactory
from tests.offenders.test_register import good  # noqa: F401  the fixture


def test_a_registration_leaves_out_what_hides_a_name(client, practitioner, good):  # noqa: F811
    client.force_login(practitioner)

    client.post("/people/register/", good | {"surname": "Be\u200bll\u202e", "forenames": "Se\u0301an"})

    kept = Offender.objects.visible_to(practitioner).get(surname="Bell")
    assert kept.forenames == "Séan"


def test_a_name_in_letters_that_only_look_alike_is_refused_and_kept_on_the_page(client, practitioner, good):  # noqa: F811
    client.force_login(practitioner)

    response = client.post("/people/register/", good | {"surname": "Вell"})

    assert "mixes letters that only look alike" in response.text
    assert 'value="Вell"' in response.text
    assert not Offender.objects.visible_to(practitioner).exists()


def test_so_whoever_writes_to_the_model(offender):
    offender.surname = "Аshdown"

    with pytest.raises(ValidationError, match="look alike"):
        offender.full_clean()


@pytest.mark.parametrize(
    "typed", ["Ash\u200bdown", "Ash\u202edown", "A\u00adshdown", "ASHDOWN\ufeff", "Ash\u3164\u3164\u3164down"]
)
def test_a_search_finds_past_what_was_pasted_with_the_name(client, practitioner, offender, typed):
    OffenderFactory(surname="Other", area=offender.area, lead_agency=offender.lead_agency)
    client.force_login(practitioner)

    response = client.post("/people/", {"words": typed}, follow=True)

    assert "Ashdown" in response.text
