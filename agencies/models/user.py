"""People who sign in."""

from typing import Any, ClassVar

from django.contrib.auth import get_backends
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _

from mappa.plain import NameField


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, name: str, password: str | None = None, **more: Any) -> "User":
        """Add a person who may sign in. Nobody registers himself."""
        user = self.model(email=self.normalize_email(email).lower(), name=name, **more)
        user.set_password(password)
        user.save(using=self._db)
        return user


class Vetting(models.TextChoices):
    """Levels of vetting, as the College of Policing (APP Vetting 2021) and the Cabinet Office name them."""

    BPSS = "bpss", _("Baseline Personnel Security Standard")
    NPPV_2 = "nppv-2", _("Non-police personnel vetting, level 2")
    NPPV_3 = "nppv-3", _("Non-police personnel vetting, level 3")
    RECRUITMENT = "rv", _("Recruitment vetting")
    MANAGEMENT = "mv", _("Management vetting")
    COUNTER_TERRORIST = "ctc", _("Counter-terrorist check")
    SECURITY_CHECK = "sc", _("Security check")
    DEVELOPED = "dv", _("Developed vetting")


class User(AbstractBaseUser, PermissionsMixin):
    """A person, known by work e-mail. What he may see and do comes from memberships alone."""

    email = models.EmailField(_("work email"), unique=True)
    name = NameField(max_length=120)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False, help_text=_("May open the administration pages."))
    is_system = models.BooleanField(default=False, editable=False)
    vetting_level = models.CharField(max_length=10, choices=Vetting, blank=True)
    vetting_expires_on = models.DateField(null=True, blank=True)
    # What he agreed to when he joined, and the version he read (agencies/colleagues/terms.py).
    terms_version = models.CharField(max_length=10, blank=True, editable=False)
    terms_accepted_at = models.DateTimeField(null=True, blank=True, editable=False)
    # The last membership has ended, and with it everything that was given to him by name (agencies/colleagues/leaving.py).
    left_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Mail to him came back then, and none was accepted since.
    mail_returned_at = models.DateTimeField(null=True, blank=True, editable=False)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return str(self.name)

    def get_full_name(self) -> str:
        return str(self.name)

    # Django's own tables of permissions, and `is_superuser`, open nothing whatever they hold: what somebody may see and do
    # is asked of his memberships. What is left is the one question about a case (offenders/visibility.py).
    def has_perm(self, perm: str, obj: Any = None) -> bool:
        backends = get_backends() if self.is_active and obj is not None else []
        return any(backend.has_perm(self, perm, obj) for backend in backends)

    def has_module_perms(self, app_label: str) -> bool:
        return False


def system_user() -> User:
    """Who acts when nobody does: nightly tasks. Shows in the audit under its own name."""
    return User.objects.get_or_create(
        email="system@mappa.invalid", defaults={"name": "mappa", "is_system": True, "password": "!"}
    )[0]
