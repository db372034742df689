"""What an applicant under the disclosure scheme is told: the same words whatever is known, unless it is disclosed to them.

Words for "nothing is known" that differ from those for "it is not disclosed" would tell what is known. So there are none.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from disclosures.models import SchemeApplication

Words = str | Promise
Outcome = SchemeApplication.Outcome

# After a decision of whatever kind. Also where it is disclosed to somebody else.
NEITHER: Words = gettext_lazy(
    "We have looked into what you told us, and it has been kept. We cannot tell you whether the police hold anything about any "
    "person: this answer is the same for everybody who is told nothing further. Where something must be known to keep a "
    "child safe, whoever can best protect the child is told. Tell us at once of anything new; if a child is in danger, "
    "call 999. Please do not speak of your application to others."
)
# Before a decision: about the application itself, and not about the person.
EARLY: dict[str, Words] = {
    Outcome.OUTSIDE: gettext_lazy(
        "Your application is not one that the scheme can answer: it is about one person who is in contact with a "
        "particular child. That says nothing about anybody. What you told us has been kept, and we act on it where "
        "a child needs protection. If a child is in danger, call 999."
    ),
    Outcome.WITHDRAWN: gettext_lazy(
        "Your application is closed because you withdrew it. That says nothing about anybody. What you told us has been "
        "kept, and we act on it where a child needs protection. If a child is in danger, call 999."
    ),
    Outcome.PASSED_ON: gettext_lazy(
        "Your application is passed to another police force, which will be in touch with you. That says nothing about "
        "anybody. If a child is in danger, call 999."
    ),
}


def words_for(row: SchemeApplication) -> str:
    """What is said to the applicant, word for word, when nothing is disclosed to them."""
    return str(EARLY.get(row.outcome, NEITHER))


def how_to_tell(row: SchemeApplication) -> str:
    """What whoever tells the applicant must mind."""
    safe = _("Only as is safe: %s") % row.safe_contact
    if row.is_identified is False:
        return _("%s. The identity was not proven, so nothing else may be said.") % safe.rstrip(".")
    return safe
