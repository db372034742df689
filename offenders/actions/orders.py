"""The verbs of orders: record one, add a term, vary, end. Each asks `require` first."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import User
from audit.record import record
from mappa import dates
from mappa.templatetags.mappa import long_date
from offenders.actions.case import Topic, lock, refuse_twice, telling
from offenders.actions.consequences import follow
from offenders.models import Offender, Order, OrderKind, OrderTerm, OrderVariation
from offenders.models.order import Objection

tell = telling(Topic.ORDERS)

CONFIRM = "confirmed"


def lines_of(text: str) -> list[str]:
    """One prohibition a line, as it is copied from an order; empty lines say nothing."""
    return [line.strip() for line in text.splitlines() if line.strip()]


@transaction.atomic
def record_order(
    *,
    offender: Offender,
    kind: OrderKind,
    court: str,
    applied_by: str,
    made_on: date,
    starts_on: date | None,
    ends_on: date | None,
    interim: bool,
    prohibitions: str,
    confirmed: bool,
    by: User,
) -> Order:
    """Record an order that a court made; without an end it runs until further order.

    Raises ValidationError for dates that cannot be, for a length that the kind's checked row does not allow, and for
    one that differs from an unchecked row unless `confirmed`. An interim order has no such length.
    """
    require(by, Perm.EDIT_CASE, on=offender)
    offender = lock(offender, by=by)
    if not kind.is_active:
        raise ValidationError({"kind": _("This kind of order is no longer recorded: choose another")})
    order = Order(
        offender=offender,
        kind=kind,
        court=court,
        applied_by=applied_by,
        made_on=made_on,
        starts_on=starts_on or made_on,
        ends_on=ends_on,
        interim=interim,
        recorded_by=by,
    )
    order.full_clean()
    same = offender.orders.visible_to(by).standing()
    refuse_twice(same.filter(kind=kind, court=court, made_on=made_on, ends_on=ends_on, interim=interim))
    if not interim:
        _weigh(_objections(order), confirmed=confirmed)
    order.save()
    _prohibit(order, lines_of(prohibitions), from_on=order.starts_on, by=by)
    record("order.recorded", by=by, about=order, kind=kind.code)
    tell(offender, _("Order recorded"), kind.name, by=by)
    return order


@transaction.atomic
def add_order_term(
    *,
    order: Order,
    kind: str,
    text: str,
    from_on: date | None,
    ends_on: date | None,
    supervisor: str,
    confirmed: bool,
    by: User,
) -> OrderTerm:
    """Add what the order forbids or requires. A positive requirement names who supervises it."""
    require(by, Perm.EDIT_CASE, on=order)
    order = _standing(order, by=by)
    term = OrderTerm(
        offender=order.offender,
        order=order,
        kind=kind,
        text=text,
        from_on=from_on or order.starts_on,
        ends_on=ends_on,
        supervisor=supervisor,
        recorded_by=by,
    )
    _within(term)
    refuse_twice(order.terms.visible_to(by).standing().filter(kind=kind, text=text))
    term.full_clean()
    if not order.interim:
        _weigh(_term_objections(term), confirmed=confirmed)
    term.save()
    record("order.term_added", by=by, about=order, kind=kind)
    tell(order.offender, _("Term of an order added"), order.kind.name, by=by)
    return term


@transaction.atomic
def vary_order(
    *,
    order: Order,
    varied_on: date,
    court: str,
    reason: str,
    ends_on: date | None,
    superseded: Iterable[OrderTerm],
    prohibitions: str,
    confirmed: bool,
    by: User,
) -> OrderVariation:
    """Record that a court changed the order: its end, the terms that no longer hold, and new prohibitions.

    What held before stays on the record. Raises ValidationError for an order that has ended, and when a term would
    outlast it.
    """
    require(by, Perm.EDIT_CASE, on=order)
    order = _standing(order, by=by)
    if not order.made_on <= varied_on <= dates.today():
        raise ValidationError({"varied_on": _("Enter a date from the day when the order was made until today")})
    if ends_on is not None and ends_on < varied_on:
        raise ValidationError({"ends_on": _("The last day must be the same as or after the date of the variation")})
    replaced, new = list(superseded), lines_of(prohibitions)
    if order.ends_on == ends_on and not replaced and not new:
        raise ValidationError(_("Nothing was changed: enter another last day, or choose or add a term."))
    variation = OrderVariation(
        offender=order.offender,
        order=order,
        varied_on=varied_on,
        court=court,
        reason=reason,
        ended_before=order.ends_on,
        ends_after=ends_on,
        by=by,
    )
    variation.full_clean()
    order.ends_on = ends_on
    order.full_clean()
    _refuse_outlasting(order, replaced, by=by)
    if not order.interim:
        # The day on which it was made is not asked again.
        _weigh([each for each in _objections(order) if each.field != "made_on"], confirmed=confirmed)
    variation.save()
    order.save(update_fields=["ends_on"])
    order.terms.visible_to(by).standing().filter(pk__in=[term.pk for term in replaced]).update(superseded_by=variation)
    _prohibit(order, new, from_on=max(varied_on, order.starts_on), by=by)
    record("order.varied", by=by, about=order, kind=order.kind.code)
    tell(order.offender, _("Order varied"), order.kind.name, by=by)
    _follow(order, by=by)
    return variation


@transaction.atomic
def end_order(*, order: Order, ending: str, ended_on: date, end_reason: str, by: User) -> Order:
    """Record how the order ended: it ran out, a court discharged it, another replaced it, or it never should have stood."""
    require(by, Perm.EDIT_CASE, on=order)
    order = _standing(order, by=by)
    if not order.made_on <= ended_on <= dates.today():
        raise ValidationError({"ended_on": _("Enter a date from the day when the order was made until today")})
    if ending == Order.Ending.EXPIRED and (order.ends_on is None or ended_on < order.ends_on):
        raise ValidationError({"ended_on": _("The order had not run out on this date")})
    order.ended_on, order.ending, order.end_reason, order.ended_by = ended_on, ending, end_reason, by
    order.full_clean()
    order.save(update_fields=["ended_on", "ending", "end_reason", "ended_by"])
    record("order.ended", by=by, about=order, kind=order.kind.code, ending=ending)
    tell(order.offender, _("Order ended"), f"{order.kind.name}: {order.get_ending_display()}", by=by)
    _follow(order, by=by)
    return order


def _follow(order: Order, *, by: User) -> None:
    """Notification requirements that rest on the order follow it; other orders change nothing of them."""
    if order.requirements.visible_to(by).exists():
        follow(order.offender, by=by)


def _standing(order: Order, *, by: User) -> Order:
    """The order, fresh, its case locked. Raises ValidationError when it has ended."""
    offender = lock(order.offender, by=by)
    found = Order.objects.visible_to(by).select_related("kind").get(pk=order.pk)
    found.offender = offender
    if found.ended_on:
        raise ValidationError(_("This order has ended: it can no longer be changed. Record a new order instead."))
    return found


def _refuse_outlasting(order: Order, replaced: Sequence[OrderTerm], *, by: User) -> None:
    """Raise ValidationError while a term that goes on holding has an end of its own after the order's new one."""
    if order.ends_on is None:
        return
    terms = order.terms.visible_to(by).standing().exclude(pk__in=[term.pk for term in replaced])
    if term := terms.filter(ends_on__gt=order.ends_on).first():
        words = _("“%(text)s” holds until %(date)s, after the order. Choose it here, and write it anew if it goes on.")
        about = {"text": Truncator(term.text).chars(80), "date": long_date(term.ends_on)}
        raise ValidationError({"superseded": words % about})


