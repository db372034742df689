"""The letter to whoever is told, and the undertaking that they sign: only what was authorised, as PDF and as Word."""

from django.utils.translation import gettext as _

from agencies.models import User
from disclosures.models import Disclosure
from mappa import dates
from mappa.paper import Paper, Section
from mappa.templatetags.mappa import long_date
from offenders.copies import copy_number


def letter_of(row: Disclosure, by: User) -> Paper:
    """The letter of an authorised disclosure, made by a user. Needs the case's lead agency loaded.

    Of the person, the risk and the reasons it says nothing but what the authorised words say.
    """
    told = [_("You are told this in confidence, so that you can protect people. Use it for nothing else.")]
    sections = [
        Section(_("What you are told"), [row.information]),
        Section(_("What you may do with it"), [*told, *([row.conditions] if row.conditions else [])]),
    ]
    if row.needs_undertaking:
        sections.append(_undertaking(row))
    authorised = {"reference": row.reference, "date": long_date(row.authorised_on)}
    opening = [
        "\n".join(filter(None, [row.to_whom, row.recipient_address])),
        _("From %s") % row.offender.lead_agency.name,
        _("Reference %(reference)s, authorised on %(date)s") % authorised,
    ]
    made = {
        "number": copy_number(),
        "recipient": row.to_whom,
        "name": by.name,
        "date": long_date(dates.today()),
    }
    return Paper(
        title=_("Information given in confidence"),
        opening=opening,
        sections=sections,
        copy=_("For %(recipient)s. Copy %(number)s, made by %(name)s, %(date)s") % made,
    )


def _undertaking(row: Disclosure) -> Section:
    kept = _(
        "I have read this letter. I will use what I am told only to protect people, keep to what it asks of me, keep it "
        "safe and give it to nobody. I will work with the agency that told me."
    )
    return Section(_("Undertaking"), [kept], lines=[_("Name"), _("Signature"), _("Date")])
