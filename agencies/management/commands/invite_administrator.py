"""Invite the first administrator, or one more when none can sign in: at the machine itself, and recorded as the system's."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.urls import reverse

from agencies.colleagues import inviting, links, rules
from agencies.models import Agency, AgencyKind, Area, Role
from agencies.models.user import Vetting, system_user
from mappa import dates


class Command(BaseCommand):
    help = "Invites an administrator: mails a link, and shows it here, to be given to that person alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--email", required=True, help="the work address")
        parser.add_argument("--name", required=True, help="first and last name")
        parser.add_argument("--agency", required=True, help="the agency that runs the service; made when there is none")
        parser.add_argument("--area", help="the slug of an area, where the agency is made")
        parser.add_argument("--vetting", default=Vetting.SECURITY_CHECK, choices=Vetting.values)
        parser.add_argument("--vetted-months", type=int, default=12, help="for how many months the vetting lasts still")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        today = dates.today()
        try:
            row = inviting.invite(
                agency=self._agency(options["agency"], options["area"]),
                email=options["email"],
                name=options["name"],
                role=Role.objects.get(pk=rules.R.ADMINISTRATOR),
                rank=None,
                line_manager=None,
                from_on=today,
                until=None,
                vetting_level=options["vetting"],
                vetting_expires_on=dates.add_months(today, options["vetted_months"]),
                by=system_user(),
            )
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from refusal
        self.stdout.write(settings.BASE_URL + reverse("join", args=[links.token_of(row)]))

    def _agency(self, name: str, area: str | None) -> Agency:
        found = Agency.objects.filter(name=name).select_related("kind", "area").first()
        if found is not None:
            return found
        place = Area.objects.filter(slug=area or "").first()
        if place is None:
            raise CommandError("There is no such agency. Give --area, the slug of an area, to have it made there.")
        return Agency.objects.create(name=name, kind=AgencyKind.objects.get(code="service"), area=place)