def _within(term: OrderTerm) -> None:
    """A term holds within its order. Raises ValidationError."""
    order = term.order
    if term.from_on < order.starts_on:
        raise ValidationError({"from_on": _("A term cannot start before its order")})
    if term.ends_on and term.ends_on < term.from_on:
        raise ValidationError({"ends_on": _("The last day must be the same as or after the first")})
    if term.ends_on and order.ends_on and term.ends_on > order.ends_on:
        raise ValidationError({"ends_on": _("A term cannot end after its order: leave the date empty")})
    if (term.kind == OrderTerm.Kind.REQUIREMENT) != bool(term.supervisor):
        words = (
            _("Leave it empty: only a positive requirement has a supervisor")
            if term.supervisor
            else _("Enter who supervises the positive requirement")
        )
        raise ValidationError({"supervisor": words})


def _prohibit(order: Order, texts: Sequence[str], *, from_on: date, by: User) -> None:
    for text in texts:
        term = OrderTerm(
            offender=order.offender,
            order=order,
            kind=OrderTerm.Kind.PROHIBITION,
            text=text,
            from_on=from_on,
            recorded_by=by,
        )
        term.full_clean()
        term.save()


def _objections(order: Order) -> list[Objection]:
    age = dates.age(order.offender.born_on, order.made_on)
    return order.kind.objections(starts_on=order.starts_on, ends_on=order.ends_on, made_on=order.made_on, age=age)


def _term_objections(term: OrderTerm) -> list[Objection]:
    kind, age = term.order.kind, dates.age(term.order.offender.born_on, term.order.made_on)
    if term.kind == OrderTerm.Kind.TRAVEL:
        found = [kind.long_travel_ban(term.from_on, term.ends_on or term.order.ends_on)]
    elif term.kind == OrderTerm.Kind.PROHIBITION:
        found = [kind.short_prohibition(term.from_on, term.ends_on, age)]
    else:
        found = []
    return [objection for objection in found if objection]


def _weigh(objections: Sequence[Objection], *, confirmed: bool) -> None:
    """Refuse what a checked figure rules out; let the rest pass when somebody says that the order reads so."""
    problems: dict[str, list[str]] = {}
    for objection in objections:
        if objection.refuses:
            problems.setdefault(objection.field, []).append(f"{objection.words}.")
        elif not confirmed:
            ask = _("%(words)s. If the order says so, tick “The order says exactly this”.")
            problems.setdefault(objection.field, []).append(ask % {"words": objection.words})
    if problems:
        raise ValidationError(problems)
