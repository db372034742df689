"""The end of a licence counts once, wherever it was recorded: category 2 ends with it (domain.md 1.2)."""

from datetime import date

import pytest

from offenders import actions
from offenders.actions.licences import end_licence, record_licence
from offenders.licence_ends import LicenceEnds, Span
from offenders.models import CategoryProposal, Disposal, Licence
from tests.factories import KeyDateFactory, LicenceFactory, in_days
from tests.factories.category import convict


def span(first, last):
    return Span(date(first, 1, 1), last and date(last, 1, 1))


OF_2015 = {"kind": "imprisonment", "imposed_on": date(2015, 6, 1)}


@pytest.mark.parametrize(
    ("typed", "key_dates", "licences", "later_sentence", "counts"),
    [
        (2018, [], [], None, 2018),
        (2018, [2019], [], None, 2019),
        (2018, [2019], [(2017, 2020)], None, 2020),
        (None, [2019], [(2017, 2020)], None, 2020),
        # Released again on another licence after a recall: the last one.
        (None, [], [(2017, 2019), (2018, 2020)], None, 2020),
        # A licence of the sentence before.
        (2018, [2014], [(2013, 2014)], None, 2018),
        # A licence of the sentence after.
        (2018, [2027], [(2025, 2027)], 2022, 2018),
        (None, [], [(2017, 2018), (2025, 2027)], 2022, 2018),
        # Two sentences that are served together.
        (None, [], [(2025, 2027)], 2022, 2027),
        (2018, [], [(2017, None)], None, None),
    ],
)
def test_the_licence_comes_before_the_key_date_and_that_before_the_sentence(
    typed, key_dates, licences, later_sentence, counts
):
    imposed = [OF_2015["imposed_on"], *([date(later_sentence, 1, 1)] if later_sentence else [])]
    ends = LicenceEnds(
        key_dates=tuple(span(year, year) for year in key_dates),
        licences=tuple(span(*years) for years in licences),
        imposed=tuple(imposed),
    )

    found = ends.of(Disposal(**OF_2015, ends_on=typed and date(typed, 1, 1)))

    assert found == (counts and date(counts, 1, 1))


@pytest.mark.parametrize("own", [{"kind": "community_order"}, {"kind": "imprisonment", "suspended": True}])
def test_what_is_served_without_a_licence_ends_on_its_own_day(own):
    ends = LicenceEnds(licences=(span(2017, 2020),))

    assert ends.of(Disposal(imposed_on=date(2015, 6, 1), ends_on=date(2018, 1, 1), **own)) == date(2018, 1, 1)


def ends_of(offender, user):
    return [basis.ends_on for basis in offender.bases.visible_to(user).standing() if basis.category == 2]


def test_a_licence_that_is_recorded_ends_category_2(offender, practitioner):
    convict(offender)

    asked = {"kind": "determinate", "starts_on": in_days(-100), "ends_on": in_days(300), "made_by": "governor"}
    record_licence(offender=offender, **asked, by=practitioner)

    assert ends_of(offender, practitioner) == [in_days(300)]


def test_a_licence_that_was_ended_proposes_the_exit(offender, practitioner):
    convict(offender)
    licence = LicenceFactory(offender=offender)
    actions.rederive(offender, by=practitioner)

    ended = {"ending": "cancelled", "ended_on": in_days(-1), "end_reason": "Licence terminated"}
    end_licence(licence=licence, **ended, by=practitioner)

    assert ends_of(offender, practitioner) == [in_days(-1)]
    assert CategoryProposal.objects.visible_to(practitioner).get().kind == "exit"


def test_a_key_date_ends_it_until_it_is_withdrawn(offender, practitioner):
    convict(offender)

    asked = {"kind": "licence-expiry", "on": in_days(40), "source": "Sentence calculation"}
    row = actions.add_key_date(offender=offender, **asked, by=practitioner)
    assert ends_of(offender, practitioner) == [in_days(40)]
    actions.withdraw_key_date(key_date=row, withdrawal_reason="Wrong", by=practitioner)

    assert ends_of(offender, practitioner) == [None]


@pytest.mark.parametrize("change", [{"kind": Licence.Kind.PSS}, {"ending": "error"}])
def test_supervision_and_what_was_recorded_in_error_end_nothing(offender, practitioner, change):
    convict(offender)
    ended = {"ended_on": in_days(0), "ended_by": practitioner} if "ending" in change else {}
    LicenceFactory(offender=offender, **change, **ended)

    actions.rederive(offender, by=practitioner)

    assert ends_of(offender, practitioner) == [None]


@pytest.mark.parametrize("page", ["orders", "sentences"])
def test_both_pages_warn_while_the_ends_differ(client, practitioner, offender, page):
    convict(offender)
    LicenceFactory(offender=offender)
    client.force_login(practitioner)
    assert "The end of the licence for" not in client.get(f"/people/{offender.reference}/{page}/").text

    KeyDateFactory(offender=offender, kind="licence-expiry", on=in_days(200))

    assert "The end of the licence for" in client.get(f"/people/{offender.reference}/{page}/").text
