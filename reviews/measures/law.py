"""Measures of what courts, prisons and the police did: recalls, returns to custody, notification breaches, orders."""

from datetime import date

from django.db.models import F, OuterRef
from django.utils.translation import gettext_lazy as _

from offenders.models import NotificationBreach, Order, OrderKind, Recall
from reviews.measures.measure import Flow, Measure, Rows
from reviews.measures.on_a_day import area_on, category_on, level_on

OF_A_CASE = {"level": "had_level", "category": "had_category"}


def _as_it_was(rows: Rows, on: str) -> Rows:
    """With the area, level and category that the case had on the day."""
    day = OuterRef(on)
    rows = rows.filter(**{f"{on}__isnull": False}).annotate(fell_on=F(on))
    return rows.annotate(had_area=area_on(day), had_level=level_on(day), had_category=category_on(day))


def recalls(rows: Rows, _today: date) -> Rows:
    return _as_it_was(rows.standing(), "decided_on")


def returns(rows: Rows, _today: date) -> Rows:
    return _as_it_was(rows.standing(), "returned_on")


def breaches(rows: Rows, _today: date) -> Rows:
    return _as_it_was(rows, "discovered_on")


def orders(rows: Rows, _today: date) -> Rows:
    """Orders that a court made, interim ones too, without those recorded in error."""
    return _as_it_was(rows.exclude(ending=Order.Ending.ERROR), "made_on")


MEASURES = [
    Measure(
        "recalls",
        _("Recalls decided"),
        _("Licences revoked in the month"),
        _("By the level and category on that day. Recalls that were taken back as wrong are not counted."),
        Flow(Recall, recalls, area="had_area", by=OF_A_CASE),
    ),
    Measure(
        "returns-to-custody",
        _("Returned to custody for a breach of licence"),
        _("People who were returned to custody after a recall, in the month"),
        _("By the level and category on the day of the return."),
        Flow(Recall, returns, area="had_area", by=OF_A_CASE),
        source=_("Annual report table 7"),
    ),
    Measure(
        "notification-breaches",
        _("Breaches of notification requirements"),
        _("Breaches discovered in the month, by what was done about them"),
        _("What was done is as it stands today: a month's figures move as decisions come."),
        Flow(NotificationBreach, breaches, area="had_area", by={**OF_A_CASE, "detail": "action"}),
        source=_("SOA 2003 s.91; Counter-Terrorism Act 2008 s.54; annual report table 3"),
        better="fewer",
        labels=NotificationBreach.Action.choices,
    ),
    Measure(
        "orders-made",
        _("Orders made"),
        _("Orders about people on the record that a court made in the month, by kind"),
        _("Interim orders too; those recorded in error are not counted. By the level and category on that day."),
        Flow(Order, orders, area="had_area", by={**OF_A_CASE, "detail": "kind__code"}),
        source=_("Annual report table 5"),
    ),
]


def kinds_of_orders() -> dict[str, str]:
    """Names of the kinds, which are reference data, by the code that is kept."""
    return dict(OrderKind.objects.values_list("code", "name"))
