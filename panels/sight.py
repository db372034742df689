"""Whether the minutes of a case are open to a reader, as its own page says it (offenders/sight.py)."""

from django.utils.translation import gettext as _

from agencies.models import User
from offenders.models import Offender
from offenders.sight import Compartment
from panels.models import AgendaItem
from panels.models.distribution import read_by


def minutes(offender: Offender, user: User) -> Compartment:
    """Of the meetings about the case that the reader sees, of how many he reads the minutes: asked of those rules themselves."""
    items = list(AgendaItem.objects.visible_to(user).filter(offender=offender))
    read = len(read_by(user, items))
    words = _("You see %(items)s meetings about this person, and read the minutes of %(read)s.")
    if not items:
        words = _(
            "You see no meeting about this person. They are for those of the area, those named on the case and the agencies invited."
        )
    return Compartment(_("Meetings and minutes"), read > 0, words % {"items": len(items), "read": read})
