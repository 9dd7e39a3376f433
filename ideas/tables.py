"""Lists of ideas and suggestions as tables."""

from django.utils.translation import gettext_lazy as _

from portal.cases.tables import CaseTable


class IdeaTable(CaseTable):
    """Of one kind, so the kind is not said on each row."""

    caption = _("Ideas, the latest first unless you choose otherwise")

    class Meta(CaseTable.Meta):
        empty_text = _("No idea matches. Take away a filter, or look in your own cases.")
        exclude = ("kind",)


class SuggestionTable(CaseTable):
    caption = _("Suggestions, those that wait longest first unless you choose otherwise")

    class Meta(CaseTable.Meta):
        empty_text = _("No suggestion matches. Take away a filter.")
        exclude = ("kind",)
