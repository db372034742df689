"""The one table of what is unusual: each rule with its title, why it is looked for, how it is found, and by which standards."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assurance.unusual import amounts, names, parts
from assurance.unusual.day import Day, Found

Words = str | Promise


@dataclass(frozen=True)
class Rule:
    """One rule. `says` puts the numbers into words."""

    code: str
    title: Words
    why: Words
    how: Words
    says: Words
    find: Callable[[Day], Iterator[Found]]
    figures: tuple[str, ...] = ()
    # Its title says something of a record: whose name it bears, that it is kept from the reader, or of public interest.
    tells_of_a_record: bool = False

    def in_words(self, numbers: Mapping[str, Any]) -> str:
        # An earlier edition of the rule may have counted something else.
        return str(self.says) % defaultdict(lambda: "–", numbers)


def _drawn(day: Day) -> Iterator[Found]:
    """What is drawn at random is found by no day (assurance/unusual/sample.py)."""
    return iter(())


_TIMES = _("Times opened that day: %(times)s.")

RULES: tuple[Rule, ...] = (
    Rule(
        "own-record",
        _("A record that bears the reader’s own name"),
        _("Nobody may read what is held about himself, or a relative of the same name, on his own authority."),
        _("Every word of the reader’s name is part of the name on the case."),
        _TIMES,
        names.own_record,
        tells_of_a_record=True,
    ),
    Rule(
        "own-name",
        _("A record with the reader’s last name"),
        _("Relatives are looked up more often than strangers."),
        _("The last name on the case is the reader’s, and the reader has no recorded part in it."),
        _TIMES,
        names.own_name,
        tells_of_a_record=True,
    ),
    Rule(
        "colleague",
        _("A record that bears a colleague’s name"),
        _("Colleagues and their families have the same right to privacy as everybody."),
        _("Every word of the name of somebody in the reader’s agency is part of the name on the case."),
        _TIMES,
        names.colleague,
        tells_of_a_record=True,
    ),
    Rule(
        "hour",
        _("Many people in one hour"),
        _("Nobody reads so many records with care. It may be a program, or somebody who takes a copy of everything."),
        _("More different people within sixty minutes than the standard."),
        _("%(people)s people within one hour. The standard is %(standard)s."),
        amounts.many_in_an_hour,
        ("unusual_people_hour",),
    ),
    Rule(
        "day",
        _("Many people in one day"),
        _("A day that is unlike the reader’s others is worth a question."),
        _("More people than the standard, or several times as many as in the middle of the reader’s last 30 days."),
        _("%(people)s people that day; usually %(usual)s. The standard is %(standard)s."),
        amounts.many_in_a_day,
        ("unusual_people_day", "unusual_median_times", "unusual_people_least"),
    ),
    Rule(
        "hours",
        _("At night or at a weekend"),
        _("Somebody who works by day seldom needs a record at night."),
        _("People opened outside working hours by a reader who did so on few of the last 30 days."),
        _("%(people)s people. In the 30 days before, the reader worked at such hours on %(days)s days."),
        parts.odd_hours,
        ("unusual_night_from_hour", "unusual_night_until_hour", "unusual_night_people", "unusual_night_usual_days"),
    ),
    Rule(
        "without-part",
        _("Many cases without a part in them"),
        _("Whoever sees a whole area could browse it. A purpose that is said proves nothing."),
        _("The reader is neither on the case, nor invited, nor has an action, and said a purpose for each."),
        _("%(people)s people that day, each by the area rule alone. The standard is %(standard)s."),
        parts.without_part,
        ("unusual_without_part_people",),
    ),
    Rule(
        "again",
        _("The same case again and again, without a part in it"),
        _("Who works on a case for weeks should be recorded on it. Who does not may be curious."),
        _("On so many of the last 30 days the reader said a purpose for the same case."),
        _("On %(days)s of the last 30 days. The standard is %(standard)s."),
        parts.again_and_again,
        ("unusual_same_purpose_days",),
    ),
    Rule(
        "kept-from",
        _("A case that the reader may not see was tried"),
        _("A reference is not guessed by chance: the reader had it from somewhere, and the case is kept from him."),
        _(
            "A reference was refused, and a case bears it: restricted, of another area, or one the reader is excluded from."
        ),
        _("Times tried that day: %(times)s."),
        parts.kept_from,
        tells_of_a_record=True,
    ),
    Rule(
        "refused",
        _("Refused again and again"),
        _("Somebody looks for what is open to him, or uses another’s account."),
        _("More refusals in one day than the standard."),
        _("%(refused)s refusals. The standard is %(standard)s."),
        amounts.many_denials,
        ("unusual_denials_day",),
    ),
    Rule(
        "guessing",
        _("Many references that were refused"),
        _("References are random. Whoever tries many tries to find out which there are."),
        _("So many different references were refused in one day."),
        _("%(references)s different references. The standard is %(standard)s."),
        amounts.guessing,
        ("unusual_guesses_day",),
    ),
    Rule(
        "searching",
        _("Many searches, and hardly anybody opened"),
        _("Lists of names tell something too."),
        _(
            "More searches than the standard, and of a hundred no more than so many led to a record. Looking for duplicates and "
            "being told of a record elsewhere count too."
        ),
        _("%(searches)s searches, %(people)s people opened. The standard is %(standard)s."),
        amounts.searching,
        ("unusual_searches_day", "unusual_searches_opened_percent"),
    ),
    Rule(
        "in-order",
        _("One case after another, in the order of registration"),
        _("People do not come in that order to anybody’s desk."),
        _("So many cases were opened one after another as they were registered, forwards or backwards."),
        _("%(people)s people in a row. The standard is %(standard)s."),
        amounts.in_order,
        ("unusual_in_order_people",),
    ),
    Rule(
        "sought-after",
        _("A case of public interest, without a part in it"),
        _("What newspapers write of is looked up out of curiosity, and sold."),
        _("The case is flagged for media interest, and the reader has no recorded part in it."),
        _TIMES,
        parts.sought_after,
        tells_of_a_record=True,
    ),
    Rule(
        "leaving",
        _("Copies taken before a last day"),
        _("Whoever leaves needs no copies."),
        _("The membership ends soon, and more copies were taken in one day than the standard."),
        _("%(copies)s copies, %(left)s days before the last. The standard is %(standard)s."),
        parts.leaving,
        ("unusual_leaving_days", "unusual_leaving_copies"),
    ),
    Rule(
        "sample",
        _("Drawn at random"),
        _(
            "Nothing was found. Some accesses of every agency are looked at all the same, so that everybody may be asked."
        ),
        _("Each month a share of what each agency opened is drawn by lot."),
        _("One of %(drawn)s drawn from %(of)s."),
        _drawn,
        ("unusual_sample_percent", "unusual_sample_most"),
    ),
)
BY_CODE: Mapping[str, Rule] = {rule.code: rule for rule in RULES}
