"""The form that writes a draft."""

from typing import Any

from portal.cases.forms.versioned import VersionedForm


class DraftForm(VersionedForm):
    """Base of each kind's draft form. A kind names its model and fields::

        class IdeaDraftForm(DraftForm):
            class Meta(DraftForm.Meta):
                model = Idea
                fields = ("title", "need", "solution")

    What the model ``asks`` is marked as needed to send; nothing is required to save.
    """

    def __init__(self, *args: Any, instance: Any, **kwargs: Any) -> None:
        self.asks = type(instance).asks
        super().__init__(*args, instance=instance, **kwargs)
