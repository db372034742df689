"""What each rule asks, and its answer from offenders/law/. What makes no sense is refused at its field."""

from dataclasses import asdict
from datetime import date
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from agencies import working_days
from agencies.models import Area
from agencies.models.standard import UnknownStandardError
from mappa import dates
from offenders.api.rules.fields import LAST, Asked, Day, OneOf, Whole, Words, YesNo
from offenders.category_standards import national_order
from offenders.law import deadlines, disclosure, disposals, eligibility, identifiers, level, notification, premises
from offenders.law.periods import Length, Stretch
from offenders.law.reviews import NATIONS
from offenders.law.reviews import working_days as working_days_answer
from offenders.review_standards import review_due

ROSH = {"low": 1, "medium": 2, "high": 3, "very_high": 4}
Answer = dict[str, Any]


class Question(Asked):
    """One rule's request; `answer` is asked once it is valid."""

    def answer(self, asked: Any) -> Answer:
        raise NotImplementedError


def refused_unless_born(born_on: date, on: date, field: str) -> None:
    """Nobody is dealt with before birth."""
    if born_on > on:
        raise ValidationError({field: ["Give a day on or after the date of birth, or correct the date of birth."]})


class TermSerializer(Asked):
    """Years, months and days, not all zero."""

    years = Whole(0, 200, default=0)
    months = Whole(0, 2400, default=0)
    days = Whole(0, 73000, default=0)

    def validate(self, attrs: dict[str, int]) -> Length:
        if not any(attrs.values()):
            raise ValidationError(["Give years, months or days that are not all zero."])
        return Length(**attrs)


