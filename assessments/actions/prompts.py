"""The verb of prompts: dismiss one. A referral or an assessment answers them by itself (assessments/drift.py)."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from agencies.access import Perm, require
from agencies.models import User
from assessments import drift
from assessments.models import DriftPrompt
from offenders.actions import Topic, lock, telling
from offenders.actions.case import reason_in_words

tell = telling(Topic.RISK)


@transaction.atomic
def dismiss_prompt(*, prompt: DriftPrompt, reason: str, by: User) -> DriftPrompt:
    """Neither refer nor reassess for this fact, and say why. It is not put again; a new fact is.

    The timeline is not told of one that rests on a victim. Raises ValidationError for one that is answered already.
    """
    require(by, Perm.WRITE_PLANS, on=prompt)
    reason = reason_in_words(reason)
    offender = lock(prompt.offender, by=by)
    row = DriftPrompt.objects.visible_to(by).get(pk=prompt.pk)
    if not row.is_open:
        raise ValidationError(_("This prompt is answered already. Nothing was changed."))
    drift.answer(row, DriftPrompt.Outcome.DISMISSED, reason=reason, by=by)
    if not row.rests_on_a_victim:
        tell(offender, _("Prompt to refer or reassess dismissed"), row.get_rule_display(), by=by)
    return row
