"""Who may see a case beyond its area: sharing, naming, restricting, excluding (access.md, rules 3, 4 and 6)."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import Agency, AgencyKind, Area, Membership, Role, User
from agencies.models.standard import value as standard_value
from audit.record import record
from mappa import dates
from mappa.eyes import past_sight
from mappa.templatetags.mappa import long_date
from offenders import grants
from offenders.actions.case import Topic, lock, reason_in_words, telling
from offenders.models import (
    Exclusion,
    Offender,
    OffenderGroupObjectPermission,
    OffenderUserObjectPermission,
    Purpose,
    Restriction,
)
from offenders.models.grant import Basis, in_force
from offenders.visibility import SEES_CASES, forget_scopes, who_sees

tell = telling(Topic.ACCESS)

Duty = AgencyKind.Duty
# A case is shared with those who have a duty in the arrangements, never with a board or with who runs the service.
SHAREABLE = (Duty.RESPONSIBLE_AUTHORITY, Duty.CO_OPERATE, Duty.ASSOCIATE)


@transaction.atomic
def state_purpose(*, offender: Offender, purpose: str, words: str, by: User) -> Purpose:
    """Say what the case is needed for today. What was said first stands for the day."""
    require(by, Perm.VIEW_CASE, on=offender)
    offender = lock(offender, by=by)
    said = offender.purposes.visible_to(by).filter(user=by, on=dates.today()).first()
    if said is not None:
        return said
    row = Purpose(offender=offender, user=by, purpose=purpose, words=words.strip())
    row.full_clean()
    row.save()
    record("case.purpose_stated", by=by, about=offender, purpose=purpose)
    return row


def latest_share(offender: Offender) -> date:
    """The last day until which a case may be shared by hand, from the standard."""
    months = standard_value("hand_share_months", offender.area, dates.today())
    return dates.add_months(dates.today(), months)


@transaction.atomic
def share_with(*, offender: Offender, agency: Agency, reason: str, until: date, by: User) -> None:
    """Share the case with an agency, for a reason and not without end."""
    require(by, Perm.SHARE_CASE, on=offender)
    offender = lock(offender, by=by)
    if offender.restricted:
        raise ValidationError(_("This case is restricted: no agency would see it. Name a person instead."))
    if not agency.is_active or agency.kind.duty not in SHAREABLE:
        raise ValidationError({"agency": _("Choose an agency that takes part in MAPPA")})
    if agency.pk == offender.lead_agency_id or grants.sees_by_area(agency, offender):
        raise ValidationError({"agency": _("This agency sees the case already, by its area or because it leads")})
    _refuse_end(until, latest_share(offender))
    given = OffenderGroupObjectPermission.objects.about(offender).filter(
        in_force(dates.today()), group=agency.group_id, basis=Basis.HAND, source=""
    )
    if any(row.until is None or row.until >= until for row in given):
        raise ValidationError({"until": _("The case is shared with this agency until then or longer. End that first")})
    grants.share(
        offender=offender,
        agency=agency,
        basis=Basis.HAND,
        source="",
        reason=reason_in_words(reason),
        until=until,
        by=by,
    )
    words = _("%(agency)s, until %(day)s") % {"agency": agency.name, "day": long_date(until)}
    tell(offender, _("Shared with an agency"), words, by=by)


@transaction.atomic
def end_share(*, offender: Offender, agency: Agency, by: User) -> None:
    """End what was shared by hand. What an invitation or another basis gives stays."""
    require(by, Perm.SHARE_CASE, on=offender)
    offender = lock(offender, by=by)
    if agency not in shared_by_hand(offender):
        raise ValidationError({"agency": _("This case is not shared by hand with this agency")})
    grants.end(offender=offender, agency=agency, basis=Basis.HAND, source="", by=by)
    stay_in_sight(offender, by=by)
    tell(offender, _("No longer shared by hand"), agency.name, by=by)


def shared_by_hand(offender: Offender) -> list[Agency]:
    """The agencies with which the case is shared by hand today."""
    rows = OffenderGroupObjectPermission.objects.about(offender).filter(
        in_force(dates.today()), basis=Basis.HAND, source=""
    )
    return list(Agency.objects.filter(group__in=rows.values("group")).order_by("name"))


@transaction.atomic
def name_person(*, offender: Offender, person: User, reason: str, until: date | None, by: User) -> None:
    """Name a person on the case: he sees it for himself, also when it is restricted."""
    require(by, Perm.SHARE_CASE, on=offender)
    offender = lock(offender, by=by)
    if not _works_cases(person):
        raise ValidationError({"person": _("This person has no role in which cases are opened")})
    if offender.exclusions.visible_to(by).filter(user=person, ended_on__isnull=True).exists():
        raise ValidationError({"person": _("This person is excluded from the case. End the exclusion first")})
    if until is not None and until <= dates.today():
        raise ValidationError({"until": _("The end date must be after today")})
    grants.name(offender=offender, person=person, reason=reason_in_words(reason), until=until, by=by)
    stay_in_sight(offender, by=by)
    tell(offender, _("A person was named on the case"), by=by)


@transaction.atomic
def end_naming(*, offender: Offender, person: User, by: User) -> None:
    """The person is no longer named; in a restricted case a keeper must remain, and whoever does this too."""
    require(by, Perm.SHARE_CASE, on=offender)
    offender = lock(offender, by=by)
    if person not in named_people(offender):
        raise ValidationError({"person": _("This person is not named on the case")})
    grants.end_naming(offender=offender, person=person, by=by)
    stay_in_sight(offender, by=by)
    tell(offender, _("A person is no longer named on the case"), by=by)


def named_people(offender: Offender) -> list[User]:
    """The people named on the case today."""
    rows = OffenderUserObjectPermission.objects.about(offender).filter(in_force(dates.today()))
    return list(User.objects.filter(pk__in=rows.values("user")).order_by("name", "pk"))


@transaction.atomic
@past_sight("whether the one who restricts still sees the case is asked at the end, and refused in words")
def restrict(*, offender: Offender, reason: str, by: User) -> Restriction:
    """Keep the case to the people named on it, the one who does this and a keeper among them (rule 4)."""
    require(by, Perm.SHARE_CASE, on=offender)
    offender = lock(offender, by=by)
    if offender.restricted:
        raise ValidationError(_("This case is restricted already."))
    row = Restriction(offender=offender, reason=reason_in_words(reason), made_by=by)
    row.full_clean()
    row.save()
    offender.restricted = True
    offender.save(update_fields=["restricted"])
    record("case.restricted", by=by, about=offender)
    tell(offender, _("Restricted to the people named on it"), by=by)
    stay_in_sight(offender, by=by)
    return row


@transaction.atomic
def lift_restriction(*, offender: Offender, by: User) -> None:
    """The case is seen again by its area, its lead agency and those it is shared with."""
    require(by, Perm.SHARE_CASE, on=offender)
    offender = lock(offender, by=by)
    if not offender.restricted:
        raise ValidationError(_("This case is not restricted."))
    open_one = offender.restrictions.visible_to(by).filter(lifted_at__isnull=True)
    open_one.update(lifted_at=timezone.now(), lifted_by=by)
    offender.restricted = False
    offender.save(update_fields=["restricted"])
    record("case.restriction_lifted", by=by, about=offender)
    tell(offender, _("No longer restricted"), by=by)
    stay_in_sight(offender, by=by)


@transaction.atomic
def exclude(*, offender: Offender, person: User, reason: str, by: User) -> Exclusion:
    """Keep a person from the case, whatever gives it to him. He is not told: for him there is no such case.

    An excluded lead officer leads no longer, or reminders would go to somebody who may not read them.
    """
    require(by, Perm.SHARE_CASE, on=offender)
    offender = lock(offender, by=by)
    if person.pk == by.pk:
        raise ValidationError({"person": _("You cannot exclude yourself. Ask MAPPA co-ordination or your manager")})
    if person.is_system:
        raise ValidationError({"person": _("Choose a person")})
    row = Exclusion(offender=offender, user=person, reason=reason_in_words(reason), made_by=by)
    row.full_clean()
    row.save()
    if offender.lead_officer_id == person.pk:
        offender.lead_officer = None
        offender.save(update_fields=["lead_officer"])
    record("case.person_excluded", by=by, about=offender, person=person.pk)
    tell(offender, _("Access to the case was changed"), by=by)
    stay_in_sight(offender, by=by)
    return row


@transaction.atomic
def end_exclusion(*, offender: Offender, person: User, by: User) -> Exclusion:
    """The person sees again what the other rules give him; that he was excluded is kept."""
    require(by, Perm.SHARE_CASE, on=offender)
    offender = lock(offender, by=by)
    row = offender.exclusions.visible_to(by).filter(user=person, ended_on__isnull=True).first()
    if row is None:
        raise ValidationError({"person": _("This person is not excluded from the case")})
    row.ended_on, row.ended_by = dates.today(), by
    row.full_clean()
    row.save(update_fields=["ended_on", "ended_by"])
    forget_scopes()
    record("case.exclusion_ended", by=by, about=offender, person=person.pk)
    tell(offender, _("Access to the case was changed"), by=by)
    return row


def excluded_people(offender: Offender, *, by: User) -> list[User]:
    """The people who are excluded today, for those who may change that."""
    rows = offender.exclusions.visible_to(by).filter(ended_on__isnull=True)
    return list(User.objects.filter(pk__in=rows.values("user")).order_by("name", "pk"))


def stay_in_sight(offender: Offender, *, by: User) -> None:
    """Nobody saves a case out of his own sight, and a restricted case keeps a keeper: asked of the deciding rules.

    A keeper is a coordinator of the case's area who is named without an end.
    """
    forget_scopes()
    seen = Offender.objects.visible_to(by).filter(pk=offender.pk).exists()
    # Should this be refused, what was just read of the scopes is rolled back with the rest.
    forget_scopes()
    if not seen:
        raise ValidationError(_("You would no longer see this case yourself. Name yourself on it first."))
    if offender.restricted and not has_keeper(offender):
        raise ValidationError(
            _("A restricted case needs a keeper. Name a coordinator of the area on it, without an end date.")
        )


def has_keeper(offender: Offender, area: Area | None = None) -> bool:
    """Is a coordinator of the case's area, or of another one, named on it without an end?"""
    sights, _kept_out = who_sees(offender)
    lasting = {person for s in sights if s.rule == "named" and s.until is None for person in s.people}
    coordinators = Membership.objects.filter(
        user__in=lasting, role=Role.Code.COORDINATOR, agency__area=area or offender.area
    )
    return coordinators.in_force(dates.today()).exists()


def _works_cases(person: User) -> bool:
    roles = [role for role in SEES_CASES if role != Role.Code.INTEGRATION]
    held = Membership.objects.filter(user=person, role__in=roles, agency__is_active=True)
    return person.is_active and held.in_force(dates.today()).exists()


def _refuse_end(until: date, latest: date) -> None:
    if not dates.today() < until <= latest:
        words = _("Enter an end date after today and not later than %s, the standard for sharing by hand")
        raise ValidationError({"until": words % long_date(latest)})
