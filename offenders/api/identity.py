"""Who the person is: numbers, other names, addresses, contacts, vehicles and work."""

from collections.abc import Callable
from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.access import Perm
from offenders import actions
from offenders.api.asking import CasesAPIView, seen
from offenders.api.describing import lists, writes
from offenders.api.searching import count_as_search
from offenders.models import Address, Alias, Contact, Fact, Identifier, Occupation, Vehicle

DATED = ("from_on", "until")


class IdentifierSerializer(serializers.ModelSerializer[Identifier]):
    """A number in its canonical form; a superseded one says since when and by which."""

    superseded_by = serializers.CharField(source="superseded_by.reference", default=None, allow_null=True)

    class Meta:
        model = Identifier
        fields = ("reference", "kind", "value", "superseded_on", "superseded_by")
        read_only_fields = fields


class NewIdentifierSerializer(serializers.Serializer[Any]):
    """A number as it is typed; with `supersedes`, the reference of the one in whose place it stands."""

    kind = serializers.ChoiceField(choices=Identifier.Kind.choices)
    typed = serializers.CharField(max_length=40)
    supersedes = serializers.CharField(max_length=12, required=False, allow_null=True, default=None)


class FactSerializer(serializers.ModelSerializer[Any]):
    """Dates of a fact may be unknown; whether the same is recorded already is told by the verb, under the lock."""

    def get_validators(self) -> list[Any]:
        return []

    def get_fields(self) -> Any:
        fields = super().get_fields()
        for name in DATED:
            if name in fields:
                fields[name] = serializers.DateField(required=False, allow_null=True, default=None)
        return fields


class AliasSerializer(FactSerializer):
    """Another name that the person goes or went by."""

    class Meta:
        model = Alias
        fields = ("reference", "surname", "forenames", "kind", *DATED)
        read_only_fields = ("reference",)
        extra_kwargs = {
            "surname": {"default": ""},
            "forenames": {"default": ""},
            "kind": {"default": Alias.Kind.ALSO_KNOWN_AS},
        }


class AddressSerializer(FactSerializer):
    """A place where the person lives or stays; with `ends_present` the main address of today ends when it begins."""

    ends_present = serializers.BooleanField(write_only=True, required=False, default=False)

    class Meta:
        model = Address
        fields = ("reference", "kind", "address", "postcode", *DATED, "notes", "ends_present")
        read_only_fields = ("reference",)
        extra_kwargs = {"postcode": {"default": ""}, "notes": {"default": ""}}


class ContactSerializer(FactSerializer):
    """A telephone number, an e-mail address or an online identity, as typed."""

    class Meta:
        model = Contact
        fields = ("reference", "kind", "typed", "service", *DATED, "notes")
        read_only_fields = ("reference",)
        extra_kwargs = {"service": {"default": ""}, "notes": {"default": ""}}


class VehicleSerializer(FactSerializer):
    """A vehicle that the person keeps or uses."""

    class Meta:
        model = Vehicle
        fields = ("reference", "mark", "make", "colour", *DATED, "notes")
        read_only_fields = ("reference",)
        extra_kwargs = {name: {"default": ""} for name in ("mark", "make", "colour", "notes")}


class OccupationSerializer(FactSerializer):
    """Work, education or volunteering, and whether it brings the person near children or vulnerable adults."""

    class Meta:
        model = Occupation
        fields = ("reference", "kind", "organisation", "role", "place", "vulnerable_contact", *DATED, "notes")
        read_only_fields = ("reference",)
        extra_kwargs = {name: {"default": ""} for name in ("role", "place", "notes")}


class IdentifiersView(CasesAPIView):
    """The person's numbers, without those recorded by mistake; and a new one."""

    permission = Perm.VIEW_CASE
    scope, write_scope = "identifiers:read", "cases:write"
    event = "api.identifiers_read"
    serializer_class = IdentifierSerializer

    @lists("identifiers_list", IdentifierSerializer)
    def get(self, request: Request, reference: str) -> Response:
        """The person's numbers in their canonical form; superseded ones are marked, withdrawn ones left out."""
        offender = self.case(request, reference=reference)
        rows = seen(request, Identifier).filter(offender=offender, withdrawn_at__isnull=True)
        return self.page(request, rows.select_related("superseded_by"), IdentifierSerializer)

    @writes("identifier_add", NewIdentifierSerializer)
    def post(self, request: Request, reference: str) -> Response:
        """Record a number, perhaps in the place of an older one."""
        count_as_search(request)
        offender = self.case(request, reference=reference)
        asked = self.asked(request, NewIdentifierSerializer)
        old = asked["supersedes"]
        asked["supersedes"] = self.chosen(request, Identifier, offender, "supersedes", old) if old else None
        return self.made(request, actions.add_identifier, offender=offender, **asked)


