"""What an API view must say before it answers anyone."""

from typing import Any

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from agencies.access import Perm, allowed
from agencies.models import IntegrationToken, User
from agencies.second_factor import to_do


class Denied(BasePermission):
    """The default: a view that does not say what it needs is closed."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return False


class HasScope(BasePermission):
    """The token carries the view's `scope`, or to change anything its `write_scope`; a view without one is only read.

    The view's `permission` names its Perm for the walking tests.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        token = request.auth
        if not isinstance(token, IntegrationToken):
            return False
        needed = view.scope if request.method in SAFE_METHODS else view.write_scope
        return isinstance(view.permission, Perm) and needed in token.scopes


class AnyToken(BasePermission):
    """Any token in date, whatever its scopes: for what a system asks about itself."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return isinstance(request.auth, IntegrationToken)


class SignedIn(BasePermission):
    """A person who is signed in by all that it takes, or a system with any token in date, who holds the view's `permission`."""

    def has_permission(self, request: Request, view: Any) -> bool:
        is_in = isinstance(request.auth, IntegrationToken) or not to_do(request)
        return is_in and isinstance(request.user, User) and allowed(request.user, view.permission)
