"""How orders, licences, monitoring and breaches stand on the page of the record: nine questions, however many rows."""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies.models import User
from mappa import dates
from mappa.templatetags.mappa import long_date
from offenders.licence_ends import licence_warnings
from offenders.models import (
    Breach,
    Licence,
    LicenceCondition,
    Monitoring,
    Offender,
    Order,
    OrderTerm,
    OrderVariation,
    Recall,
)
from offenders.models.licence import STANDARD
from offenders.views.record import Card, Line, Link, Part


def to(route: str, row: Any, text: str, about: str = "") -> Link:
    """A link to a change of one row."""
    return Link(reverse(f"offenders:{route}", args=[row.reference]), text, about)


def by_row(rows: Iterable[Any], field: str) -> dict[int, list[Any]]:
    """Rows by the key of what they belong to."""
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(getattr(row, f"{field}_id"), []).append(row)
    return found


def breach_words(breach: Breach) -> str:
    """What happened, when, what was done and how it came out."""
    kind = _("Alert") if breach.is_alert else _("Breach")
    words = [f"{kind}, {long_date(breach.happened_on)}: {breach.what}", str(breach.get_action_display())]
    if breach.settled_on:
        came_out = _("Outcome, %(date)s: %(outcome)s") % {
            "date": long_date(breach.settled_on),
            "outcome": breach.get_outcome_display(),
        }
        words.append(f"{came_out}. {breach.outcome_notes}".rstrip(". ") + ".")
    else:
        words.append(_("Outcome not known yet"))
    return "\n".join(words)


def outcome_links(breaches: Iterable[Breach], *, can_edit: bool) -> list[Link]:
    """Where the outcome of each open breach is recorded."""
    return [
        to("settle_breach", breach, _("Outcome"), _("of the breach on %s") % long_date(breach.happened_on))
        for breach in breaches
        if can_edit and breach.settled_on is None
    ]


def period(first: Any, last: Any, open_ended: str) -> str:
    """1 May 2026 to 30 April 2031."""
    return _("%(first)s to %(last)s") % {"first": long_date(first), "last": long_date(last) if last else open_ended}


def orders_and_licence(offender: Offender, user: User, *, can_edit: bool) -> tuple[list[Part], list[str]]:
    """The parts of the page, and what must be seen first: what ran out and nobody has closed."""
    breaches = list(offender.breaches.visible_to(user).filter(place__isnull=True))
    rows = offender.orders.visible_to(user).select_related("kind", "recorded_by", "ended_by")
    orders = list(rows.annotate(given=F("requirements__reference")))  # an order gives one requirement at most
    licences = list(offender.licences.visible_to(user).select_related("recorded_by", "ended_by"))
    today = dates.today()
    warnings = [_("%s ran out: record how it ended.") % order.kind.name for order in orders if order.has_run_out(today)]
    warnings += [
        _("%s: record the notification requirements that it gives.") % order.kind.name
        for order in offender.orders.visible_to(user).unnotified(user).select_related("kind")
    ]
    if any(licence.has_run_out(today) for licence in licences):
        warnings.append(_("The licence ran out: record how it ended."))
    authority = ("condition__wording", "condition__licence", "order__kind")
    tags = list(offender.monitoring.visible_to(user).select_related(*authority))
    warnings += [
        _(
            "%s is fitted, and what required it has ended: record its removal. If another condition or order requires it, "
            "record it anew under that."
        )
        % tag.get_kind_display()
        for tag in tags
        if tag.has_lost_its_authority
    ]
    warnings += licence_warnings(offender, user)
    parts = [
        _orders(offender, user, orders, by_row(breaches, "order"), can_edit=can_edit),
        *_licences(offender, user, licences, breaches, can_edit=can_edit),
        _monitoring(offender, tags, by_row(breaches, "monitoring"), can_edit=can_edit),
    ]
    return parts, warnings


def _orders(
    offender: Offender, user: User, orders: Sequence[Order], breaches: dict[int, list[Breach]], *, can_edit: bool
) -> Part:
    terms = by_row(offender.order_terms.visible_to(user), "order")
    varied = by_row(offender.order_variations.visible_to(user), "order")
    cards: list[Card] = []
    past: list[Card] = []
    for order in orders:
        lines = _order_lines(order, terms.get(order.pk, []), varied.get(order.pk, []), breaches.get(order.pk, []))
        links = _order_links(order, breaches.get(order.pk, []), can_edit=can_edit)
        tag, colour = _order_state(order)
        card = Card(order_title(order), lines, links, tag, colour)
        (past if order.ended_on else cards).append(card)
    return Part(
        "orders",
        _("Orders"),
        cards,
        past,
        add=_add("record_order", offender, _("Record an order")) if can_edit else None,
        empty=_("No order stands."),
    )


