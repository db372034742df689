"""The smallest valid row of each table."""

from datetime import date, timedelta
from typing import Any

import factory
from django.contrib.auth.models import Permission
from django.utils import timezone
from factory.django import DjangoModelFactory

from agencies.models import Agency, AgencyKind, Area, Delegation, Membership, Rank, User
from assessments.models import Assessment
from mappa import dates
from offenders.models import (
    Alias,
    CategoryBasis,
    Conviction,
    Disposal,
    Exclusion,
    Flag,
    FlagKind,
    FlagReview,
    Identifier,
    LevelPeriod,
    Note,
    Offence,
    Offender,
    OffenderGroupObjectPermission,
    OffenderUserObjectPermission,
    Purpose,
    Restriction,
    Review,
    Term,
    TimelineEntry,
)
from offenders.models.grant import Basis
from panels.models import (
    Action,
    AgendaItem,
    Agreement,
    Audience,
    Commitment,
    CommitmentReview,
    Decision,
    Dissent,
    InformationDraft,
    InformationPart,
    InformationReturn,
    Invitation,
    Meeting,
    Paragraph,
    Postponement,
    Proposal,
    Referral,
    ReferralEvent,
    Statement,
)
from reviews.models import Reminder


def in_days(days: int) -> date:
    return dates.today() + timedelta(days=days)


class GuardedFactory(DjangoModelFactory):
    """Writes past the guard: a test's world has no viewer."""

    class Meta:
        abstract = True

    @classmethod
    def _get_manager(cls, model_class: Any) -> Any:
        return model_class._base_manager


class AreaFactory(DjangoModelFactory):
    class Meta:
        model = Area
        django_get_or_create = ("slug",)

    slug = factory.Sequence(lambda n: f"area-{n}")
    name = factory.LazyAttribute(lambda o: o.slug.title())
    nation = Area.Nation.ENGLAND


class AgencyKindFactory(DjangoModelFactory):
    class Meta:
        model = AgencyKind
        django_get_or_create = ("code",)

    code = "police"
    name = factory.LazyAttribute(lambda o: o.code.title())

    @factory.lazy_attribute
    def duty(self) -> str:
        if self.code in {"police", "probation", "prison"}:
            return AgencyKind.Duty.RESPONSIBLE_AUTHORITY
        return AgencyKind.Duty.CO_OPERATE


class AgencyFactory(DjangoModelFactory):
    class Meta:
        model = Agency

    name = factory.Sequence(lambda n: f"Agency {n}")
    kind = factory.SubFactory(AgencyKindFactory)
    area = factory.SubFactory(AreaFactory)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"user{n}@test.invalid")
    name = factory.Sequence(lambda n: f"User {n}")
    password = "!"


class RankFactory(DjangoModelFactory):
    class Meta:
        model = Rank
        django_get_or_create = ("name",)

    name = "Constable"
    order = 10


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    agency = factory.SubFactory(AgencyFactory)
    role_id = "practitioner"
    from_on = date(2020, 1, 1)


class DelegationFactory(DjangoModelFactory):
    class Meta:
        model = Delegation

    person = factory.SubFactory(UserFactory)
    to = factory.SubFactory(UserFactory)
    from_on = factory.LazyFunction(lambda: in_days(0))
    until = factory.LazyFunction(lambda: in_days(5))
    made_by = factory.SelfAttribute("person")


class OffenceFactory(DjangoModelFactory):
    class Meta:
        model = Offence

    code = factory.Sequence(lambda n: f"T{n}")
    title = "Wounding with intent (test)"
    statute = "Offences against the Person Act 1861 s.18"
    schedule_15_part = 1


