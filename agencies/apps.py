from django.apps import AppConfig
from django.contrib.admin import apps as administration


class AgenciesConfig(AppConfig):
    name = "agencies"
    default = True

    def ready(self) -> None:
        # Not before the models are there. Signing in is heard of also by what opens no page first, such as a test.
        from agencies import for_audit, sign_in  # noqa: F401
        from agencies.account import links as password_links
        from agencies.colleagues import links
        from agencies.outbox import WRITERS
        from audit import acting

        acting.ask(agency_of=for_audit.agency_of, system=for_audit.system)
        WRITERS[links.WRITER] = links.write
        WRITERS[password_links.WRITER] = password_links.write


class AdministrationConfig(administration.AdminConfig):
    """Django's admin, with our own site in place of its own."""

    default = False
    default_site = "agencies.administration.AdministrationSite"
