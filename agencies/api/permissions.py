"""What an API view must say before it answers anyone."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from agencies.access import Perm
from agencies.models import IntegrationToken


class Denied(BasePermission):
    """The default: a view that does not say what it needs is closed."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return False


class HasScope(BasePermission):
    """The token carries the view's `scope`. The view's `permission` names its Perm for the walking tests."""

    def has_permission(self, request: Request, view: Any) -> bool:
        token = request.auth
        if not isinstance(token, IntegrationToken):
            return False
        return isinstance(view.permission, Perm) and view.scope in token.scopes