class OffenderFactory(GuardedFactory):
    class Meta:
        model = Offender
        skip_postgeneration_save = True

    surname = factory.Sequence(lambda n: f"Example{n}")
    forenames = "Sam"
    born_on = date(1981, 5, 14)
    area = factory.SubFactory(AreaFactory)
    lead_agency = factory.SubFactory(AgencyFactory, area=factory.SelfAttribute("..area"))
    registered_by = factory.SubFactory(UserFactory)
    category = Offender.Category.VIOLENT
    next_review_on = factory.LazyFunction(lambda: in_days(30))

    @factory.post_generation
    def level_period(self, create: bool, wanted: Any, **kwargs: Any) -> None:  # noqa: FBT001
        """With its history: an open level and an open review, as registration makes them."""
        if not wanted:
            return
        LevelPeriodFactory(offender=self, level=self.level, decided_by=self.registered_by)
        ReviewFactory(offender=self, level=self.level, due_on=self.next_review_on)


class CaseFactory(GuardedFactory):
    class Meta:
        abstract = True

    offender = factory.SubFactory(OffenderFactory)


class AliasFactory(CaseFactory):
    class Meta:
        model = Alias

    surname = factory.Sequence(lambda n: f"Other{n}")
    forenames = "Sid"
    added_by = factory.SubFactory(UserFactory)


class IdentifierFactory(CaseFactory):
    class Meta:
        model = Identifier

    kind = Identifier.Kind.CRN
    value = factory.Sequence(lambda n: f"T{n:06d}")
    typed = factory.SelfAttribute("value")


class ConvictionFactory(CaseFactory):
    class Meta:
        model = Conviction

    offence = factory.SubFactory(OffenceFactory)
    dealt_with_on = date(2024, 3, 1)
    added_by = factory.SubFactory(UserFactory)

    @classmethod
    def _create(cls, model_class: type, *args: Any, **kwargs: Any) -> Any:
        """With `disposal`, `licence_ends_on` or a length, also what was imposed: imprisonment unless it is said."""
        given = {name: kwargs.pop(name) for name in IMPOSED if name in kwargs}
        row = super()._create(model_class, *args, **kwargs)
        if given:
            impose(row, **given)
        return row


IMPOSED = ("disposal", "term_years", "term_months", "term_days", "licence_ends_on")


def impose(
    conviction: Conviction,
    *,
    disposal: str = "imprisonment",
    term_years: int = 0,
    term_months: int = 0,
    term_days: int = 0,
    licence_ends_on: date | None = None,
) -> Disposal:
    """What was imposed for a conviction, with its one term if it has a length."""
    facts = {"offender": conviction.offender, "conviction": conviction, "added_by": conviction.added_by}
    row = Disposal._base_manager.create(
        kind=disposal, imposed_on=conviction.dealt_with_on, ends_on=licence_ends_on, **facts
    )
    if term_years or term_months or term_days:
        length = {"years": term_years, "months": term_months, "days": term_days}
        Term._base_manager.create(offender=conviction.offender, disposal=row, position=1, **length)
    return row


class CategoryBasisFactory(CaseFactory):
    class Meta:
        model = CategoryBasis

    category = Offender.Category.VIOLENT
    limb = "s.327(3)"
    authority = "CJA 2003 s.327(3)"
    explanation = "Test"
    starts_on = date(2024, 3, 1)


class LevelPeriodFactory(CaseFactory):
    class Meta:
        model = LevelPeriod

    level = Offender.Level.ORDINARY
    from_on = date(2024, 3, 1)
    reason = "Registered"
    decided_by = factory.SubFactory(UserFactory)


class ReviewFactory(CaseFactory):
    class Meta:
        model = Review

    area = factory.SelfAttribute("offender.area")
    level = Offender.Level.ORDINARY
    due_on = factory.LazyFunction(lambda: in_days(30))


class TimelineEntryFactory(CaseFactory):
    class Meta:
        model = TimelineEntry

    by = factory.SubFactory(UserFactory)
    title = "Registered"