def _add(route: str, offender: Offender, text: str) -> Link:
    return Link(reverse(f"offenders:{route}", args=[offender.reference]), text)


def order_title(order: Order) -> str:
    """What the order is, and whether it is an interim one."""
    return _("%s (interim)") % order.kind.name if order.interim else order.kind.name


def _order_state(order: Order) -> tuple[str, str]:
    today = dates.today()
    if order.ended_on:
        return str(order.get_ending_display()), "grey"
    if order.has_run_out(today):
        return _("Ran out"), "red"
    if order.starts_on > today:
        return _("Not started"), "blue"
    return _("In force"), "green"


def _order_lines(
    order: Order, terms: Sequence[OrderTerm], varied: Sequence[OrderVariation], breaches: Sequence[Breach]
) -> list[Line]:
    made = _("%(date)s, %(court)s") % {"date": long_date(order.made_on), "court": order.court}
    lines = [
        Line(_("Made"), made),
        Line(_("Runs"), period(order.starts_on, order.ends_on, _("further order"))),
        Line(_("Applied for by"), order.applied_by),
        Line(_("Under"), order.kind.statute),
        Line(_("Notification"), _notification_words(order)),
    ]
    standing = [term for term in terms if term.superseded_by_id is None]
    lines.append(Line(_("Prohibitions"), _numbered(term for term in standing if term.kind != "requirement")))
    if required := [term for term in standing if term.kind == OrderTerm.Kind.REQUIREMENT]:
        lines.append(Line(_("Requirements"), _numbered(required)))
    lines += [_variation_line(order, variation, terms) for variation in varied]
    lines += [Line(_("Breach"), breach_words(breach)) for breach in breaches]
    if order.ended_on:
        lines.append(Line(_("Ended"), f"{long_date(order.ended_on)}. {order.end_reason}".strip()))
    return lines


def _notification_words(order: Order) -> str:
    words = str(order.kind.get_notification_display())
    if not order.gives_requirements():
        return words
    return f"{words}\n" + (_("Requirements recorded") if is_given(order) else _("No requirements recorded"))


def is_given(order: Order) -> bool:
    """Whether the notification requirements of an order are recorded; for rows read for this page."""
    return bool(getattr(order, "given", None))


def _begin_link(order: Order) -> Link:
    url = reverse("offenders:requirement_by_hand", args=[order.offender.reference])
    return Link(f"{url}?{urlencode({'order': order.reference})}", _("Begin notification requirements"), order.kind.name)


def _numbered(terms: Iterable[OrderTerm]) -> str:
    return "\n".join(f"{number}. {term_words(term)}" for number, term in enumerate(terms, start=1))


def term_words(term: OrderTerm) -> str:
    """What a term says, with its own end and its supervisor where it has them."""
    more = []
    if term.kind == OrderTerm.Kind.TRAVEL:
        more.append(_("foreign travel"))
    if term.supervisor:
        more.append(_("supervised by %s") % term.supervisor)
    if term.ends_on:
        more.append(_("until %s") % long_date(term.ends_on))
    return f"{term.text} ({'; '.join(more)})" if more else term.text


def _variation_line(order: Order, variation: OrderVariation, terms: Sequence[OrderTerm]) -> Line:
    words = [f"{variation.court}. {variation.reason}"]
    if variation.ended_before != variation.ends_after:
        before = long_date(variation.ended_before) or _("further order")
        after = long_date(variation.ends_after) or _("further order")
        words.append(_("The last day was %(before)s and became %(after)s.") % {"before": before, "after": after})
    words += [_("No longer holds: %s") % term_words(term) for term in terms if term.superseded_by_id == variation.pk]
    return Line(_("Varied on %s") % long_date(variation.varied_on), "\n".join(words))


