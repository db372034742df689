"""Disclosure to third parties: the records, a new one, and its authorisation, telling and review."""

from dataclasses import fields
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from disclosures import actions
from disclosures.actions import Considered
from disclosures.models import Disclosure, DisclosureDecision, DisclosureReview, Recipient
from offenders.api.asking import CasesAPIView, seen
from offenders.api.describing import lists, reads, writes
from offenders.forms.orders import LONGEST_TEXT
from offenders.models import Offender

CONSIDERED = tuple(field.name for field in fields(Considered))


class DisclosureReviewSerializer(serializers.ModelSerializer[DisclosureReview]):
    """A decision looked at again; without `next_on` it is closed."""

    by = serializers.CharField(source="by.name")

    class Meta:
        model = DisclosureReview
        fields = ("was_due_on", "reviewed_on", "found", "next_on", "at", "by")
        read_only_fields = fields


class DisclosureSerializer(serializers.ModelSerializer[Disclosure]):
    """A whole record: what was considered and decided, who authorised it at which rank, and what became of it."""

    decision = serializers.ChoiceField(source="entry.decision", choices=DisclosureDecision.Decision.choices)
    reasons = serializers.CharField(source="entry.reasons")
    considered_at = serializers.DateTimeField(source="entry.considered_at")
    author = serializers.CharField(source="author.name")
    follows_meeting = serializers.CharField(source="follows.meeting_reference", default=None, allow_null=True)
    corrects = serializers.CharField(source="corrects.reference", default=None, allow_null=True)
    corrected_by = serializers.CharField(source="correction.reference", default=None, allow_null=True)
    authorised_by = serializers.CharField(source="authorised_by.name", default=None, allow_null=True)
    delivery_recorded_by = serializers.CharField(source="delivery_recorded_by.name", default=None, allow_null=True)
    reviews = DisclosureReviewSerializer(many=True)

    class Meta:
        model = Disclosure
        fields = (
            "reference",
            "decision",
            "reasons",
            "considered_at",
            "author",
            "follows_meeting",
            "corrects",
            "correction_reason",
            "corrected_by",
            *CONSIDERED,
            "presumption",
            "authorise_by",
            "outcome",
            "authorised_on",
            "authorised_at",
            "authorised_by",
            "authorised_rank",
            "authorised_reasons",
            "conditions",
            "needs_undertaking",
            "no_undertaking_because",
            "delivered_on",
            "delivered_how",
            "delivered_by",
            "undertaking_on",
            "person_told",
            "person_told_words",
            "delivery_recorded_at",
            "delivery_recorded_by",
            "reviews",
        )
        read_only_fields = fields


def _words(longest: int = LONGEST_TEXT) -> serializers.CharField:
    return serializers.CharField(max_length=longest, required=False, allow_blank=True)


def _yes_no() -> serializers.BooleanField:
    return serializers.BooleanField(required=False, allow_null=True)


class ConsideredSerializer(serializers.Serializer[Any]):
    """Each test that the Guidance asks for, in words. What a record must have and has not is refused by its name."""

    risk = _words()
    at_risk = _words()
    recipient = serializers.ChoiceField(choices=Recipient.choices, required=False)
    recipient_name = _words(120)
    recipient_role = _words(80)
    recipient_organisation = _words(120)
    recipient_address = _words()
    information = _words()
    necessity = _words()
    proportionality = _words()
    harm = _words()
    self_disclosure = _words()
    joint = _words()
    other_ways = _words()
    representations_sought = _yes_no()
    representations = _words()
    not_sought_because = _words()
    victim = _words()
    child_sex_offender = _yes_no()
    serious_harm_to_children = _yes_no()
    necessary_for_children = _yes_no()
    asked_for = _yes_no()
    against_presumption = _words()
    tell_by = serializers.DateField(required=False, allow_null=True)
    review_on = serializers.DateField(required=False, allow_null=True)


class OriginSerializer(serializers.Serializer[Any]):
    """Where a record comes from: what it corrects and why, or the meeting whose decision it carries out."""

    corrects = serializers.CharField(max_length=12, required=False, allow_blank=True, default="")
    correction_reason = serializers.CharField(max_length=LONGEST_TEXT, required=False, allow_blank=True, default="")
    follows_meeting = serializers.CharField(max_length=12, required=False, allow_blank=True, default="")


class NewDisclosureSerializer(ConsideredSerializer, OriginSerializer):
    """What was considered, and the decision either way with its reasons."""

    decision = serializers.ChoiceField(choices=DisclosureDecision.Decision.choices)
    reasons = serializers.CharField(max_length=LONGEST_TEXT)


class AuthorisationSerializer(serializers.Serializer[Any]):
    """The answer of somebody of rank who did not write the record; to disclose, also whether an undertaking is signed."""

    outcome = serializers.ChoiceField(choices=Disclosure.Outcome.choices)
    authorised_on = serializers.DateField()
    authorised_reasons = serializers.CharField(max_length=LONGEST_TEXT)
    conditions = serializers.CharField(max_length=LONGEST_TEXT, required=False, allow_blank=True, default="")
    needs_undertaking = serializers.BooleanField(required=False, allow_null=True, default=None)
    no_undertaking_because = serializers.CharField(
        max_length=LONGEST_TEXT, required=False, allow_blank=True, default=""
    )


class DeliverySerializer(serializers.Serializer[Any]):
    """When, how and by whom they were told, and whether the person knows."""

    delivered_on = serializers.DateField()
    delivered_how = serializers.ChoiceField(choices=Disclosure.Method.choices)
    delivered_by = serializers.CharField(max_length=200)
    undertaking_on = serializers.DateField(required=False, allow_null=True, default=None)
    person_told = serializers.BooleanField()
    person_told_words = serializers.CharField(max_length=LONGEST_TEXT)


