"""Cases as other systems read and send them; the rows of a case have theirs beside their views."""

from typing import Any

from drf_spectacular.utils import inline_serializer
from rest_framework import serializers

from agencies.models import Agency, Area
from offenders.actions.register import REGISTERED_IN
from offenders.models import Conviction, Disposal, Offence, Offender, Precision, Purpose
from offenders.victims import warning_words


class CaseSerializer(serializers.ModelSerializer[Offender]):
    """What identifies a case and says how it is managed."""

    area = serializers.CharField(source="area.slug", read_only=True)
    lead_agency = serializers.CharField(source="lead_agency.name", read_only=True)

    class Meta:
        model = Offender
        fields: tuple[str, ...] = (
            "reference",
            "surname",
            "forenames",
            "born_on",
            "born_is",
            "area",
            "lead_agency",
            "whereabouts",
            "category",
            "level",
            "rosh",
            "next_review_on",
            "ended_on",
        )
        # How exactly the date of birth is known: of a month or a year, `born_on` is the first day.
        extra_kwargs = {"born_is": {"read_only": True}}


class WarnedCaseSerializer(CaseSerializer):
    """A case with the warnings that stand at the top of its pages, as its pages word them."""

    warnings = serializers.SerializerMethodField()

    class Meta(CaseSerializer.Meta):
        fields = (*CaseSerializer.Meta.fields, "warnings")

    def get_warnings(self, case: Offender) -> list[str]:
        """What must be known before anything of the case is passed on, and whom to ask; nothing of a victim."""
        return warning_words(case, to=self.context["asker"])


class CaseFilterSerializer(serializers.Serializer[Any]):
    """Which cases are listed: all that are managed now, unless asked otherwise."""

    area = serializers.SlugRelatedField(slug_field="slug", queryset=Area.objects.all(), required=False)
    category = serializers.ChoiceField(choices=Offender.Category.choices, required=False)
    level = serializers.ChoiceField(choices=Offender.Level.choices, required=False)
    overdue = serializers.BooleanField(required=False, default=False)
    ended = serializers.BooleanField(required=False, default=False)


class SearchSerializer(serializers.Serializer[Any]):
    """Names, a date of birth or a number, as in the search of the pages."""

    words = serializers.CharField(max_length=120)


FoundSerializer = inline_serializer(
    "Found",
    {"results": CaseSerializer(many=True), "held_elsewhere": serializers.CharField(allow_null=True)},
)


class RegistrationSerializer(serializers.Serializer[Any]):
    """A person to register, with the conviction from which the category follows."""

    surname = serializers.CharField(max_length=80)
    forenames = serializers.CharField(max_length=120)
    born_on = serializers.DateField()
    born_is = serializers.ChoiceField(
        choices=Precision.choices,
        default=Precision.DAY,
        help_text="How exactly it is known: of a month or a year, any day of it may be sent.",
    )
    crn = serializers.CharField(max_length=40, required=False, default="", allow_blank=True)
    pnc = serializers.CharField(max_length=40, required=False, default="", allow_blank=True)
    area = serializers.SlugRelatedField(slug_field="slug", queryset=Area.objects.all())
    lead_agency = serializers.SlugRelatedField(slug_field="name", queryset=Agency.objects.filter(is_active=True))
    offence = serializers.SlugRelatedField(slug_field="code", queryset=Offence.objects.in_use())
    outcome = serializers.ChoiceField(choices=Conviction.Outcome.choices, default=Conviction.Outcome.CONVICTED)
    dealt_with_on = serializers.DateField()
    court = serializers.CharField(max_length=80, required=False, default="", allow_blank=True)
    inchoate = serializers.ChoiceField(
        choices=Conviction.Inchoate.choices, required=False, default="", allow_blank=True
    )
    jurisdiction = serializers.ChoiceField(
        choices=Conviction.Jurisdiction.choices, default=Conviction.Jurisdiction.HERE
    )
    schedule_3_met = serializers.BooleanField(
        required=False,
        default=None,
        allow_null=True,
        help_text="Where Schedule 3 or SOA 2003 s.81 has a condition: is it met? Empty is not said.",
    )
    disposal = serializers.ChoiceField(choices=Disposal.Kind.choices)
    term_years = serializers.IntegerField(min_value=0, max_value=999, default=0)
    term_months = serializers.IntegerField(min_value=0, max_value=999, default=0)
    term_days = serializers.IntegerField(min_value=0, max_value=999, default=0)
    licence_ends_on = serializers.DateField(required=False, default=None, allow_null=True)
    whereabouts = serializers.ChoiceField(
        choices=[(kind.value, kind.label) for kind in REGISTERED_IN],
        required=False,
        default="",
        allow_blank=True,
        help_text="Where the person is, if known: held since `since` in `place`, or in the community since a release.",
    )
    place = serializers.CharField(max_length=120, required=False, default="", allow_blank=True)
    since = serializers.DateField(required=False, default=None, allow_null=True)
    next_review_on = serializers.DateField(required=False, default=None, allow_null=True)
    another_reason = serializers.CharField(
        max_length=300,
        required=False,
        default="",
        allow_blank=True,
        help_text="Why this is another person than somebody registered under a like name and date of birth.",
    )
    to_be_determined = serializers.CharField(
        max_length=1000,
        required=False,
        default="",
        allow_blank=True,
        help_text="Without a limb that makes the person eligible: why co-ordination should decide the category.",
    )


class PurposeSerializer(serializers.ModelSerializer[Purpose]):
    """Why a person needs the case today."""

    class Meta:
        model = Purpose
        fields = ("purpose", "words")


# Its names are those of the contract (hmpps-integration.md e3).
MappaDetailSerializer = inline_serializer(
    "MappaDetail",
    {
        "data": inline_serializer(
            "MappaDetailData",
            {
                "level": serializers.IntegerField(allow_null=True),
                "levelDescription": serializers.CharField(allow_null=True),
                "category": serializers.IntegerField(allow_null=True),
                "categoryDescription": serializers.CharField(allow_null=True),
                "startDate": serializers.DateField(allow_null=True),
                "reviewDate": serializers.DateField(allow_null=True),
                "notes": serializers.CharField(allow_null=True),
            },
        )
    },
)
