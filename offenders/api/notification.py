"""Notification requirements, what is due under them, and what was notified."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.access import Perm
from offenders.actions.notifications import notify
from offenders.api.asking import CasesAPIView, seen
from offenders.api.describing import lists, writes
from offenders.models import Notification, NotificationDue, NotificationRequirement


class RequirementSerializer(serializers.ModelSerializer[NotificationRequirement]):
    """Under which Act, since when and how long the person must notify; `last_day` as last worked out."""

    class Meta:
        model = NotificationRequirement
        fields = (
            "reference",
            "regime",
            "basis",
            "basis_words",
            "relevant_on",
            "lasts",
            "indefinite",
            "last_day",
            "ended_on",
            "end_reason",
        )
        read_only_fields = fields


class DueSerializer(serializers.ModelSerializer[NotificationDue]):
    """What the person must do by a day, and by which provision; for a review, the first day for asking."""

    requirement = serializers.CharField(source="requirement.reference")

    class Meta:
        model = NotificationDue
        fields = ("reference", "requirement", "regime", "what", "due_on", "authority", "explanation", "about")
        read_only_fields = fields


class NotificationSerializer(serializers.ModelSerializer[Notification]):
    """What the person notified, when, where and how, and whether that was on time."""

    requirement = serializers.CharField(source="requirement.reference")

    class Meta:
        model = Notification
        fields = (
            "reference",
            "requirement",
            "kind",
            "given_on",
            "place",
            "method",
            "received_by",
            "acknowledged",
            "what",
            "fingerprints",
            "photographs",
            "no_fixed_abode",
            "happened_on",
            "expected_on",
            "not_happened_by",
            "said_on",
            "due_on",
            "on_time",
            "authority",
        )
        read_only_fields = fields


class NewNotificationSerializer(serializers.Serializer[Any]):
    """What the person notified. Other premises and journeys are notified on their pages, from the row they are about."""

    requirement = serializers.CharField(max_length=12)
    kind = serializers.ChoiceField(
        choices=[row for row in Notification.Kind.choices if row[0] not in Notification.ABOUT_A_ROW]
    )
    given_on = serializers.DateField()
    place = serializers.CharField(max_length=120)
    method = serializers.ChoiceField(choices=Notification.Method.choices, default=Notification.Method.IN_PERSON)
    received_by = serializers.CharField(max_length=120)
    acknowledged = serializers.BooleanField(required=False, default=False)
    what = serializers.CharField(max_length=4000)
    fingerprints = serializers.BooleanField(required=False, default=False)
    photographs = serializers.BooleanField(required=False, default=False)
    no_fixed_abode = serializers.BooleanField(help_text="No sole or main residence: the next one is due in a week.")
    happened_on = serializers.DateField(required=False, allow_null=True, default=None)
    expected_on = serializers.DateField(required=False, allow_null=True, default=None)


class RequirementsView(CasesAPIView):
    """Notification requirements."""

    permission = Perm.VIEW_CASE
    scope = "notification:read"
    event = "api.requirements_read"
    serializer_class = RequirementSerializer

    @lists("requirements_list", RequirementSerializer)
    def get(self, request: Request, reference: str) -> Response:
        """The notification requirements of the person, those that ended too."""
        offender = self.case(request, reference=reference)
        return self.page(
            request, seen(request, NotificationRequirement).filter(offender=offender), RequirementSerializer
        )


class DuesView(CasesAPIView):
    """What the person must notify next."""

    permission = Perm.VIEW_CASE
    scope = "notification:read"
    event = "api.notification_dues_read"
    serializer_class = DueSerializer

    @lists("notification_dues_list", DueSerializer)
    def get(self, request: Request, reference: str) -> Response:
        """What is still to be done: neither done nor superseded."""
        offender = self.case(request, reference=reference)
        rows = seen(request, NotificationDue).filter(offender=offender)
        rows = rows.filter(done_by__isnull=True, superseded_on__isnull=True).select_related("requirement")
        return self.page(request, rows, DueSerializer)


class NotificationsView(CasesAPIView):
    """What the person notified; and a new notification."""

    permission = Perm.VIEW_CASE
    scope, write_scope = "notification:read", "notification:write"
    event = "api.notifications_read"
    serializer_class = NotificationSerializer

    @lists("notifications_list", NotificationSerializer)
    def get(self, request: Request, reference: str) -> Response:
        """The notifications of the person, without those struck out."""
        offender = self.case(request, reference=reference)
        rows = seen(request, Notification).filter(offender=offender, struck_on__isnull=True)
        return self.page(request, rows.select_related("requirement"), NotificationSerializer)

    @writes("notification_record", NewNotificationSerializer)
    def post(self, request: Request, reference: str) -> Response:
        """Record what the person notified; whether it was on time, and what is due next, is worked out."""
        offender = self.case(request, reference=reference)
        asked = self.asked(request, NewNotificationSerializer)
        asked["requirement"] = self.chosen(
            request, NotificationRequirement, offender, "requirement", asked["requirement"]
        )
        return self.made(request, notify, **asked)