def _order_links(order: Order, breaches: Sequence[Breach], *, can_edit: bool) -> list[Link]:
    if not can_edit:
        return []
    links = outcome_links(breaches, can_edit=True)
    breach = to("order_breach", order, _("Record a breach"), order.kind.name)
    if order.ending == Order.Ending.ERROR:
        return links
    if order.ended_on:
        return [breach, *links]
    return [
        *([_begin_link(order)] if order.gives_requirements() and not is_given(order) else []),
        to("add_order_term", order, _("Add a term"), _("to: %s") % order.kind.name),
        to("vary_order", order, _("Vary"), order.kind.name),
        breach,
        to("end_order", order, _("End"), order.kind.name),
        *links,
    ]


def _licences(
    offender: Offender, user: User, licences: Sequence[Licence], breaches: Sequence[Breach], *, can_edit: bool
) -> list[Part]:
    recalls = by_row(offender.recalls.visible_to(user).standing().filter(licence__isnull=False), "licence")
    conditions = list(offender.licence_conditions.visible_to(user).select_related("wording"))
    of_licence, of_condition = by_row(conditions, "licence"), by_row(breaches, "condition")
    cards: list[Card] = []
    past: list[Card] = []
    extra: list[Card] = []
    gone: list[Card] = []
    for licence in licences:
        mine = of_licence.get(licence.pk, [])
        card = _licence_card(licence, recalls.get(licence.pk, []), mine, of_condition, can_edit=can_edit)
        (past if licence.ended_on else cards).append(card)
        for condition in mine:
            stands = licence.ended_on is None and condition.removed_on is None
            if condition.wording.group in STANDARD and stands:
                continue
            told = _condition_card(
                condition, licence, of_condition.get(condition.pk, []), can_edit=can_edit, stands=stands
            )
            (extra if stands else gone).append(told)
    add = _add("record_licence", offender, _("Record a licence")) if can_edit else None
    return [
        Part("licence", _("Licence"), cards, past, add=add, empty=_("No licence is recorded.")),
        Part(
            "conditions",
            _("Additional licence conditions"),
            extra,
            gone,
            intro=_("The sense of each condition. The exact words are on the licence itself."),
            empty=_("There are no additional conditions."),
        ),
    ]


def _licence_state(licence: Licence, recalls: Sequence[Recall]) -> tuple[str, str]:
    today = dates.today()
    if licence.ended_on:
        return str(licence.get_ending_display()), "grey"
    if any(recall.resumed_on is None for recall in recalls):
        return _("Suspended by recall"), "red"
    if licence.has_run_out(today):
        return _("Ran out"), "red"
    return (_("Not started"), "blue") if licence.starts_on > today else (_("In force"), "green")


def _licence_card(
    licence: Licence,
    recalls: Sequence[Recall],
    conditions: Sequence[LicenceCondition],
    breaches: dict[int, list[Breach]],
    *,
    can_edit: bool,
) -> Card:
    standard = [c for c in conditions if c.wording.group in STANDARD and c.removed_on is None]
    lines = [
        Line(_("Runs"), period(licence.starts_on, licence.ends_on, _("the end of life"))),
        Line(_("Made by"), str(licence.get_made_by_display())),
        Line(_("Standard conditions"), "\n".join(f"{n}. {c.text}" for n, c in enumerate(standard, start=1))),
    ]
    lines += [_recall_line(recall) for recall in recalls]
    found = [breach for condition in standard for breach in breaches.get(condition.pk, [])]
    lines += [Line(_("Breach"), breach_words(breach)) for breach in found]
    if licence.ended_on:
        lines.append(Line(_("Ended"), f"{long_date(licence.ended_on)}. {licence.end_reason}".strip()))
    tag, colour = _licence_state(licence, recalls)
    links = _licence_links(licence, recalls, conditions, can_edit=can_edit) + outcome_links(found, can_edit=can_edit)
    return Card(str(licence.get_kind_display()), lines, links, tag, colour)


def _recall_line(recall: Recall) -> Line:
    words = [f"{recall.get_decided_by_display()}. {recall.reason}"]
    if recall.returned_on:
        words.append(_("Returned to custody on %s") % long_date(recall.returned_on))
    if recall.resumed_on:
        held = {"date": long_date(recall.resumed_on), "why": recall.resumed_why}
        words.append(_("Holds again from %(date)s: %(why)s") % held)
    return Line(_("Recalled on %s") % long_date(recall.decided_on), "\n".join(words))


