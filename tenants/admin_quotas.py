"""The tenant's limits as fields of its form in the admin; for those who run the installation only."""

from typing import Any

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from tenants.quotas import RATE, SENDERS, WORDS, Quotas

FIELDS = tuple(f"quota_{key}" for key in WORDS)


def _field(key: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=lazy(WORDS[key].say, str)(), required=False, widget=UnfoldAdminIntegerFieldWidget, help_text=_("留空为不限"),
        min_value=1 if key in (SENDERS, RATE) else 0, max_value=100 if key == SENDERS else None,
    )  # fmt: skip


class _Filled(forms.ModelForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key in WORDS:
            self.initial.setdefault(f"quota_{key}", self.instance.quotas.get(key))


def with_quotas(form: type[forms.ModelForm]) -> Any:
    """The form with a field for each limit."""
    return type("QuotaForm", (_Filled, form), {f"quota_{key}": _field(key) for key in WORDS})


def quotas_sent(form: Any) -> Quotas:
    return Quotas.model_validate({key: form.cleaned_data[f"quota_{key}"] for key in WORDS})
