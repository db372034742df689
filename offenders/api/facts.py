"""What was recorded of who a person is, put right: corrected, ended, withdrawn; the recorded name and date of birth."""

from collections.abc import Callable
from typing import Any, NamedTuple

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.access import Perm
from offenders import actions
from offenders.api.asking import CasesAPIView
from offenders.api.describing import writes
from offenders.api.identity import (
    DATED,
    AddressSerializer,
    AliasSerializer,
    ContactSerializer,
    NewIdentifierSerializer,
    OccupationSerializer,
    VehicleSerializer,
)
from offenders.api.searching import count_as_search
from offenders.models import Address, Alias, BirthDate, Contact, Fact, Identifier, Occupation, Precision, Vehicle


class EndSerializer(serializers.Serializer[Any]):
    """The day on which something stopped to hold."""

    until = serializers.DateField()


class WithdrawalSerializer(serializers.Serializer[Any]):
    """Why something was recorded by mistake."""

    because = serializers.CharField(max_length=300)


class IdentifierCorrectionSerializer(NewIdentifierSerializer):
    """The number as it should have been."""

    supersedes = None  # type: ignore[assignment]


class AddressCorrectionSerializer(AddressSerializer):
    """The address as it should have been."""

    ends_present = None  # type: ignore[assignment]

    class Meta(AddressSerializer.Meta):
        fields = ("reference", "kind", "address", "postcode", *DATED, "notes")  # type: ignore[assignment]


class NameSerializer(serializers.Serializer[Any]):
    """The recorded name."""

    surname = serializers.CharField(max_length=80)
    forenames = serializers.CharField(max_length=120)


class NewNameSerializer(NameSerializer):
    """The name by which the person goes, and since when: without the day, no deadline to notify it is worked out."""

    from_on = serializers.DateField(required=False, allow_null=True, default=None)


class BirthSerializer(serializers.Serializer[Any]):
    """The date of birth and how exactly it is known: of a month or a year, any day of it may be sent."""

    born_on = serializers.DateField()
    born_is = serializers.ChoiceField(choices=Precision.choices, default=Precision.DAY)
    source = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")  # type: ignore[assignment]


class EditView(CasesAPIView):
    """A change of what is recorded."""

    permission = Perm.VIEW_CASE
    scope, write_scope = "identity:read", "cases:write"


class Verb(NamedTuple):
    """What puts a fact right: as the address and the record call it, what is sent, the action, and what it does in words."""

    name: str
    noun: str
    asked: type[serializers.BaseSerializer[Any]] | None
    action: Callable[..., Any]
    words: str


# A correction is sent what a fact of its kind has, and what is not sent stays.
VERBS = (
    Verb(
        "correct",
        "correction",
        None,
        actions.correct_fact,
        "Put another row in the place of one that was wrong from the beginning. What is not sent stays as it was.",
    ),
    Verb(
        "end",
        "end",
        EndSerializer,
        actions.end_fact,
        "Say when it stopped to hold. It stays on the record, and still finds the person.",
    ),
    Verb(
        "withdraw",
        "withdrawal",
        WithdrawalSerializer,
        actions.withdraw_fact,
        "Say that it was recorded by mistake. It stays readable on the pages, and finds nobody any more.",
    ),
)
# For each list of the API, the word for one row of it, its table, and what a correction is sent.
NOUNS: tuple[tuple[str, str, type[Fact], type[serializers.BaseSerializer[Any]]], ...] = (
    ("identifiers", "identifier", Identifier, IdentifierCorrectionSerializer),
    ("aliases", "alias", Alias, AliasSerializer),
    ("addresses", "address", Address, AddressCorrectionSerializer),
    ("contacts", "contact", Contact, ContactSerializer),
    ("vehicles", "vehicle", Vehicle, VehicleSerializer),
    ("occupations", "occupation", Occupation, OccupationSerializer),
)


def _view(one: str, model: type[Fact], verb: Verb, asked: type[serializers.BaseSerializer[Any]]) -> type[EditView]:
    class FactVerbView(EditView):
        event = f"api.{one}_{verb.noun}_sent"
        serializer_class = asked

        @writes(f"{one}_{verb.name}", asked, words=verb.words)
        def post(self, request: Request, reference: str, row: str) -> Response:
            if model is Identifier and verb.name == "correct":
                count_as_search(request)
            fact = self.row(request, model, self.case(request, reference=reference), row)
            said = self.asked(request, asked, partial=verb.asked is None)
            return self.made(request, verb.action, fact=fact, **said)

    return FactVerbView


# The addresses below a row, their names, and their views.
OF_FACTS: list[tuple[str, str, type[EditView]]] = [
    (f"{many}/<str:row>/{verb.name}/", f"{many}_{verb.name}", _view(one, model, verb, verb.asked or whole))
    for many, one, model, whole in NOUNS
    for verb in VERBS
]


class NameCorrectionView(EditView):
    """A recorded name that was wrong from the beginning."""

    event = "api.name_correction_sent"
    serializer_class = NameSerializer

    @writes("name_correct", NameSerializer)
    def post(self, request: Request, reference: str) -> Response:
        """Put right a name that was recorded wrongly. The wrong one finds nobody any more."""
        offender = self.case(request, reference=reference)
        return self.made(request, actions.correct_name, offender=offender, **self.asked(request, NameSerializer))


class NameChangeView(EditView):
    """A name that the person has taken."""

    event = "api.name_change_sent"
    serializer_class = NewNameSerializer

    @writes("name_change", NewNameSerializer)
    def post(self, request: Request, reference: str) -> Response:
        """Record the name by which the person goes now. The one before stays as a former name; its reference is told."""
        offender = self.case(request, reference=reference)
        return self.made(request, actions.change_name, offender=offender, **self.asked(request, NewNameSerializer))


class BirthView(EditView):
    """The recorded date of birth."""

    event = "api.birth_sent"
    serializer_class = BirthSerializer

    @writes("birth_change", BirthSerializer)
    def post(self, request: Request, reference: str) -> Response:
        """Put the recorded date of birth right; category and notification periods are worked out again."""
        offender = self.case(request, reference=reference)
        asked = self.asked(request, BirthSerializer)
        first, last = BirthDate.within(asked["born_on"], asked["born_is"])
        known = {"first": first, "last": last, "precision": asked["born_is"], "source": asked["source"]}
        return self.made(request, actions.change_birth, offender=offender, **known)
