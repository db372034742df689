"""Cases as other systems read them."""

from typing import ClassVar

from rest_framework import serializers

from offenders.models import Offender


class CaseSerializer(serializers.ModelSerializer[Offender]):
    """What identifies a case and says how it is managed."""

    area = serializers.CharField(source="area.slug", read_only=True)
    lead_agency = serializers.CharField(source="lead_agency.name", read_only=True)

    class Meta:
        model = Offender
        fields: ClassVar[list[str]] = [
            "reference",
            "surname",
            "forenames",
            "born_on",
            "area",
            "lead_agency",
            "category",
            "level",
            "rosh",
            "next_review_on",
        ]