class FlagKindFactory(DjangoModelFactory):
    class Meta:
        model = FlagKind
        django_get_or_create = ("code",)

    code = "risk-to-children"
    name = "Risk to children"
    tone = FlagKind.Tone.RISK
    review_months = 3
    citation = "Test"


class FlagFactory(CaseFactory):
    class Meta:
        model = Flag

    kind = factory.SubFactory(FlagKindFactory)
    notes = "Do not visit alone"
    review_on = factory.LazyFunction(lambda: in_days(30))
    added_by = factory.SubFactory(UserFactory)


class FlagReviewFactory(CaseFactory):
    class Meta:
        model = FlagReview

    flag = factory.SubFactory(FlagFactory, offender=factory.SelfAttribute("..offender"))
    due_on = factory.LazyFunction(lambda: in_days(0))
    next_on = factory.SelfAttribute("flag.review_on")
    reason = "Nothing has changed"
    by = factory.SubFactory(UserFactory)


class NoteFactory(CaseFactory):
    class Meta:
        model = Note

    kind = Note.Kind.CONTACT
    happened_on = factory.LazyFunction(lambda: in_days(-1))
    text = "Telephoned about the tenancy"
    audience = Note.Audience.EVERYONE
    by = factory.SubFactory(UserFactory)


class ExclusionFactory(CaseFactory):
    class Meta:
        model = Exclusion

    user = factory.SubFactory(UserFactory)
    reason = "A relative"
    made_by = factory.SubFactory(UserFactory)


class RestrictionFactory(CaseFactory):
    class Meta:
        model = Restriction

    reason = "A threat to life"
    made_by = factory.SubFactory(UserFactory)


class PurposeFactory(CaseFactory):
    class Meta:
        model = Purpose

    user = factory.SubFactory(UserFactory)
    purpose = Purpose.Code.WORK


def view_offender() -> Permission:
    return Permission.objects.get(codename="view_offender")


class GroupGrantFactory(GuardedFactory):
    class Meta:
        model = OffenderGroupObjectPermission

    content_object = factory.SubFactory(OffenderFactory)
    permission = factory.LazyFunction(view_offender)
    basis = Basis.HAND
    reason = "Test"
    given_by = factory.SubFactory(UserFactory)

    @factory.lazy_attribute
    def group(self) -> Any:
        return AgencyFactory().group


class PersonalGrantFactory(GuardedFactory):
    class Meta:
        model = OffenderUserObjectPermission

    content_object = factory.SubFactory(OffenderFactory)
    user = factory.SubFactory(UserFactory)
    permission = factory.LazyFunction(view_offender)
    basis = Basis.HAND
    reason = "Test"
    given_by = factory.SubFactory(UserFactory)


class AssessmentFactory(CaseFactory):
    class Meta:
        model = Assessment

    children = Offender.Rosh.HIGH
    public = Offender.Rosh.HIGH
    known_adult = Offender.Rosh.MEDIUM
    staff = Offender.Rosh.LOW
    prisoners = Offender.Rosh.LOW
    to_self = Offender.Rosh.LOW
    custody_children = custody_public = custody_known_adult = Offender.Rosh.LOW
    custody_staff = custody_prisoners = custody_to_self = Offender.Rosh.LOW
    who_is_at_risk = "Strangers"
    nature_of_risk = "Violence"
    risk_imminence = "Soon after a quarrel"
    risk_increase_factors = "Drinking"
    risk_mitigation_factors = "Work"
    assessed_on = factory.LazyFunction(lambda: in_days(-10))
    review_on = factory.LazyFunction(lambda: in_days(100))
    countersign_due_on = factory.LazyFunction(lambda: in_days(5))
    assessed_by = factory.SubFactory(UserFactory)