class StretchSerializer(Asked):
    """The days from the first to the last, both counted."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {"from": Day(source="first"), "until": Day(source="last")}

    def validate(self, attrs: dict[str, date]) -> Stretch:
        if attrs["last"] < attrs["first"]:
            raise ValidationError({"until": ["Give a day on or after “from”."]})
        return Stretch(**attrs)


class DisposalSerializer(Asked):
    """What was imposed."""

    kind = OneOf(disposals.KINDS)
    terms = TermSerializer(many=True, default=list)
    overlap = TermSerializer(default=Length())
    suspended = YesNo(default=False)
    extension = TermSerializer(default=Length())
    discharge = TermSerializer(default=Length())

    def validate(self, attrs: dict[str, Any]) -> disposals.Disposal:
        disposal = disposals.Disposal(**attrs | {"terms": tuple(attrs["terms"])})
        if wrong := disposals.problems(disposal):
            raise ValidationError({field: [words] for field, words in wrong.items()})
        return disposal


class NotificationPeriodQuestion(Question):
    """For how long somebody must notify."""

    regime = OneOf(notification.REGIMES)
    date_of_birth = Day()
    relevant_date = Day()
    disposal = DisposalSerializer()
    custody = StretchSerializer(many=True, default=list)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        refused_unless_born(attrs["date_of_birth"], attrs["relevant_date"], "relevant_date")
        return attrs

    def answer(self, asked: dict[str, Any]) -> Answer:
        found = notification.period(
            regime=asked["regime"],
            born_on=asked["date_of_birth"],
            relevant_on=asked["relevant_date"],
            disposal=asked["disposal"],
            custody=asked["custody"],
        )
        return asdict(found)


class NotificationDeadlineQuestion(Question):
    """By when somebody must notify. Each event asks for some of the fields, and refuses the others."""

    event = OneOf(deadlines.EVENTS)
    on = Day(required=False)
    last_notified_on = Day(required=False)
    released_on = Day(required=False)
    no_fixed_abode = YesNo(required=False)
    expected_on = Day(required=False)
    happened_on = Day(required=False)
    not_happened_by = Day(required=False)
    first_notified_on = Day(required=False)
    under_18 = YesNo(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        needed, allowed = deadlines.FACTS[attrs["event"]]
        fields = (*needed, *allowed)
        wrong = {name: [f"This event needs “{name}”: give it."] for name in needed if name not in attrs}
        wrong |= {
            name: [f"This event does not ask for “{name}”: take it out. It asks for {', '.join(fields)}."]
            for name in attrs
            if name not in {"event", "on", *fields}
        }
        if attrs["event"] == "advance_notice" and not wrong:
            wrong = self._one_of_two(attrs)
        if wrong:
            raise ValidationError(wrong)
        return attrs

    def _one_of_two(self, attrs: dict[str, Any]) -> dict[str, list[str]]:
        if bool(attrs.get("happened_on")) != bool(attrs.get("not_happened_by")):
            return {}
        return {"happened_on": [deadlines.ONE_OF_TWO]}

    def answer(self, asked: dict[str, Any]) -> Answer:
        needed, allowed = deadlines.FACTS[asked["event"]]
        facts = {name: value for name, value in asked.items() if name in {*needed, *allowed}}
        return asdict(deadlines.due(asked["event"], facts))


class QualifyingPremisesQuestion(Question):
    """Did the stays at one address come to the qualifying period?"""

    stays = StretchSerializer(many=True)

    def answer(self, asked: dict[str, Any]) -> Answer:
        return asdict(premises.qualifying_period(asked["stays"]))


class OffenceSerializer(Asked):
    """The schedules an offence is in."""

    schedule_15_part = OneOf((1, 2, 3), allow_null=True, default=None)
    schedule_3 = YesNo(default=False)
    murder = YesNo(default=False)
    section_327_4a = YesNo(default=False)
    relevant_terrorist = YesNo(default=False)

    def validate(self, attrs: dict[str, Any]) -> eligibility.OffenceFlags:
        return eligibility.OffenceFlags(**attrs)


class ConvictionSerializer(Asked):
    """A conviction, finding or caution."""

    date = Day()
    outcome = OneOf(eligibility.OUTCOMES)
    jurisdiction = OneOf(eligibility.JURISDICTIONS, default=eligibility.HERE)
    offence = OffenceSerializer()
    disposal = DisposalSerializer()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if (attrs["outcome"] == "cautioned") != (attrs["disposal"].kind == "caution"):
            words = "A caution is both the outcome “cautioned” and the disposal “caution”: give both, or neither."
            raise ValidationError({"outcome": [words]})
        return attrs


class DecisionSerializer(Asked):
    """What the Responsible Authority decided, and why."""

    kind = OneOf(eligibility.DECISIONS)
    on = Day()
    reasons = Words(10_000)

    def validate(self, attrs: dict[str, Any]) -> eligibility.Decision:
        return eligibility.Decision(attrs["kind"], attrs["on"])


class EligibilityQuestion(Question):
    """What makes a person eligible for MAPPA on a day."""

    date_of_birth = Day()
    on = Day()
    convictions = ConvictionSerializer(many=True)
    subject_to_sexual_notification = YesNo(default=False)
    subject_to_terrorism_notification = YesNo(default=False)
    hospital_or_licence_ended_on = Day(allow_null=True, default=None)
    authority_decision = DecisionSerializer(allow_null=True, default=None)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        born_on = attrs["date_of_birth"]
        refused_unless_born(born_on, attrs["on"], "on")
        for number, conviction in enumerate(attrs["convictions"]):
            refused_unless_born(born_on, conviction["date"], f"convictions.{number}.date")
        if decision := attrs["authority_decision"]:
            refused_unless_born(born_on, decision.on, "authority_decision.on")
        ended_on, days = attrs["hospital_or_licence_ended_on"], [each["date"] for each in attrs["convictions"]]
        if ended_on and days and ended_on < min(days):
            words = "Give a day on or after the first conviction, or null while nothing has ended."
            raise ValidationError({"hospital_or_licence_ended_on": [words]})
        return attrs

    def answer(self, asked: dict[str, Any]) -> Answer:
        found = eligibility.judge(
            born_on=asked["date_of_birth"],
            on=asked["on"],
            convictions=[
                (each["offence"], _sentence(each, asked["hospital_or_licence_ended_on"]))
                for each in asked["convictions"]
            ],
            sexual_notification=asked["subject_to_sexual_notification"],
            terrorism_notification=asked["subject_to_terrorism_notification"],
            decision=asked["authority_decision"],
            order=national_order(asked["on"]),
        )
        return asdict(found)


def _sentence(conviction: dict[str, Any], ended_on: date | None) -> eligibility.Sentence:
    return eligibility.Sentence(
        outcome=conviction["outcome"],
        dealt_with_on=conviction["date"],
        disposal=conviction["disposal"],
        licence_ends_on=ended_on,
        jurisdiction=conviction["jurisdiction"],
    )


class LevelQuestion(Question):
    """May a case be managed at a level?"""

    category = OneOf((1, 2, 3, 4))
    proposed_level = OneOf((1, 2, 3))
    adds_value = YesNo()
    rosh = OneOf(ROSH)
    exceptional_coordination = YesNo()
    previous_level = OneOf((1, 2, 3), allow_null=True, default=None)
    senior_representation = YesNo()

    def answer(self, asked: dict[str, Any]) -> Answer:
        need = level.Need(
            meetings_add_value=asked["adds_value"],
            rosh=ROSH[asked["rosh"]],
            exceptional_co_ordination=asked["exceptional_coordination"],
            was_at_level_3=asked["previous_level"] == level.LEVEL_3,
            needs_senior_representation=asked["senior_representation"],
        )
        return asdict(level.judge(asked["category"], asked["proposed_level"], need))


class IdentifierQuestion(Question):
    """Is a number right, and how is it written?"""

    kind = OneOf(identifiers.KINDS)
    value = Words(100)

    def answer(self, asked: dict[str, Any]) -> Answer:
        found = asdict(identifiers.judge(asked["kind"], asked["value"], dates.today().year))
        if not found["expected_letter"]:
            del found["expected_letter"]
        return found


class WorkingDaysQuestion(Question):
    """Which day is so many working days later?"""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {"from": Day(source="first"), "days": Whole(1, 1000), "nation": OneOf(NATIONS)}

    def answer(self, asked: dict[str, Any]) -> Answer:
        due_on = working_days.after(asked["first"], asked["days"], None)
        if due_on > LAST:
            raise ValidationError({"days": [f"Bank holidays are known up to {LAST}: count from an earlier day."]})
        return asdict(working_days_answer(asked["first"], asked["days"], due_on))


class ReviewDueQuestion(Question):
    """By when must a case be reviewed again?"""

    level = OneOf((1, 2, 3))
    last_reviewed_on = Day()
    area = Words(60, allow_null=True, default=None)

    def validate_area(self, slug: str | None) -> Area | None:
        if slug is None:
            return None
        found = Area.objects.filter(slug=slug.replace("\x00", "")).first()
        if found is None:
            raise ValidationError(["There is no such area: give its slug, for example north-wales, or null."])
        return found

    def answer(self, asked: dict[str, Any]) -> Answer:
        try:
            return asdict(review_due(asked["level"], asked["last_reviewed_on"], asked["area"]))
        except UnknownStandardError:
            words = "No standard was in force on this day: give a later one."
            raise ValidationError({"last_reviewed_on": [words]}) from None


class ChildDisclosureQuestion(Question):
    """Must telling the public about a child sex offender be considered?"""

    child_sex_offender = YesNo()
    serious_harm_to_children = YesNo()
    necessary = YesNo()
    asked_for = YesNo()

    def answer(self, asked: dict[str, Any]) -> Answer:
        return asdict(disclosure.child_disclosure(**asked))


QUESTIONS: dict[str, type[Question]] = {
    "notification-period": NotificationPeriodQuestion,
    "notification-deadline": NotificationDeadlineQuestion,
    "qualifying-premises": QualifyingPremisesQuestion,
    "eligibility": EligibilityQuestion,
    "level": LevelQuestion,
    "identifier": IdentifierQuestion,
    "working-days": WorkingDaysQuestion,
    "review-due": ReviewDueQuestion,
    "child-disclosure": ChildDisclosureQuestion,
}
