"""What a person chooses about notices."""

from typing import ClassVar

from django import forms

from portal.accounts.models import User


class DeliveryForm(forms.ModelForm[User]):
    """When e-mail is sent; ``set_delivery`` keeps the choice."""

    class Meta:
        model = User
        fields = ("delivery",)
        widgets: ClassVar[dict[str, type[forms.Widget]]] = {"delivery": forms.RadioSelect}


class ReadForm(forms.Form):
    """What is marked as read: one notice, those of one case, or, with neither, all."""

    notice = forms.IntegerField(min_value=1, required=False)
    case = forms.IntegerField(min_value=1, required=False)
