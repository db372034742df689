"""Who keeps whose memberships, and which roles he may give (docs/access.md, "Giving roles")."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from agencies.access import Parts, Perm, memberships, require
from agencies.models import Agency, AgencyKind, Membership, Rank, Role, User
from mappa import dates

R = Role.Code
Duty = AgencyKind.Duty

# What each keeper gives, lowest first. Systems are no people: an administrator makes them with their token.
GIVES: dict[Role.Code, tuple[Role.Code, ...]] = {
    R.CONTACT_POINT: (R.PRACTITIONER, R.CONTACT_POINT, R.VICTIM_LIAISON),
    R.COORDINATOR: (R.PRACTITIONER, R.CONTACT_POINT, R.VICTIM_LIAISON, R.CHAIR, R.BOARD_MEMBER, R.LAY_ADVISER),
    R.ADMINISTRATOR: tuple(code for code in R if code != R.INTEGRATION),
}
# Roles that are held in agencies of one kind or duty alone.
ONLY_AT: dict[Role.Code, Q] = {
    R.VICTIM_LIAISON: Q(kind__code="probation"),
    R.COORDINATOR: Q(kind__duty=Duty.RESPONSIBLE_AUTHORITY),
    R.CHAIR: Q(kind__duty=Duty.RESPONSIBLE_AUTHORITY),
    R.LAY_ADVISER: Q(kind__duty=Duty.BOARD),
    R.NATIONAL: Q(kind__duty=Duty.SERVICE),
    R.ADMINISTRATOR: Q(kind__duty=Duty.SERVICE),
}


def parts_of(agency: Agency) -> Parts:
    """What the permission is asked about: the memberships of one agency."""
    return Parts(area=agency.area_id, owner=agency.pk)


def require_keeper(by: User, agency: Agency) -> None:
    """Raise PermissionDenied unless he keeps the agency's memberships."""
    require(by, Perm.MANAGE_MEMBERSHIPS, on=parts_of(agency))


def require_keeper_of_another(by: User, person: User, agency: Agency) -> None:
    """The same, and that it is not himself: nobody changes his own."""
    require_keeper(by, agency)
    if person.pk == by.pk:
        raise PermissionDenied(Perm.MANAGE_MEMBERSHIPS)


def kept_by(user: User) -> QuerySet[Agency]:
    """The agencies whose memberships he keeps, by name."""
    rule = Q(pk__in=[])
    for held in memberships(user):
        rule |= _kept_as(held)
    return Agency.objects.filter(rule, is_active=True).select_related("area", "kind").order_by("name")


def _kept_as(held: Membership) -> Q:
    if held.role_id == R.CONTACT_POINT:
        return Q(pk=held.agency_id)
    if held.role_id == R.COORDINATOR:
        return Q(area=held.agency.area_id)
    return Q(pk__isnull=False) if held.role_id == R.ADMINISTRATOR else Q(pk__in=[])


def roles_given(by: User, agency: Agency) -> list[Role.Code]:
    """The roles that he may give in an agency, as the list of roles has them."""
    found = _gives(by, agency)
    return [code for code in R if code in found and _is_held_at(code, agency)]


def _gives(by: User, agency: Agency) -> set[Role.Code]:
    return {code for role in _as_what(by, agency) for code in GIVES[role]}


def lines_answered_by(user: User) -> Q:
    """Of lists of colleagues the lines that he may answer: whose role he may give there, and never his own."""
    rule = Q(pk__in=[])
    for held in memberships(user):
        if (role := R(held.role_id)) in GIVES:
            kept = Agency.objects.filter(_kept_as(held)).order_by().values("pk")
            rule |= Q(membership__agency__in=kept, membership__role__in=GIVES[role])
    return rule & ~Q(membership__user=user.pk)


def highest_rank_given(by: User, agency: Agency) -> int | None:
    """A contact point gives no rank above his own there; co-ordination and administrators give any (None)."""
    as_what = _as_what(by, agency)
    if as_what - {R.CONTACT_POINT}:
        return None
    return max((m.rank_order for m in memberships(by) if m.agency_id == agency.pk), default=0)


def _as_what(by: User, agency: Agency) -> set[Role.Code]:
    """The roles in which he keeps the agency's memberships."""
    if by.is_system:
        # Who runs the service, at its own machine (manage.py invite_administrator).
        return {R.ADMINISTRATOR}
    found = set()
    for held in memberships(by):
        if Agency.objects.filter(_kept_as(held), pk=agency.pk).exists():
            found.add(R(held.role_id))
    return found


def _is_held_at(code: Role.Code, agency: Agency) -> bool:
    return code not in ONLY_AT or Agency.objects.filter(ONLY_AT[code], pk=agency.pk).exists()


def refuse_what_he_may_not_give(by: User, agency: Agency, role: Role, rank: Rank | None) -> None:
    """Raise ValidationError where the role or the rank is not his to give there."""
    if role.pk not in roles_given(by, agency):
        words = _("You cannot give the role %(role)s at %(agency)s. Ask co-ordination, or an administrator.")
        raise ValidationError({"role": words % {"role": role.name.lower(), "agency": agency.name}})
    highest = highest_rank_given(by, agency)
    if rank is not None and highest is not None and rank.order > highest:
        words = _("You cannot give a rank above your own. Choose a lower one, or ask co-ordination to give it.")
        raise ValidationError({"rank": words})


def may_keep(by: User, held: Membership) -> bool:
    """Is the role that somebody holds his to give there?"""
    return held.role_id in _gives(by, held.agency)


def refuse_whom_he_may_not_keep(by: User, held: Membership) -> None:
    """Raise ValidationError where somebody's role is not his to give: whoever lets it go on gives it. A rank is no obstacle, or
    a contact point could say of none of his seniors that he works there."""
    if not may_keep(by, held):
        words = _("%(name)s is %(role)s at %(agency)s, which you cannot give. Ask co-ordination, or an administrator.")
        about = {"name": held.user.name, "role": held.role.name.lower(), "agency": held.agency.name}
        raise ValidationError(words % about)


def refuse_line_manager(agency: Agency, person: User, line_manager: User | None) -> None:
    """A line manager works in the same agency, and is somebody else."""
    if line_manager is None:
        return
    if line_manager.pk == person.pk:
        raise ValidationError({"line_manager": _("Choose somebody else as line manager.")})
    if not Membership.objects.in_force(dates.today()).filter(agency=agency, user=line_manager).exists():
        raise ValidationError({"line_manager": _("Choose somebody who works in the agency.")})


def refuse_to_end_the_last_administrator(person: User) -> None:
    """Somebody must be able to give the role again."""
    administrators = Membership.objects.in_force(dates.today()).filter(role=R.ADMINISTRATOR)
    if (
        administrators.filter(user=person).exists()
        and not administrators.exclude(user=person).filter(user__is_staff=True).exists()
    ):
        raise ValidationError(_("This is the last administrator. Invite another first."))


def note_staff(person: User) -> None:
    """Whoever is an administrator may open administration, and nobody else."""
    is_staff = Membership.objects.not_ended(dates.today()).filter(user=person, role=R.ADMINISTRATOR).exists()
    if is_staff != person.is_staff:
        person.is_staff = is_staff
        person.save(update_fields=["is_staff"])


def is_outsider(by: User, agency: Agency) -> bool:
    """Does he keep the memberships as an administrator alone? Then those who work there are told."""
    return _as_what(by, agency) == {R.ADMINISTRATOR}
