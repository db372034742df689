"""What was imposed, key dates, and where the person is."""

from datetime import date
from typing import Any

import factory

from offenders.models import Conviction, Disposal, KeyDate, Offender, Recall, Term, WhereaboutsPeriod
from tests.factories.world import CaseFactory, ConvictionFactory, UserFactory, in_days


class DisposalFactory(CaseFactory):
    class Meta:
        model = Disposal

    conviction = factory.SubFactory(ConvictionFactory, offender=factory.SelfAttribute("..offender"))
    kind = Disposal.Kind.IMPRISONMENT
    imposed_on = factory.SelfAttribute("conviction.dealt_with_on")
    added_by = factory.SubFactory(UserFactory)


class TermFactory(CaseFactory):
    class Meta:
        model = Term

    disposal = factory.SubFactory(DisposalFactory, offender=factory.SelfAttribute("..offender"))
    position = 1
    months = 18


class KeyDateFactory(CaseFactory):
    class Meta:
        model = KeyDate

    kind = KeyDate.Kind.CONDITIONAL_RELEASE
    on = factory.LazyFunction(lambda: in_days(100))
    source = "Release dates notification"
    added_by = factory.SubFactory(UserFactory)


class WhereaboutsPeriodFactory(CaseFactory):
    class Meta:
        model = WhereaboutsPeriod

    kind = Offender.Whereabouts.COMMUNITY
    move = WhereaboutsPeriod.Move.FOUND
    from_on = date(2025, 3, 1)
    added_by = factory.SubFactory(UserFactory)


class RecallFactory(CaseFactory):
    class Meta:
        model = Recall

    decided_on = factory.LazyFunction(lambda: in_days(-2))
    reason = "Missed appointments"
    added_by = factory.SubFactory(UserFactory)


def sentenced(
    *, disposal: str = "imprisonment", term_months: int = 18, licence_ends_on: date | None = None, **conviction: Any
) -> Conviction:
    """A conviction with one disposal, and a term where months are given and the disposal has one."""
    row: Conviction = ConvictionFactory(**conviction)
    imposed = DisposalFactory(
        offender=row.offender, conviction=row, kind=disposal, ends_on=licence_ends_on, added_by=row.added_by
    )
    if disposal in Disposal.CUSTODY and term_months:
        TermFactory(offender=row.offender, disposal=imposed, months=term_months)
    return row