class FactsView(CasesAPIView):
    """Facts of one kind: those that were not withdrawn or corrected, whether they hold today or held once."""

    scope, write_scope = "identity:read", "cases:write"
    model: ClassVar[type[Fact]]

    def listed(self, request: Request, reference: str) -> Response:
        """A page of them."""
        offender = self.case(request, reference=reference)
        rows = seen(request, self.model).filter(withdrawn_at__isnull=True, offender=offender)  # type: ignore[misc]
        return self.page(request, rows, self.serializer_class)  # type: ignore[arg-type]

    def added(self, request: Request, reference: str, verb: Callable[..., Any], **fixed: Any) -> Response:
        """Record one more."""
        offender = self.case(request, reference=reference)
        asked = self.asked(request, self.serializer_class)  # type: ignore[arg-type]
        return self.made(request, verb, offender=offender, **fixed, **asked)


class AliasesView(FactsView):
    """Other names of the person."""

    permission = Perm.VIEW_CASE
    event = "api.aliases_read"
    model, serializer_class = Alias, AliasSerializer

    @lists("aliases_list", AliasSerializer)
    def get(self, request: Request, reference: str) -> Response:
        """The names that the person goes or went by."""
        return self.listed(request, reference)

    @writes("alias_add", AliasSerializer)
    def post(self, request: Request, reference: str) -> Response:
        """Record another name; searches then find the case by it too."""
        return self.added(request, reference, actions.add_alias)


class AddressesView(FactsView):
    """Where the person lives and lived."""

    permission = Perm.VIEW_CASE
    event = "api.addresses_read"
    model, serializer_class = Address, AddressSerializer

    @lists("addresses_list", AddressSerializer)
    def get(self, request: Request, reference: str) -> Response:
        """Where the person lives, stays and lived."""
        return self.listed(request, reference)

    @writes("address_add", AddressSerializer)
    def post(self, request: Request, reference: str) -> Response:
        """Record an address; there is one main address at a time."""
        return self.added(request, reference, actions.add_address)


class ContactsView(FactsView):
    """How the person is reached, and online names."""

    permission = Perm.VIEW_CASE
    event = "api.contacts_read"
    model, serializer_class = Contact, ContactSerializer

    @lists("contacts_list", ContactSerializer)
    def get(self, request: Request, reference: str) -> Response:
        """Telephone numbers, e-mail addresses and online identities."""
        return self.listed(request, reference)

    @writes("contact_add", ContactSerializer)
    def post(self, request: Request, reference: str) -> Response:
        """Record a telephone number, an e-mail address or an online identity."""
        return self.added(request, reference, actions.add_fact, of=Contact)


class VehiclesView(FactsView):
    """What the person drives."""

    permission = Perm.VIEW_CASE
    event = "api.vehicles_read"
    model, serializer_class = Vehicle, VehicleSerializer

    @lists("vehicles_list", VehicleSerializer)
    def get(self, request: Request, reference: str) -> Response:
        """Vehicles that the person keeps, uses or used."""
        return self.listed(request, reference)

    @writes("vehicle_add", VehicleSerializer)
    def post(self, request: Request, reference: str) -> Response:
        """Record a vehicle."""
        return self.added(request, reference, actions.add_fact, of=Vehicle)


class OccupationsView(FactsView):
    """Work, study and volunteering."""

    permission = Perm.VIEW_CASE
    event = "api.occupations_read"
    model, serializer_class = Occupation, OccupationSerializer

    @lists("occupations_list", OccupationSerializer)
    def get(self, request: Request, reference: str) -> Response:
        """Work, education and volunteering."""
        return self.listed(request, reference)

    @writes("occupation_add", OccupationSerializer)
    def post(self, request: Request, reference: str) -> Response:
        """Record work, education or volunteering."""
        return self.added(request, reference, actions.add_fact, of=Occupation)
