"""The words that stand in titles."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models


class TitleWord(models.Model):
    """A word of the title of some case that is handed in and not closed, in small letters; the database keeps the table (``title_words``).

    A misspelt word is sought among these few and not in every title. A word stays when its title goes: it leads to no case then, and
    who may see a case is asked as in every search. Shown to nobody.
    """

    word = models.CharField(max_length=200, primary_key=True)

    class Meta:
        default_permissions = ()
        indexes = (GinIndex(fields=["word"], opclasses=["gin_trgm_ops"], name="title_word_trigram"),)

    def __str__(self) -> str:
        return self.word
