"""A system reads what its token may do, and changes it for a new one."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import CharField, DateField, ListField, ModelSerializer

from agencies.access import Perm
from agencies.api.authentication import token_of
from agencies.api.permissions import AnyToken
from agencies.api.recording import RecordedAPIView
from agencies.models import IntegrationToken
from agencies.models.token import LONGEST_DAYS, OVERLAP_DAYS, digest, new_token
from audit.models import Act
from audit.record import record
from mappa import dates


class TokenSerializer(ModelSerializer[IntegrationToken]):
    """What a token may do, and until when; the secret stands only in the answer that makes it."""

    scopes = ListField(child=CharField(), read_only=True)

    class Meta:
        model = IntegrationToken
        fields = ("name", "scopes", "expires_on")


class NewTokenSerializer(TokenSerializer):
    """A new token: the secret is told once. The old one ends soon."""

    token = CharField(read_only=True)
    old_expires_on = DateField(read_only=True)

    class Meta:
        model = IntegrationToken
        fields = ("name", "scopes", "expires_on", "token", "old_expires_on")


class TokenView(RecordedAPIView):
    """What the token in hand may do."""

    event = "api.token_read"
    permission = Perm.SIGNED_IN
    permission_classes = (AnyToken,)
    serializer_class = TokenSerializer
    queryset = IntegrationToken.objects.none()

    @extend_schema(operation_id="token_read")
    def get(self, request: Request) -> Response:
        return Response(TokenSerializer(token_of(request)).data)


class RotationView(RecordedAPIView):
    """Change the token in hand for a new one of the same scopes; both open the door for a few days."""

    event, act = "api.token_rotated", Act.CHANGE
    permission = Perm.SIGNED_IN
    permission_classes = (AnyToken,)
    serializer_class = NewTokenSerializer
    queryset = IntegrationToken.objects.none()

    @extend_schema(operation_id="token_rotate", request=None)
    def post(self, request: Request) -> Response:
        old, secret = rotate(token_of(request))
        made = {**TokenSerializer(old.successor).data, "token": secret, "old_expires_on": old.expires_on}
        return Response(made, status=201)


@transaction.atomic
def rotate(token: IntegrationToken) -> tuple[IntegrationToken, str]:
    """The old token, whose end is set, with its successor; and the successor's secret, which is kept nowhere.

    Raises ValidationError when it has been changed already.
    """
    old = IntegrationToken.objects.select_for_update().get(pk=token.pk)
    if old.successor_id:
        raise ValidationError({"body": [_("This token has been changed for a new one already.")]})
    today, secret = dates.today(), new_token()
    old.successor = IntegrationToken.objects.create(
        name=old.name,
        user_id=old.user_id,
        scopes=old.scopes,
        digest=digest(secret),
        expires_on=today + timedelta(days=LONGEST_DAYS),
    )
    old.expires_on = min(old.expires_on, today + timedelta(days=OVERLAP_DAYS))
    old.save(update_fields=["successor", "expires_on"])
    record("token.rotated", by=old.user, about=old)
    return old, secret
