from django.apps import AppConfig
from django.contrib.admin import apps as administration


class AgenciesConfig(AppConfig):
    name = "agencies"
    default = True


class AdministrationConfig(administration.AdminConfig):
    """Django's admin, with our own site in place of its own."""

    default = False
    default_site = "agencies.administration.AdministrationSite"
