"""The page of notification requirements in words: what each row of it says, and what may be done with it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TypeVar
from urllib.parse import urlencode

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agencies.models import User
from mappa import dates
from mappa.guard import GuardedQuerySet
from mappa.templatetags.mappa import due_words, long_date
from offenders.actions.dues import given_of
from offenders.custody import stretches
from offenders.duties import Away, advance
from offenders.law import premises as law
from offenders.law.periods import Length, Stretch, joined
from offenders.models import (
    ForeignTravel,
    Notification,
    NotificationBreach,
    NotificationDue,
    NotificationRequirement,
    Offender,
    OtherPremises,
    Regime,
    RequirementPeriod,
    RequirementReview,
    Stay,
)
from offenders.sentencing import imposed_words
from offenders.views.record import Card, Line, Link, Part

M = TypeVar("M", bound=models.Model)

PAGE = 25
LATEST = 10  # stays of one address that are listed
What = NotificationDue.What


class Page:
    """Everything that one reader sees on the page, read with a fixed number of queries."""

    def __init__(self, offender: Offender, user: User, places: dict[str, str], *, may_edit: bool) -> None:
        self.offender, self.user, self.places, self.may_edit = offender, user, places, may_edit
        self.today = dates.today()
        self.url = reverse("offenders:notification", args=[offender.reference])
        self.requirements = list(
            offender.requirements.visible_to(user)
            .with_conviction(user)
            .select_related("ended_by")
            .order_by("-relevant_on", "pk")
        )
        self.dues = list(
            offender.notification_dues.visible_to(user).open().select_related("requirement").order_by("due_on", "pk")
        )
        self.missed = list(
            offender.notification_dues.visible_to(user)
            .missed()
            .select_related("requirement", "done_by")
            .order_by("-due_on", "-pk")[:PAGE]
        )
        self.breached = self._breached()
        self.unsaid = self._unsaid()

    def parts(self) -> list[Part]:
        """The page from top to bottom."""
        return [
            self._due_part(),
            *self._missed_parts(),
            self._requirement_part(),
            self._notification_part(),
            self._premises_part(),
            self._travel_part(),
            self._breach_part(),
            self._review_part(),
            self._custody_part(),
        ]

    def warnings(self) -> list[str]:
        """What must be seen first."""
        late = [due for due in self.dues if due.is_overdue(self.today)]
        found = []
        if late:
            words = ngettext(
                "%(number)s notification deadline has passed.",
                "%(number)s notification deadlines have passed.",
                len(late),
            )
            found.append(words % {"number": len(late)})
        over = [row for row in self.requirements if row.is_over(self.today)]
        found += [
            _("The period of the notification requirements under the %(act)s ended on %(day)s. Record the end.")
            % {"act": row.act, "day": long_date(row.last_day)}
            for row in over
        ]
        found += [
            _("%s: record the notification requirements that it gives.") % order.kind.name
            for order in self.offender.orders.visible_to(self.user).unnotified(self.user).select_related("kind")
        ]
        found += self._unknown_journeys()
        found += [
            f"{row.act}: {row.get_doubt_display()}" for row in self.requirements if row.doubt and not row.ended_on
        ]
        return found

    def _unknown_journeys(self) -> list[str]:
        """A move abroad that no journey tells of: all travel of a registered sexual offender is notified (s.86)."""
        sexual = [row for row in self.requirements if row.regime == Regime.SEXUAL and row.ended_on is None]
        if not sexual:
            return []
        since = min(row.relevant_on for row in sexual)
        moves = self.offender.whereabouts_periods.visible_to(self.user).standing().filter(move="abroad")
        days = moves.filter(from_on__gte=since).order_by("from_on").values_list("from_on", "until")
        known = self.offender.travels.visible_to(self.user).standing().values_list("leaves_on", "returned_on")
        words = _("The person went abroad on %s, and no journey is recorded: record the travel.")
        return [
            words % long_date(left)
            for left, back in days
            if not any(
                leaves <= (back or self.today) and (returned or self.today) >= left for leaves, returned in known
            )
        ]

    def _link(self, route: str, reference: str, text: str, about: str = "") -> Link:
        return Link(reverse(f"offenders:{route}", args=[reference]), text, about)

    def _links(self, *links: Link | None) -> list[Link]:
        return [link for link in links if link] if self.may_edit else []

    def _add(self, route: str, text: str) -> Link | None:
        return self._link(route, self.offender.reference, text) if self.may_edit else None

    # Due.

    def _breached(self) -> set[int]:
        rows = self.offender.notification_breaches.visible_to(self.user)
        asked = [due.pk for due in (*self.dues, *self.missed)]
        return set(rows.filter(due__in=asked).values_list("due", flat=True))

    def _unsaid(self) -> set[str]:
        """Notices in advance of which nobody has said what came: perhaps the change came in time."""
        about = [due.about for due in self.dues if due.what == What.ADVANCE]
        rows = self.offender.notifications.visible_to(self.user).filter(reference__in=about)
        return set(
            rows.filter(happened_on__isnull=True, not_happened_by__isnull=True).values_list("reference", flat=True)
        )

    def _due_part(self) -> Part:
        if not any(row.ended_on is None for row in self.requirements):
            empty = _("No notification requirements stand on this record.")
        else:
            empty = _("Nothing is due that can be dated now: see below from when the time runs.")
        cards = [self._due_card(due) for due in self.dues]
        return Part("due", _("What is due next"), cards, empty=empty)

    def _due_card(self, due: NotificationDue) -> Card:
        late = due.is_overdue(self.today)
        if due.what == What.REVIEW:
            line = Line(_("From"), long_date(due.due_on))
        else:
            line = Line(_("By"), f"{long_date(due.due_on)}. {due_words(due.due_on, self.today)}.")
        lines = [line, Line(_("Why"), due.explanation), Line(_("Authority"), due.authority)]
        reference = due.requirement.reference
        do = {
            What.REVIEW: ("apply_for_review", reference, _("Record an application")),
            What.CHECK: ("end_requirement", reference, _("Record the end of the requirements")),
            What.ADVANCE: ("notice_outcome", due.about, _("Say what came of it")),
            What.PREMISES: ("notify_premises", due.about, _("Record the notification")),
            What.TRAVEL_LEAVE: ("notify_leaving", due.about, _("Record the notice")),
            What.TRAVEL_RETURN: ("notify_return", due.about, _("Record the notification")),
        }.get(What(due.what), ("notify", reference, _("Record the notification")))
        links = self._links(
            self._link(*do, about=due.get_what_display()),
            self._breach_link(due) if due.was_missed(self.today) and due.about not in self.unsaid else None,
        )
        tag, colour = (_("Overdue"), "red") if late else ("", "grey")
        return Card(due.get_what_display(), lines, links, tag=tag, colour=colour)

    def _breach_link(self, due: NotificationDue) -> Link | None:
        if due.pk in self.breached:
            return None
        about = f"{due.get_what_display()}, {due.due_on:%-d %B %Y}"
        return self._link("record_missed", due.reference, _("Record a breach"), about)

    def _missed_parts(self) -> list[Part]:
        """What was due and is no longer open, though it was not done by its day; no heading where there is nothing."""
        if not self.missed:
            return []
        cards = [self._missed_card(due) for due in self.missed if due.pk not in self.breached]
        past = [self._missed_card(due) for due in self.missed if due.pk in self.breached]
        return [Part("missed", _("Done late, or never"), cards, past)]

    def _missed_card(self, due: NotificationDue) -> Card:
        if due.done_by:
            done = f"{due.done_by.get_kind_display()}, {long_date(due.done_by.given_on)}"
        else:
            done = _("Not until the requirements ended")
        lines = [
            Line(_("Had to be done by"), long_date(due.due_on)),
            Line(_("Done"), done),
            Line(_("Why"), due.explanation),
            Line(_("Authority"), due.authority),
        ]
        tag = _("Late") if due.done_by else _("Never done")
        return Card(due.get_what_display(), lines, self._links(self._breach_link(due)), tag=tag, colour="red")

    # Requirements.

    def _requirement_part(self) -> Part:
        pks = [row.pk for row in self.requirements]
        periods: defaultdict[int, list[RequirementPeriod]] = defaultdict(list)
        for period in self.offender.requirement_periods.visible_to(self.user).filter(requirement__in=pks):
            periods[period.requirement_id].append(period)
        parents: defaultdict[int, list[str]] = defaultdict(list)
        for row in self.offender.parental_directions.visible_to(self.user).filter(requirement__in=pks):
            words = _("%(parent)s, from %(first)s to %(last)s") % {
                "parent": row.parent,
                "first": long_date(row.from_on),
                "last": long_date(row.until),
            }
            parents[row.requirement_id].append(words)
        cards = [self._requirement_card(row, periods[row.pk], parents[row.pk]) for row in self.requirements]
        ended = [row.ended_on is not None for row in self.requirements]
        standing = [card for card, is_past in zip(cards, ended, strict=True) if not is_past]
        if self.may_edit:
            more = [
                self._link("requirement_by_hand", self.offender.reference, _("Record from an order")),
                self._link("recompute", self.offender.reference, _("Work everything out again")),
            ]
            standing.append(Card(_("Other ways"), links=[link for link in more if standing or link is more[0]]))
        return Part(
            "requirements",
            _("Requirements"),
            standing,
            [card for card, is_past in zip(cards, ended, strict=True) if is_past],
            self._add("begin_notification", _("Begin from a conviction, finding or caution")),
            empty=_("None recorded."),
        )

    def _requirement_card(
        self, row: NotificationRequirement, periods: Sequence[RequirementPeriod], parents: Sequence[str]
    ) -> Card:
        current = next((period for period in periods if period.superseded_at is None), None)
        lines = [
            Line(_("Rests on"), self._basis(row)),
            Line(_("Relevant date"), long_date(row.relevant_on)),
            Line(_("Last day"), last_day_words(row)),
            Line(_("Length"), length_words(current)),
            Line(_("Why"), current.explanation if current else ""),
            Line(_("Authority"), current.authority if current else ""),
        ]
        lines += [Line(_("Parental direction"), "\n".join(parents))] if parents else []
        earlier = [period for period in periods if period.superseded_at]
        if earlier:
            told = [f"{last_words(each.indefinite, each.last_day)} ({long_date(each.at)})" for each in earlier]
            lines.append(Line(_("Worked out before"), "\n".join(told)))
        if row.ended_on:
            words = f"{long_date(row.ended_on)}. {row.get_end_reason_display()}. {row.end_words}".strip()
            return Card(row.act, [*lines, Line(_("Ended"), words)], tag=_("Ended"))
        links = self._links(
            self._link("notify", row.reference, _("Record a notification")),
            self._link("record_breach", row.reference, _("Record a breach")),
            self._link("direct_parent", row.reference, _("Parental direction")) if row.regime == "SOA2003" else None,
            self._link("end_requirement", row.reference, _("End")),
        )
        if row.doubt:
            lines.append(Line(_("To be checked"), f"{row.get_doubt_display()}"))
            return Card(row.act, lines, links, tag=_("To be checked"), colour="orange")
        if row.is_over(self.today):
            return Card(row.act, lines, links, tag=_("Period over"), colour="orange")
        return Card(row.act, lines, links, tag=_("In force"), colour="blue")

    def _basis(self, row: NotificationRequirement) -> str:
        if row.conviction:
            return _("%(offence)s, %(sentence)s") % {
                "offence": row.conviction.offence.title,
                "sentence": imposed_words(row.conviction),
            }
        return f"{row.get_basis_display()}. {row.basis_words}".strip()

    # Lists that grow: each is paged by its own word in the address.

    def _some(self, name: str, rows: GuardedQuerySet[M], day: str) -> tuple[list[M], Link | None]:
        """A page of rows, the latest day first, and the link to the older ones."""
        shown, older = some(self.places.get(name, ""), rows, day)
        url = f"{self.url}?{urlencode({name: older})}#{name}"
        return shown, Link(url, _("Show older ones")) if older else None

    def _notification_part(self) -> Part:
        rows = self.offender.notifications.visible_to(self.user).select_related("premises", "travel", "struck_by")
        shown, older = self._some("notifications", rows, "given_on")
        return Part(
            "notifications",
            _("Notifications"),
            [self._notification_card(row) for row in shown],
            add=older,
            empty=_("None recorded."),
        )

    def _notification_card(self, row: Notification) -> Card:
        lines = [
            Line(_("Given on"), long_date(row.given_on)),
            Line(_("Where"), f"{row.place}. {row.get_method_display()}."),
            Line(_("Received by"), row.received_by + (_(", acknowledged in writing") if row.acknowledged else "")),
            Line(_("What was notified"), row.what),
        ]
        taken = [(row.fingerprints, _("Fingerprints")), (row.photographs, _("Photographs"))]
        if any(is_taken for is_taken, _words in taken):
            lines.append(Line(_("Taken"), ", ".join(str(words) for is_taken, words in taken if is_taken)))
        if row.no_fixed_abode:
            lines.append(Line(_("Home"), _("No sole or main residence: weekly notification")))
        lines += [Line(_("Premises"), row.premises.address)] if row.premises else []
        lines += [Line(_("Journey"), row.travel.destination)] if row.travel else []
        lines += self._change_lines(row)
        if row.due_on:
            lines.append(Line(_("Had to be given by"), f"{long_date(row.due_on)} ({row.authority})"))
        if row.struck_on:
            by = row.struck_by.name if row.struck_by else ""
            lines.append(Line(_("Struck out"), f"{long_date(row.struck_on)}, {by}: {row.struck_reason}"))
            return Card(row.get_kind_display(), lines, tag=_("Struck out"))
        links = self._links(
            self._link("notice_outcome", row.reference, _("Say what came of it")) if row.is_open_notice else None,
            self._link(
                "strike_notification",
                row.reference,
                _("Strike out"),
                f"{row.get_kind_display()}, {row.given_on:%-d %B %Y}",
            ),
        )
        tag, colour = {True: (_("On time"), "green"), False: (_("Late"), "red"), None: ("", "grey")}[row.on_time]
        return Card(row.get_kind_display(), lines, links, tag=tag, colour=colour)

    def _change_lines(self, row: Notification) -> list[Line]:
        lines = []
        if row.expected_on:
            lines.append(Line(_("Told in advance, expected on"), long_date(row.expected_on)))
        if row.happened_on:
            lines.append(Line(_("Happened on"), long_date(row.happened_on)))
        if row.not_happened_by:
            lines.append(Line(_("Had not happened by"), long_date(row.not_happened_by)))
        if row.said_on:
            lines.append(Line(_("The person said so on"), long_date(row.said_on)))
        answer = advance(given_of(row)) if row.expected_on else None
        if answer:
            valid = _("The notice stands.") if answer.notice_valid else _("The notice is void.")
            lines.append(Line(_("What follows"), f"{valid} {answer.explanation} ({answer.authority})"))
        return lines

    # Premises.

    def _premises_part(self) -> Part:
        shown, older = self._some("premises", self.offender.other_premises.visible_to(self.user), "first_on")
        stays: defaultdict[int, list[Stay]] = defaultdict(list)
        rows = self.offender.stays.visible_to(self.user).filter(premises__in=[row.pk for row in shown])
        for stay in rows.order_by("from_on"):
            stays[stay.premises_id].append(stay)
        told = dict(
            self.offender.notifications.visible_to(self.user)
            .standing()
            .filter(premises__in=[row.pk for row in shown])
            .order_by("-given_on")
            .values_list("premises", "given_on")
        )
        cards = [self._premises_card(row, stays[row.pk], told.get(row.pk)) for row in shown]
        add = self._add("record_stay", _("Record a stay"))
        cards += [Card(_("Older premises"), links=[older])] if older else []
        return Part("premises", _("Other premises"), cards, add=add, empty=_("None recorded."))

    def _premises_card(self, row: OtherPremises, stays: Sequence[Stay], told_on: date | None) -> Card:
        counted = [Stretch(stay.from_on, stay.until or max(self.today, stay.from_on)) for stay in stays]
        answer = law.qualifying_period(counted)
        latest = list(reversed(stays))[:LATEST]
        words = [stay_words(stay) for stay in latest]
        if len(stays) > LATEST:
            words.append(_("and %(number)s earlier") % {"number": len(stays) - LATEST})
        lines = [
            Line(_("Stays"), "\n".join(words)),
            Line(_("Days in the last 12 months"), str(days_in_a_year(counted, self.today))),
            Line(_("Qualifying period"), f"{answer.explanation} ({answer.authority})"),
            Line(_("Notified on"), long_date(told_on)),
        ]
        going_on = next((stay for stay in stays if stay.until is None), None)
        links = self._links(
            self._link("end_stay", going_on.reference, _("Record the last day"), row.address) if going_on else None,
            self._link("notify_premises", row.reference, _("Record the notification"), row.address)
            if told_on is None
            else None,
        )
        if told_on:
            return Card(row.address, lines, links, tag=_("Notified"), colour="green")
        tag, colour = (_("Must be notified"), "red") if answer.met else ("", "grey")
        return Card(row.address, lines, links, tag=tag, colour=colour)

    # Travel.

    def _travel_part(self) -> Part:
        shown, older = self._some("travel", self.offender.travels.visible_to(self.user), "leaves_on")
        told: defaultdict[int, dict[str, date]] = defaultdict(dict)
        rows = self.offender.notifications.visible_to(self.user).standing().filter(travel__in=[row.pk for row in shown])
        for travel, kind, given_on in rows.values_list("travel", "kind", "given_on"):
            told[travel][kind] = given_on
        cards = [self._travel_card(row, told[row.pk]) for row in shown]
        cards += [Card(_("Older journeys"), links=[older])] if older else []
        add = self._add("plan_travel", _("Record travel abroad"))
        return Part("travel", _("Travel abroad"), cards, add=add, empty=_("None recorded."))

    def _travel_card(self, row: ForeignTravel, told: dict[str, date]) -> Card:
        lines = [
            Line(_("Leaves"), long_date(row.leaves_on)),
            Line(_("Expected return"), long_date(row.returns_on)),
            Line(_("Returned"), long_date(row.returned_on)),
            Line(_("Notice of leaving"), long_date(told.get("travel_leave"))),
            Line(_("Return notified"), long_date(told.get("travel_return"))),
        ]
        lines += [Line(_("Why not earlier"), row.late_reason)] if row.late_reason else []
        if row.called_off_on:
            return Card(row.destination, lines, tag=_("Called off"))
        is_open = row.returned_on is None
        links = self._links(
            self._link("notify_leaving", row.reference, _("Record the notice")) if "travel_leave" not in told else None,
            self._link("travel_return", row.reference, _("Record the return")) if is_open else None,
            self._link("notify_return", row.reference, _("Record the notification of return"))
            if row.returned_on and "travel_return" not in told
            else None,
            self._link("call_off_travel", row.reference, _("Call off")) if is_open else None,
        )
        return Card(row.destination, lines, links)

    # Breaches, reviews, and time that does not count.

    def _breach_part(self) -> Part:
        rows = self.offender.notification_breaches.visible_to(self.user).select_related("due")
        shown, older = self._some("breaches", rows, "discovered_on")
        cards = [self._breach_card(row) for row in shown]
        intro = _(
            "Failing to notify, and telling what is false, is an offence (2003 Act section 91, 2008 Act section 54)."
        )
        return Part("breaches", _("Breaches"), cards, add=older, intro=intro, empty=_("None recorded."))

    def _breach_card(self, row: NotificationBreach) -> Card:
        lines = [Line(_("Discovered on"), long_date(row.discovered_on)), Line(_("What"), row.what)]
        if row.due:
            lines.append(Line(_("Deadline missed"), f"{long_date(row.due.due_on)} ({row.due.authority})"))
        if row.action_on:
            lines += [Line(_("Action on"), long_date(row.action_on)), Line(_("Outcome"), row.outcome)]
        is_open = row.action == NotificationBreach.Action.OPEN
        links = self._links(self._link("decide_breach", row.reference, _("Record what was done")) if is_open else None)
        title = row.due.get_what_display() if row.due else _("Breach")
        return Card(title, lines, links, tag=row.get_action_display(), colour="orange" if is_open else "grey")

    def _review_part(self) -> Part:
        rows = self.offender.requirement_reviews.visible_to(self.user)
        shown, older = self._some("reviews", rows, "applied_on")
        cards = [self._review_card(row) for row in shown]
        intro = ""
        if any(row.indefinite and row.ended_on is None for row in self.requirements):
            intro = _(
                "Indefinite requirements can be ended by the police on an application (2003 Act sections 91A to 91F)."
            )
        return Part(
            "reviews", _("Reviews of indefinite requirements"), cards, add=older, intro=intro, empty=_("None recorded.")
        )

    def _review_card(self, row: RequirementReview) -> Card:
        title = _("Application of %s") % long_date(row.applied_on)
        if row.determined_on is None:
            links = self._links(self._link("determine_review", row.reference, _("Record the determination")))
            return Card(title, links=links, tag=_("Waiting"), colour="blue")
        lines = [Line(_("Determined on"), long_date(row.determined_on)), Line(_("Reasons"), row.reasons)]
        if row.next_on:
            lines.append(Line(_("May ask again from"), f"{long_date(row.next_on)} ({row.next_authority})"))
        return Card(title, lines, tag=row.get_outcome_display())

    def _custody_part(self) -> Part:
        found = stretches(self.offender, self.user)
        words = [_away_words(away) for away in reversed(found[-LATEST:])]
        if len(found) > LATEST:
            words.append(_("and %(number)s earlier") % {"number": len(found) - LATEST})
        where = Link(
            reverse("offenders:sentences", args=[self.offender.reference]) + "#whereabouts", _("Where the person is")
        )
        return Part(
            "custody",
            _("Time that does not count"),
            [Card(_("Detained or abroad"), [Line(_("When"), "\n".join(words))], [where])],
            intro=_(
                "While a person is detained or abroad the time for notifying does not run. Under the 2008 Act detention "
                "does not count towards the period either. It is read from the recorded moves and journeys."
            ),
        )


AWAY_WORDS = {
    "custody": gettext_lazy("In custody"),
    "hospital": gettext_lazy("Detained in hospital"),
    "immigration": gettext_lazy("Detained under the Immigration Acts"),
    "abroad": gettext_lazy("Outside the United Kingdom"),
}


def _away_words(away: Away) -> str:
    """In custody, 1 March 2024 to 10 January 2025."""
    if away.last is None:
        return _("%(where)s, since %(day)s") % {"where": AWAY_WORDS[away.kind], "day": long_date(away.first)}
    words = {"where": AWAY_WORDS[away.kind], "first": long_date(away.first), "last": long_date(away.last)}
    return _("%(where)s, %(first)s to %(last)s") % words


def some(place: str, rows: GuardedQuerySet[M], day: str) -> tuple[list[M], str]:
    """Rows from a place on, by day, newest first, and the place of the next page; what is no place is the beginning.

    A place is a day and the key of the last row shown ("2026-11-22~17"): what is recorded meanwhile moves nothing.
    """
    since, _tilde, last = place.partition("~")
    try:
        on = date.fromisoformat(since)
        key = int(last[:12])
    except ValueError:
        on, key = date.max, 0
    if on < date.max:
        rows = rows.filter(Q(**{f"{day}__lt": on}) | Q(**{day: on, "pk__lt": key}))
    name = day.partition("__")[0]
    found = list(rows.order_by(f"-{name}", "-pk")[: PAGE + 1])
    if len(found) <= PAGE:
        return found, ""
    shown = found[:PAGE]
    value = getattr(shown[-1], name)
    return shown, f"{value:%Y-%m-%d}~{shown[-1].pk}"


def last_words(indefinite: bool, last_day: date | None) -> str:  # noqa: FBT001  as the row keeps it
    """The end of a period in a few words."""
    if indefinite:
        return _("Indefinite")
    return long_date(last_day) or _("Not known yet")


def last_day_words(row: NotificationRequirement) -> str:
    """The last day of requirements; where there is none, why not."""
    if row.lasts == NotificationRequirement.Lasts.ORDER and row.last_day is None:
        return _("Until further order")
    return last_words(row.indefinite, row.last_day)


def length_words(period: RequirementPeriod | None) -> str:
    """10 years; nothing for an indefinite period."""
    if period is None or period.years is None:
        return ""
    return str(Length(period.years or 0, period.months or 0, period.days or 0))


def stay_words(stay: Stay) -> str:
    """From 1 March 2026 to 3 March 2026."""
    if stay.until is None:
        return _("Since %s") % long_date(stay.from_on)
    return _("%(first)s to %(last)s") % {"first": long_date(stay.from_on), "last": long_date(stay.until)}


def days_in_a_year(stays: Iterable[Stretch], on: date) -> int:
    """Days of stays in the 12 months that end with a day."""
    first = dates.add_years(on, -1) + dates.ONE_DAY
    return sum(
        Stretch(max(stay.first, first), min(stay.last, on)).days
        for stay in joined(stays)
        if stay.last >= first and stay.first <= on
    )