class ReferralFactory(CaseFactory):
    class Meta:
        model = Referral

    class Params:
        draft = factory.Trait(
            level=None,
            reason="",
            added_value="",
            made_at=None,
            due_on=None,
            made_by=factory.SelfAttribute("offender.lead_officer"),
            kept_until=factory.LazyFunction(lambda: in_days(28)),
        )

    area = factory.SelfAttribute("offender.area")
    agency = factory.SelfAttribute("offender.lead_agency")
    level = Offender.Level.ACTIVE
    reason = "Two breaches in a week"
    added_value = "Housing and health must act together"
    made_at = factory.LazyFunction(timezone.now)
    made_by = factory.SubFactory(UserFactory)
    due_on = factory.LazyFunction(lambda: in_days(5))


class ReferralEventFactory(GuardedFactory):
    class Meta:
        model = ReferralEvent
        exclude = ("offender",)

    offender = factory.SubFactory(OffenderFactory)
    referral = factory.SubFactory(ReferralFactory, offender=factory.SelfAttribute("..offender"))
    kind = ReferralEvent.Kind.SENT
    version = 0
    by = factory.SubFactory(UserFactory)


class MeetingFactory(GuardedFactory):
    class Meta:
        model = Meeting

    area = factory.SubFactory(AreaFactory)
    level = Offender.Level.ACTIVE
    starts_at = factory.Sequence(lambda n: timezone.now() + timedelta(days=10, minutes=n % 1000))
    place = "Police headquarters"
    chair = factory.SubFactory(UserFactory)
    arranged_by = factory.SubFactory(UserFactory)


class AgendaItemFactory(CaseFactory):
    class Meta:
        model = AgendaItem

    meeting = factory.SubFactory(MeetingFactory, area=factory.SelfAttribute("..offender.area"))
    position = 1
    added_by = factory.SubFactory(UserFactory)


class ItemFactory(GuardedFactory):
    """A row of an agenda item; `offender=` says whose."""

    class Meta:
        abstract = True
        exclude = ("offender",)

    offender = factory.SubFactory(OffenderFactory)
    item = factory.SubFactory(AgendaItemFactory, offender=factory.SelfAttribute("..offender"))


class InvitationFactory(ItemFactory):
    class Meta:
        model = Invitation

    agency = factory.SubFactory(AgencyFactory)
    invited_by = factory.SubFactory(UserFactory)
    information_due_on = factory.LazyFunction(lambda: in_days(5))


class InformationReturnFactory(ItemFactory):
    class Meta:
        model = InformationReturn

    invitation = factory.SubFactory(InvitationFactory, item=factory.SelfAttribute("..item"))
    sent_by = factory.SubFactory(UserFactory)


class InformationPartFactory(ItemFactory):
    class Meta:
        model = InformationPart

    information = factory.SubFactory(InformationReturnFactory, item=factory.SelfAttribute("..item"))
    section = InformationPart.Section.KNOWN
    text = "Tenancy in good order"
    audience = Audience.EVERYONE


class InformationDraftFactory(ItemFactory):
    class Meta:
        model = InformationDraft

    invitation = factory.SubFactory(
        InvitationFactory,
        item=factory.SelfAttribute("..item"),
        agency=factory.SelfAttribute("item.offender.lead_agency"),
    )
    for_agency = True
    answers = {"text": "Tenancy in good"}


class ParagraphFactory(ItemFactory):
    class Meta:
        model = Paragraph

    section = Paragraph.Section.AGENCIES
    text = "Police reported two calls"


class DissentFactory(ItemFactory):
    class Meta:
        model = Dissent

    agency = factory.SubFactory(AgencyFactory)
    words = "We would keep level 2"
    recorded_by = factory.SubFactory(UserFactory)


class ProposalFactory(ItemFactory):
    class Meta:
        model = Proposal

    kind = Proposal.Kind.CONDITIONS
    body = "Parole Board"
    what = "A condition not to enter Luton"
    reasons = "Victims live there"
    due_on = factory.LazyFunction(lambda: in_days(30))
    made_by = factory.SubFactory(UserFactory)


