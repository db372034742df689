"""People who sign in."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, name: str, password: str | None = None, **more: Any) -> "User":
        """Add a person who may sign in. Nobody registers himself."""
        user = self.model(email=self.normalize_email(email).lower(), name=name, **more)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A person, known by work e-mail. What he may see and do comes from memberships alone."""

    email = models.EmailField(_("work email"), unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False, help_text=_("May open the administration pages."))
    is_system = models.BooleanField(default=False, editable=False)
    vetting_expires_on = models.DateField(null=True, blank=True)
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
        return self.name

    def get_full_name(self) -> str:
        return self.name


def system_user() -> User:
    """Who acts when nobody does: nightly tasks. Shows in the audit under its own name."""
    return User.objects.get_or_create(
        email="system@mappa.invalid", defaults={"name": "mappa", "is_system": True, "password": "!"}
    )[0]