class NewReviewSerializer(serializers.Serializer[Any]):
    """What was found; without `next_on` the decision is closed."""

    reviewed_on = serializers.DateField()
    found = serializers.CharField(max_length=LONGEST_TEXT)
    next_on = serializers.DateField(required=False, allow_null=True, default=None)


class DisclosuresAPIView(CasesAPIView):
    """Something of disclosure."""

    scope, write_scope = "disclosures:read", "disclosures:write"

    def records(self, request: Request, offender: Offender) -> QuerySet[Disclosure]:
        """The records of a case with all that is read along."""
        about = ("entry", "follows", "corrects", "correction")
        people = ("author", "authorised_by", "delivery_recorded_by")
        reviews = Prefetch("reviews", seen(request, DisclosureReview).select_related("by"))
        rows = seen(request, Disclosure).filter(offender=offender)
        return rows.select_related(*about, *people).prefetch_related(reviews)

    def origin(self, request: Request, offender: Offender, said: dict[str, Any]) -> dict[str, Any]:
        """What a record corrects or carries out, taken out of what was sent. Raises ValidationError by field."""
        corrected, meeting = said.pop("corrects"), said.pop("follows_meeting")
        found: dict[str, Any] = {"corrects": None, "follows": None}
        if corrected:
            found["corrects"] = self.records(request, offender).filter(reference=corrected).first()
            if found["corrects"] is None:
                raise ValidationError({"corrects": [_("Give the reference of a record of this case.")]})
        if meeting:
            found["follows"] = self._decided(request, offender, meeting)
        return found

    def _decided(self, request: Request, offender: Offender, meeting: str) -> DisclosureDecision:
        rows = seen(request, DisclosureDecision).filter(offender=offender, meeting_reference=meeting)
        rows = rows.filter(decision=DisclosureDecision.Decision.YES, carried_out__isnull=True)
        decided = list(rows[:2])
        if len(decided) == 1:
            return decided[0]
        words = _("No decision of this meeting waits to be carried out.")
        if decided:
            words = _("This meeting decided about several people: record each on its page.")
        raise ValidationError({"follows_meeting": [words]})


class DisclosuresView(DisclosuresAPIView):
    """Records of disclosure; and a new one."""

    event = "api.disclosures_read"
    serializer_class = DisclosureSerializer

    @lists("disclosures_list", DisclosureSerializer)
    def get(self, request: Request, reference: str) -> Response:
        """Every record, also of a decision not to disclose; one with `corrected_by` is put right by that one."""
        rows = self.records(request, self.case(request, reference=reference))
        return self.page(request, rows, DisclosureSerializer)

    @writes("disclosure_record", NewDisclosureSerializer)
    def post(self, request: Request, reference: str) -> Response:
        """Record that disclosure was considered, with every test, and the decision either way.

        To disclose waits until somebody else of rank authorises it. A record is never changed: with `corrects` it is put
        right by this one.
        """
        offender = self.case(request, reference=reference)
        said = self.asked(request, NewDisclosureSerializer)
        origin = self.origin(request, offender, said)
        known = {name: said.pop(name) for name in ("decision", "reasons", "correction_reason")}
        considered = Considered(**said)
        return self.made(
            request, actions.record_disclosure, offender=offender, considered=considered, **known, **origin
        )


class DisclosureView(DisclosuresAPIView):
    """One record of disclosure."""

    event = "api.disclosure_read"
    serializer_class = DisclosureSerializer

    @reads("disclosure_read", DisclosureSerializer)
    def get(self, request: Request, reference: str, row: str) -> Response:
        """One record, from consideration to the last review."""
        found = self.records(request, self.case(request, reference=reference)).filter(reference=row).first()
        if found is None:
            raise Http404
        return Response(DisclosureSerializer(found).data)


class AuthorisationView(DisclosuresAPIView):
    """An authorisation."""

    event = "api.disclosure_authorisation_sent"
    serializer_class = AuthorisationSerializer

    @writes("disclosure_authorise", AuthorisationSerializer)
    def post(self, request: Request, reference: str, row: str) -> Response:
        """Authorise the decision, or refuse to; the rank is kept. 403 for its author, and below the rank."""
        disclosure = self.row(request, Disclosure, self.case(request, reference=reference), row)
        asked = self.asked(request, AuthorisationSerializer)
        return self.made(request, actions.authorise_disclosure, disclosure=disclosure, **asked)


class DeliveryView(DisclosuresAPIView):
    """That they were told."""

    event = "api.disclosure_delivery_sent"
    serializer_class = DeliverySerializer

    @writes("disclosure_deliver", DeliverySerializer)
    def post(self, request: Request, reference: str, row: str) -> Response:
        """Record that they were told what was authorised."""
        disclosure = self.row(request, Disclosure, self.case(request, reference=reference), row)
        asked = self.asked(request, DeliverySerializer)
        return self.made(request, actions.deliver_disclosure, disclosure=disclosure, **asked)


class ReviewView(DisclosuresAPIView):
    """A review of a decision."""

    event = "api.disclosure_review_sent"
    serializer_class = NewReviewSerializer

    @writes("disclosure_review", NewReviewSerializer)
    def post(self, request: Request, reference: str, row: str) -> Response:
        """Look at a decision again: what was found, and when next."""
        disclosure = self.row(request, Disclosure, self.case(request, reference=reference), row)
        return self.made(request, _review, disclosure=disclosure, **self.asked(request, NewReviewSerializer))


def _review(*, disclosure: Disclosure, **asked: Any) -> Disclosure:
    """A review has no reference: the record that was looked at has."""
    actions.review_disclosure(disclosure=disclosure, **asked)
    return disclosure
