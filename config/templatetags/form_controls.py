"""Form fields in the look of the pages."""

from django import forms, template
from django.utils.safestring import SafeString

register = template.Library()

DJANGO_ROWS = "10"  # what a text area has when nobody chose


@register.filter
def styled(field: forms.BoundField) -> SafeString:
    """A form field's control in the look of the pages; form classes need not know about looks."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        look = "form-check-input"
    elif isinstance(widget, forms.Select) and not isinstance(widget, forms.RadioSelect):
        look = "form-select"
    else:
        look = "form-control"
    own = widget.attrs.get("class", "")
    attrs = {"class": own if look in own.split() else f"{look} {own}".strip()}
    if isinstance(widget, forms.Textarea) and widget.attrs.get("rows") == DJANGO_ROWS:
        attrs["rows"] = "4"
    return field.as_widget(attrs=attrs)


@register.filter
def styled_option(option: forms.boundfield.BoundWidget) -> SafeString:
    """One box or circle of several, in the look of the pages."""
    option.data["attrs"]["class"] = f"form-check-input {option.data['attrs'].get('class', '')}".strip()
    return option.tag()
