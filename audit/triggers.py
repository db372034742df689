"""Which tables have their changes recorded, by which column their case is found, and what of them is not written down."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.apps import apps
from django.db import models

CASE = "offenders.Offender"
# A row of these names the case of which it is part.
NAMES_THE_CASE = ("offender", "content_object")
LONGEST_WAY = 3

# Tables without a history, and why.
LEFT_OUT = {
    "audit_accessevent": "The audit itself: it is only added to, and sealed.",
    "audit_signinevent": "The audit itself.",
    "audit_change": "The audit itself.",
    "audit_seal": "The audit itself.",
    "agencies_outboxmessage": "Mail on its way: each row says itself when it was tried, sent and answered for.",
    "agencies_pulse": "When a task last ran.",
    "agencies_sentonce": "Keys of the API, forgotten after a time.",
    "django_session": "Sessions: sign-ins and sign-outs are events.",
    "usersessions_usersession": "Sessions.",
    "django_admin_log": "A log: what an administrator changes is an event, and a change of the table he changed.",
    "django_content_type": "Made from the code by migrations.",
    "auth_permission": "Made from the code by migrations.",
    "assurance_look": "How far the audit was walked.",
    "offenders_nameword": "Made from names, for searching.",
    "offenders_nameform": "Made from names, for searching.",
    "reviews_figure": "Counted from the record, again and again.",
    "reviews_countedmonth": "When figures were counted.",
    "reviews_reminder": "Which reminder was told to whom: an event tells of each.",
}

# Named in the history, and not shown.
WITHHELD = {
    "agencies_user": {"password"},
    "agencies_integrationtoken": {"digest"},
    "agencies_invitation": {"nonce", "digest"},
    "agencies_calendarfeed": {"digest"},
    "account_emailconfirmation": {"key"},
    "mfa_authenticator": {"data"},
    "agencies_identityprovider": {"client_secret"},
    "agencies_knowndevice": {"digest"},
    # A file may say anything of anybody, and a row of it belongs to no case under which its history would be blanked. The row itself
    # keeps these until somebody has put it right, and they are in the case afterwards.
    "offenders_importrow": {"cells", "reasons", "numbers", "discard_reason"},
}


class Recorded(NamedTuple):
    """One table's trigger, as its arguments."""

    table: str
    case: str
    withheld: tuple[str, ...]
    key: str
    way: tuple[str, ...]

    def arguments(self) -> list[str]:
        return [self.case, "{" + ",".join(self.withheld) + "}", self.key, *self.way]


def recorded() -> Iterator[Recorded]:
    """Every table of ours that has a history."""
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        if meta.managed and not meta.proxy and meta.db_table not in LEFT_OUT:
            case, *way = case_of(model) or [""]
            yield Recorded(meta.db_table, case, tuple(sorted(withheld(model))), str(meta.pk.column), tuple(way))


def withheld(model: type[models.Model]) -> set[str]:
    """The columns of a table that nobody is to read out of its history: secrets, and what is encrypted or no text."""
    kinds = {str(field.column) for field in model._meta.concrete_fields if _is_closed(field)}
    return WITHHELD.get(model._meta.db_table, set()) | kinds


def _is_closed(field: "models.Field[Any, Any]") -> bool:
    return isinstance(field, models.BinaryField) or type(field).__name__.startswith("Encrypted")


def case_of(model: type[models.Model], steps: int = LONGEST_WAY) -> list[str] | None:
    """The column that leads to the case, and the columns of other tables on the way there; None for what is of no case."""
    if model._meta.label == CASE:
        return ["id"]
    if getattr(model, "is_apart", False):
        return None
    towards = [field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]
    for field in towards:
        if field.name in NAMES_THE_CASE and field.related_model._meta.label == CASE:
            return [field.column]
    for field in towards if steps else []:
        other = field.related_model
        way = None if other is model or other._meta.label == CASE else case_of(other, steps - 1)
        if way:
            return [field.column, f"{other._meta.db_table}.{way[0]}", *way[1:]]
    return None
