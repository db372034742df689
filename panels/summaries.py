"""What an executive summary says: drawn from the record of the decision, never from what anybody wrote in the minutes.

docs/panels/minutes.md says what comes from where. Nobody else is named in it, and nothing of it tells that there is a
victim, an informant or whoever might be told.
"""

from collections import Counter

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.models import AgencyKind, User
from mappa.paper import Paper, Section
from mappa.templatetags.mappa import long_date
from offenders.header import person_header
from offenders.models import Offender
from panels.models import Action, AgendaItem, Decision, Distribution, ExecutiveSummary

Fact = tuple[str, str]
# Who else is bound to co-operate is public (Criminal Justice Act 2003 s.325(6)); who else came may tell of a victim.
NAMED = (AgencyKind.Duty.RESPONSIBLE_AUTHORITY, AgencyKind.Duty.CO_OPERATE)


def facts_of(item: AgendaItem, user: User) -> list[Fact]:
    """The facts of one item of approved minutes, pair by pair."""
    decision = Decision.objects.visible_to(user).filter(item=item).first()
    meeting = item.meeting
    facts = [
        (_("Meeting"), _("Level %(level)s, %(day)s") % {"level": meeting.level, "day": long_date(meeting.held_on)}),
        (_("Agencies that took part"), "\n".join(_took_part(item))),
        (_("Category"), str(item.offender.get_category_display())),
    ]
    if decision is not None:
        level = Offender.Level(decision.level).label
        facts += [
            (_("Level decided"), str(level)),
            (_("Next review"), _("By %s") % long_date(decision.next_review_on)),
            (_("Disclosure"), _("The meeting considered whether anybody else has to be told anything.")),
        ]
    return [*facts, (_("Actions agreed"), _actions(item, user))]


def _took_part(item: AgendaItem) -> list[str]:
    rows = Distribution.objects.of_meeting(item.meeting).filter(item=item, basis=Distribution.Basis.ATTENDED)
    there = list(rows.select_related("agency__kind"))
    named = sorted(row.agency.name for row in there if row.agency.kind.duty in NAMED)
    return named or [_("The agencies that work together under MAPPA")]


def _actions(item: AgendaItem, user: User) -> str:
    """How many, and by whom: what is to be done may name others, so it is not said."""
    rows = Action.objects.visible_to(user).filter(item=item).agreed().select_related("agency__kind")
    counts = Counter(row.agency.name for row in rows if row.agency.kind.duty in NAMED)
    total = rows.count()
    if not total:
        return _("None")
    words = ngettext(
        "%s action to manage risk and to support the person",
        "%s actions to manage risk and to support the person",
        total,
    )
    whose = "\n".join(f"{agency}: {number}" for agency, number in sorted(counts.items()))
    return "\n".join(filter(None, [words % total, whose]))


def paper_of(summary: ExecutiveSummary, reader: User, copy: str) -> Paper:
    """A released summary on paper. It names the person, so that it can stand in his file."""
    person = person_header(summary.item.offender, reader)
    return Paper(
        title=_("Executive summary of a MAPPA meeting"),
        opening=[", ".join(filter(None, [person["name"], person["born"], person["reference"]])), summary.covering],
        sections=[
            Section(_("The meeting"), facts=[(label, said) for label, said in summary.facts]),
            Section(
                _("What this is"),
                [
                    _(
                        "A summary of what a meeting under the Multi-Agency Public Protection Arrangements decided. It holds "
                        "nothing about anybody else. Each agency answers for the information that it gave: ask it for that."
                    )
                ],
            ),
        ],
        copy=copy,
    )