def _licence_links(
    licence: Licence, recalls: Sequence[Recall], conditions: Sequence[LicenceCondition], *, can_edit: bool
) -> list[Link]:
    if not can_edit or licence.ending == Licence.Ending.ERROR:
        return []
    what = licence_title(licence)
    breach = (
        [to("licence_breach", licence, _("Record a breach"), _("of a condition of: %s") % what)] if conditions else []
    )
    if licence.ended_on:
        return breach
    links = [to("add_condition", licence, _("Add a licence condition"), _("to: %s") % what)]
    if any(condition.wording.group in STANDARD and condition.removed_on is None for condition in conditions):
        links.append(to("change_standard", licence, _("Vary or remove a standard condition"), _("of: %s") % what))
    else:
        links.append(to("standard_conditions", licence, _("Add the standard conditions"), _("to: %s") % what))
    links += breach
    if suspending := [recall for recall in recalls if recall.resumed_on is None]:
        links.append(to("resume_licence", suspending[0], _("Holds again")))
    else:
        links.append(_add("recall", licence.offender, _("Recall")))
    return [*links, to("end_licence", licence, _("End"))]


def licence_title(licence: Licence) -> str:
    """Which licence: its kind and its first day."""
    words = {"kind": licence.get_kind_display(), "date": long_date(licence.starts_on)}
    return _("%(kind)s, from %(date)s") % words


def _condition_card(
    condition: LicenceCondition, licence: Licence, breaches: Sequence[Breach], *, can_edit: bool, stands: bool
) -> Card:
    lines = [
        Line(_("On"), licence_title(licence)),
        Line(_("Condition"), condition.text),
        Line(_("Group"), str(condition.wording.get_group_display())),
        Line(_("Added"), long_date(condition.added_on)),
        Line(_("Proposed by"), condition.proposed_by),
        Line(_("Imposed by"), str(condition.get_imposed_by_display())),
    ]
    if condition.removed_on:
        words = {
            "date": long_date(condition.removed_on),
            "body": condition.get_removed_by_body_display(),
            "why": condition.removal_reason,
        }
        lines.append(Line(_("Removed"), _("%(date)s, by: %(body)s. %(why)s") % words))
    lines += [Line(_("Breach"), breach_words(breach)) for breach in breaches]
    links = outcome_links(breaches, can_edit=can_edit)
    if can_edit and stands:
        title = condition.wording.title
        change = [
            to("vary_condition", condition, _("Vary"), title),
            to("remove_condition", condition, _("Remove"), title),
        ]
        links = change + links
    return Card(condition.wording.title, lines, links)


def _monitoring(
    offender: Offender, rows: Iterable[Monitoring], breaches: dict[int, list[Breach]], *, can_edit: bool
) -> Part:
    cards: list[Card] = []
    past: list[Card] = []
    for row in rows:
        card = _monitoring_card(row, breaches.get(row.pk, []), can_edit=can_edit)
        (past if row.removed_on else cards).append(card)
    return Part(
        "monitoring",
        _("Electronic monitoring"),
        cards,
        past,
        add=_add("fit_monitoring", offender, _("Record electronic monitoring")) if can_edit else None,
        empty=_("Nothing is fitted."),
    )


def _monitoring_card(row: Monitoring, breaches: Sequence[Breach], *, can_edit: bool) -> Card:
    lines = [
        Line(_("Provider"), row.provider),
        Line(_("Required by"), row.condition.wording.title if row.condition else order_title(row.order)),  # type: ignore[arg-type]
        Line(_("Fitted"), long_date(row.fitted_on)),
    ]
    if row.removed_on:
        lines.append(Line(_("Removed"), f"{long_date(row.removed_on)}. {row.removal_reason}"))
    lines += [Line(_("Alert") if breach.is_alert else _("Breach"), breach_words(breach)) for breach in breaches]
    links = outcome_links(breaches, can_edit=can_edit)
    if can_edit and row.removed_on is None:
        what = str(row.get_kind_display())
        links = [
            to("monitoring_alert", row, _("Record an alert or breach"), what),
            to("remove_monitoring", row, _("Record the removal"), what),
            *links,
        ]
    tag, colour = (_("No longer required"), "red") if row.has_lost_its_authority else ("", "grey")
    return Card(str(row.get_kind_display()), lines, links, tag, colour)
