"""A record of disclosure that a person is writing, some of it in another system: begun, gone on with, and recorded."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError as RefusedError
from django.db.models import QuerySet
from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.api.authentication import asker
from agencies.models import User
from disclosures import actions
from disclosures.api.disclosures import ConsideredSerializer, DisclosuresAPIView, OriginSerializer
from disclosures.models import Disclosure, DisclosureDecision, DisclosureDraft
from disclosures.writing import answers_of, form_of, typed_from, typed_of, typed_of_meeting
from offenders.api.describing import lists, writes
from offenders.forms.orders import LONGEST_TEXT
from offenders.models import Offender


class DisclosureDraftSerializer(serializers.ModelSerializer[DisclosureDraft]):
    """What is answered so far: `answers` by page as the pages keep them, `missing` the pages not answered yet."""

    answers = serializers.DictField(child=serializers.DictField(child=serializers.CharField()))
    missing = serializers.SerializerMethodField()
    corrects = serializers.CharField(source="corrects.reference", default=None, allow_null=True)

    class Meta:
        model = DisclosureDraft
        fields = ("reference", "answers", "missing", "corrects", "begun_at", "saved_at", "kept_until")
        read_only_fields = fields

    def get_missing(self, row: DisclosureDraft) -> list[str]:
        return answers_of(row)[1]


class DraftAnswersSerializer(ConsideredSerializer):
    """Any answers of a record: what is not sent, or null, stays as it was."""

    decision = serializers.ChoiceField(choices=DisclosureDecision.Decision.choices, required=False)
    reasons = serializers.CharField(max_length=LONGEST_TEXT, required=False, allow_blank=True)


class NewDraftSerializer(DraftAnswersSerializer, OriginSerializer):
    """The answers that there are, and perhaps what the record corrects or carries out."""


class DraftsAPIView(DisclosuresAPIView):
    """Drafts of a person's own, for a system that acts for him: they are shown to nobody else."""

    def drafts(self, request: Request, offender: Offender) -> QuerySet[DisclosureDraft]:
        """His own about a case that the system sees too."""
        return DisclosureDraft.objects.visible_to(asker(request)).filter(offender=offender)

    def draft(self, request: Request, reference: str, row: str) -> DisclosureDraft:
        """One of them. Raises Http404."""
        offender = self.case(request, reference=reference)
        found = self.drafts(request, offender).filter(reference=row).first()
        if found is None:
            raise Http404
        return found


class DraftsView(DraftsAPIView):
    """A person's drafts; and a new one."""

    event = "api.disclosure_drafts_read"
    serializer_class = DisclosureDraftSerializer

    @lists("disclosure_drafts_list", DisclosureDraftSerializer)
    def get(self, request: Request, reference: str) -> Response:
        """The drafts of the person for whom the system acts; nobody else reads them, and they are kept for some weeks."""
        rows = self.drafts(request, self.case(request, reference=reference))
        return self.page(request, rows.select_related("corrects"), DisclosureDraftSerializer)

    @writes("disclosure_draft_begin", NewDraftSerializer)
    def post(self, request: Request, reference: str) -> Response:
        """Begin a record with the answers that there are; the person goes on with it here or on the pages."""
        offender = self.case(request, reference=reference)
        said = self.asked(request, NewDraftSerializer)
        origin = self.origin(request, offender, said)
        reason = said.pop("correction_reason")
        return self.made(request, _begin, offender=offender, said=said, reason=reason, **origin)


def _begin(
    *,
    offender: Offender,
    said: Mapping[str, Any],
    corrects: Disclosure | None,
    follows: DisclosureDecision | None,
    reason: str,
    by: User,
) -> DisclosureDraft:
    """With what the corrected record or the meeting said, and over it what was sent."""
    if corrects is not None:
        draft = actions.begin_correction(disclosure=corrects, reason=reason, answers=typed_of(corrects), by=by)
    else:
        known = typed_of_meeting(follows) if follows else {}
        draft = actions.begin_draft(offender=offender, follows=follows, answers=known, by=by)
    return _keep(draft=draft, said=said, by=by)


def _keep(*, draft: DisclosureDraft, said: Mapping[str, Any], by: User) -> DisclosureDraft:
    return actions.add_answers(draft=draft, answers=typed_from(said), by=by)


class DraftView(DraftsAPIView):
    """More answers of a draft."""

    event = "api.disclosure_draft_sent"
    serializer_class = DraftAnswersSerializer

    @writes("disclosure_draft_keep", DraftAnswersSerializer)
    def post(self, request: Request, reference: str, row: str) -> Response:
        """Keep more answers; what is not sent stays as it was."""
        draft = self.draft(request, reference, row)
        return self.made(request, _keep, draft=draft, said=self.asked(request, DraftAnswersSerializer))


class DraftRecordingView(DraftsAPIView):
    """A draft taken up as a record."""

    event = "api.disclosure_draft_recording_sent"
    serializer_class = DisclosureDraftSerializer

    @writes("disclosure_draft_record", None)
    def post(self, request: Request, reference: str, row: str) -> Response:
        """Record what was answered, and answer the record's reference; 400 says by field what is missing."""
        return self.made(request, _record, draft=self.draft(request, reference, row))


def _record(*, draft: DisclosureDraft, by: User) -> Disclosure:
    answers, missing = answers_of(draft)
    if missing:
        forms = [form_of(draft, step, draft.answers.get(step, {})) for step in missing]
        raise RefusedError({name: list(said) for form in forms for name, said in form.errors.items()})
    return actions.record_draft(draft=draft, answers=answers, by=by)
