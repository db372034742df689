"""What somebody types to refer Peter Ashdown to level 2, page by page."""

from agencies.models import Agency
from panels import actions
from panels.models import Referral


def pages(offender):
    """Every page that is asked of a case at high risk, for level 2."""
    agency = Agency.objects.filter(area=offender.area).order_by("pk").first()
    return {
        "person": {"checked": "on", "person_words": "Hard of hearing"},
        "offence": {"offence_words": "Violence when drinking"},
        "risk": {"risk_words": "A serious assault within weeks"},
        "victims": {"victim_words": "The victim is in the contact scheme"},
        "agencies": {"agencies": [str(agency.pk)], "agencies_words": "Housing finds a place"},
        "level": {"level": "2"},
        "reason": {"reason": "Two breaches in a week"},
        "urgency": {"urgent": "no", "urgent_reason": ""},
        "added-value": {"added_value": "Housing and health must act together"},
    }


def begin(offender, by, **changed):
    """A referral with every page answered; `changed` pages otherwise, or not at all (None)."""
    referral = actions.begin_referral(offender=offender, by=by)
    for page, said in (pages(offender) | changed).items():
        if said is not None:
            referral = actions.write_referral(referral=referral, page=page, answers=said, by=by)
    return referral


def agree(referral, *, asked_by, manager):
    """Asked, and agreed to as it is now."""
    actions.ask_agreement(referral=referral, manager=manager, by=asked_by)
    return actions.agree_referral(referral=referral, version=now(referral, manager).version, by=manager)


def now(referral, user):
    return Referral.objects.visible_to(user).select_related("offender").get(pk=referral.pk)


def kinds(referral, user):
    """What happened to it, in order, as far as somebody may know."""
    return list(referral.events.visible_to(user).values_list("kind", flat=True))
