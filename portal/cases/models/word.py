"""The words that stand in cases."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models


class CaseWord(models.Model):
    """A word of some case that is handed in, in small letters; the database keeps the table (``case_words``).

    Of what all employees may read, the words of title, summary and text, without those that have a figure in them; of what only those who
    handle it may read, or that has a secrecy mark, the words of the title; of what is closed, none. A misspelt word is sought among these
    and not in every case. A word stays when its text goes: it leads to no case then, and who may see a case is asked as in every search.
    Shown to nobody. What is new goes into the index at once, or a search would read a list of it besides.
    """

    word = models.CharField(max_length=200, primary_key=True)

    class Meta:
        default_permissions = ()
        indexes = (GinIndex(fields=["word"], opclasses=["gin_trgm_ops"], fastupdate=False, name="case_word_trigram"),)

    def __str__(self) -> str:
        return self.word
