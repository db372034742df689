"""A counted figure, and figures that were frozen."""

from datetime import date
from typing import Any

import factory
from django.utils import timezone

from reviews.models import Figure, Snapshot
from tests.factories.world import AreaFactory, GuardedFactory, UserFactory


class FigureFactory(GuardedFactory):
    class Meta:
        model = Figure

    class Params:
        offender = None

    measure = "people"
    month = date(2026, 3, 1)
    area = factory.Maybe("offender", factory.SelfAttribute("offender.area"), factory.SubFactory(AreaFactory))
    whole = 7


class SnapshotFactory(GuardedFactory):
    class Meta:
        model = Snapshot

    class Params:
        offender = None

    kind = Snapshot.Kind.BOARD_PACK
    area = factory.Maybe("offender", factory.SelfAttribute("offender.area"), factory.SubFactory(AreaFactory))
    first = date(2026, 1, 1)
    last = date(2026, 3, 31)
    content = factory.LazyFunction(list)
    definitions = factory.LazyFunction(list)
    made_at = factory.LazyFunction(timezone.now)
    made_by = factory.SubFactory(UserFactory)

    @classmethod
    def _create(cls, model_class: type[Snapshot], *args: Any, **kwargs: Any) -> Snapshot:
        """Sealed, as it is when it is made."""
        row = model_class(**kwargs)
        row.digest = row.sealed()
        row.save()
        return row
