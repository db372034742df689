"""How the operations of the API of cases describe themselves in its schema: pages, references made, and headers."""

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers

from agencies.api.authentication import ON_BEHALF_OF
from agencies.api.sent_once import HEADER, LONGEST

F = TypeVar("F", bound=Callable[..., Any])


class MadeSerializer(serializers.Serializer[Any]):
    """The reference of what was made or changed."""

    reference = serializers.CharField(read_only=True)


PAGING = [
    OpenApiParameter("limit", OpenApiTypes.INT, description="How many rows: 1 to 100; 25 without it."),
    OpenApiParameter("after", OpenApiTypes.STR, description="The `next` of the answer before."),
]
FOR_A_PERSON = OpenApiParameter(
    ON_BEHALF_OF,
    OpenApiTypes.EMAIL,
    OpenApiParameter.HEADER,
    description="The person of the system's agency for whom it acts.",
)
ONCE = OpenApiParameter(
    HEADER,
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description=f"Up to {LONGEST} characters: done once for each key.",
)


def lists(name: str, shown: type[serializers.BaseSerializer[Any]], **told: Any) -> Callable[[F], F]:
    """The operation answers a page of rows by reference."""
    fields = {"results": shown(many=True), "next": serializers.CharField(allow_null=True), **told}
    page = inline_serializer("".join(word.title() for word in name.split("_")), fields)
    return extend_schema(operation_id=name, parameters=[*PAGING, FOR_A_PERSON], responses=page)


def reads(name: str, shown: Any) -> Callable[[F], F]:
    """The operation answers one thing."""
    return extend_schema(operation_id=name, parameters=[FOR_A_PERSON], responses=shown)


def writes(name: str, asked: Any, *, words: str | None = None) -> Callable[[F], F]:
    """The operation does a verb for a person, once for each key, and answers the reference.

    `asked` is None where nothing is sent; `words` describe it where its view does not.
    """
    return extend_schema(
        operation_id=name,
        description=words,
        parameters=[FOR_A_PERSON, ONCE],
        request=asked,
        responses={201: MadeSerializer, 200: MadeSerializer},
    )