class StatementFactory(DjangoModelFactory):
    class Meta:
        model = Statement
        django_get_or_create = ("edition",)

    edition = "1"
    from_on = date(2020, 1, 1)
    text = "What is said here stays here."
    citation = "Test"


class AgreementFactory(GuardedFactory):
    class Meta:
        model = Agreement
        exclude = ("offender",)

    offender = factory.SubFactory(OffenderFactory)
    meeting = factory.SubFactory(MeetingFactory, area=factory.SelfAttribute("..offender.area"))
    agency = factory.SubFactory(AgencyFactory)
    name = "Pat Brook"
    statement = factory.SubFactory(StatementFactory)
    recorded_by = factory.SubFactory(UserFactory)


class DecisionFactory(ItemFactory):
    class Meta:
        model = Decision

    level = Offender.Level.ACTIVE
    rationale = "Multi-agency work adds value"
    disclosure = "no"
    disclosure_reasons = "Nobody at risk"
    next_review_on = factory.LazyFunction(lambda: in_days(60))
    recorded_by = factory.SubFactory(UserFactory)


class ActionFactory(CaseFactory):
    class Meta:
        model = Action

    item = factory.SubFactory(AgendaItemFactory, offender=factory.SelfAttribute("..offender"))
    area = factory.SelfAttribute("offender.area")
    text = "Visit the address and report what was found"
    agency = factory.SelfAttribute("offender.lead_agency")
    due_on = factory.LazyFunction(lambda: in_days(10))
    made_by = factory.SubFactory(UserFactory)

    class Params:
        done = factory.Trait(
            state=Action.State.DONE,
            done_on=factory.LazyFunction(lambda: in_days(0)),
            done_by=factory.SubFactory(UserFactory),
            outcome="Visited, all quiet",
            confirm_due_on=factory.LazyFunction(lambda: in_days(5)),
        )
        confirmed = factory.Trait(
            state=Action.State.CONFIRMED,
            done_on=factory.LazyFunction(lambda: in_days(0)),
            done_by=factory.SubFactory(UserFactory),
            outcome="Visited, all quiet",
            confirmed_at=factory.LazyFunction(timezone.now),
            confirmed_by=factory.SubFactory(UserFactory),
        )
        withdrawn = factory.Trait(
            state=Action.State.WITHDRAWN,
            withdrawn_at=factory.LazyFunction(timezone.now),
            withdrawn_by=factory.SubFactory(UserFactory),
            withdrawal_reason="He moved away",
        )


class PostponementFactory(GuardedFactory):
    class Meta:
        model = Postponement
        exclude = ("offender",)

    offender = factory.SubFactory(OffenderFactory)
    action = factory.SubFactory(ActionFactory, offender=factory.SelfAttribute("..offender"))
    from_due_on = factory.LazyFunction(lambda: in_days(10))
    to_due_on = factory.LazyFunction(lambda: in_days(20))
    reason = "The tenancy officer is away"
    by = factory.SubFactory(UserFactory)


class CommitmentFactory(ItemFactory):
    class Meta:
        model = Commitment

    agency = factory.SelfAttribute("item.offender.lead_agency")
    what = "A surveillance team"
    how_much = "Two officers, 8 hours a day"
    from_on = factory.LazyFunction(lambda: in_days(0))
    committed_by = "C. Example, superintendent"
    recorded_by = factory.SubFactory(UserFactory)


class CommitmentReviewFactory(ItemFactory):
    class Meta:
        model = CommitmentReview

    commitment = factory.SubFactory(CommitmentFactory, item=factory.SelfAttribute("..item"))
    finding = CommitmentReview.Finding.KEPT
    by = factory.SubFactory(UserFactory)


class ReminderFactory(CaseFactory):
    class Meta:
        model = Reminder

    kind = "case-review"
    reference = factory.SelfAttribute("offender.reference")
    due_on = factory.LazyFunction(lambda: in_days(0))
    stage = "on-the-day"
    to = factory.SubFactory(UserFactory)
