"""How Django's forms become GOV.UK markup."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting


class GovukBoundField(BoundField):
    """A field on a page: it marks its control when there is an error, and knows where that control is."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        attrs = super().build_widget_attrs(attrs, widget)
        css = (widget or self.field.widget).attrs.get("class", "")
        # Only our own widgets: the admin uses this renderer too, with other classes.
        if self.errors and css.startswith("govuk-"):
            attrs["class"] = f"{css} {css.split()[0]}--error"
        return attrs

    @property
    def error_target(self) -> str:
        """The id on which a link from the error summary lands."""
        find = getattr(self.field.widget, "error_target", None)
        return find(self.auto_id, self.value()) if find else self.auto_id

    @property
    def is_heading(self) -> bool:
        """Is this field's label the page's h1?"""
        return getattr(self.form, "heading", "") == self.name

    @property
    def is_tick_box(self) -> bool:
        """A single box carries its label beside it, not above."""
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def says_optional(self) -> bool:
        """Should the label say that this may be left empty?"""
        return not self.field.required and getattr(self.form, "says_optional", True) and not self.is_tick_box


class GovukRenderer(TemplatesSetting):
    """Whole forms and single fields through templates/govuk."""

    form_template_name = "govuk/form.html"
    field_template_name = "govuk/field.html"
    bound_field_class = GovukBoundField
