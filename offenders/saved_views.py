"""The verbs of saved views: filters under a name, for oneself. Words that were searched are never kept."""

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from agencies.access import Perm, memberships, require
from agencies.models import User
from audit.record import record
from offenders.models import SavedView
from offenders.models.saved_view import KEEPS


@transaction.atomic
def save_view(*, name: str, filters: Mapping[str, str], by: User) -> SavedView:
    """Keep the filters of a list under a name. Raises ValidationError for no filter, a name in use, or too many views."""
    require(by, Perm.VIEW_CASE)
    if SavedView.objects.visible_to(by).count() >= SavedView.MOST:
        raise ValidationError(_("You have %s saved views. Delete one first.") % SavedView.MOST)
    kept = {answer: value for answer, value in filters.items() if answer in KEEPS and value}
    view = SavedView(user=by, name=name.strip(), filters=kept)
    view.full_clean()
    view.save()
    record("view.saved", by=by, about=view)
    return view


@transaction.atomic
def rename_view(*, view: SavedView, name: str, by: User) -> SavedView:
    """Give one's own view another name."""
    require(by, Perm.VIEW_CASE)
    _own(view, by)
    view.name = name.strip()
    view.full_clean()
    view.save(update_fields=["name"])
    record("view.renamed", by=by, about=view)
    return view


@transaction.atomic
def delete_view(*, view: SavedView, by: User) -> None:
    """Forget one's own view. It held filters and no case."""
    require(by, Perm.VIEW_CASE)
    _own(view, by)
    record("view.deleted", by=by, about=view)
    view.delete()


def _own(view: SavedView, by: User) -> None:
    if view.user_id != by.pk:
        raise PermissionDenied


def address_of(view: SavedView) -> str:
    """The list as the view filters it. What is no filter any more is left out there."""
    return f"{reverse('offenders:people')}?{urlencode(sorted(view.filters.items()))}"


def views_for(user: User) -> list[dict[str, str]]:
    """Those that everybody has, and then one's own, by name."""
    people = reverse("offenders:people")
    areas = {m.agency.area.slug: m.agency.area.name for m in memberships(user)}
    given = [{"label": _("My people"), "url": f"{people}?mine=on"}]
    if len(areas) == 1:
        given.append({"label": _("My area"), "url": f"{people}?{urlencode({'area': next(iter(areas))})}"})
    else:
        given += [{"label": name, "url": f"{people}?{urlencode({'area': slug})}"} for slug, name in areas.items()]
    own = SavedView.objects.visible_to(user)
    return given + [{"label": view.name, "url": address_of(view)} for view in own[: SavedView.MOST]]
