"""What is typed on a page of questions, as it is kept and read back."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from mappa.templatetags.mappa import long_date


def typed_in(form: type[forms.Form], sent: QueryDict) -> dict[str, Any]:
    """Of what was sent, the boxes of a form: a date has three, and of some several are ticked.

    A NUL, which PostgreSQL cannot keep, is no text.
    """
    fields = form.base_fields
    boxes = [name for name in sent if name in fields or name.rpartition("_")[0] in fields]
    return {name: _boxes(fields.get(name), sent, name) for name in boxes}


def _boxes(field: forms.Field | None, sent: QueryDict, name: str) -> Any:
    if isinstance(field, forms.MultipleChoiceField):
        return [_clean(value) for value in sent.getlist(name)]
    return _clean(str(sent[name]))


def _clean(text: str) -> str:
    return text.replace("\x00", "")


def in_words(form: forms.Form) -> list[tuple[str, str]]:
    """Each question of a page with its answer, as somebody reads them before they are sent or recorded."""
    said: Mapping[str, Any] = form.cleaned_data if form.is_valid() else {}
    return [(str(field.label), _said(field, said.get(name))) for name, field in form.fields.items()]


def _said(field: Any, answer: Any) -> str:
    if isinstance(answer, bool):
        return _("Yes") if answer else _("No")
    if isinstance(answer, date):
        return long_date(answer)
    labels = dict(getattr(field, "choices", ()))
    if isinstance(answer, list):
        return "\n".join(str(labels.get(str(one), one)) for one in answer)
    return str(labels.get(answer, labels.get(str(answer), answer or "")))
