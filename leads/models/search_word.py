"""The words by which search finds leads, by index (A3)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from leads.models.lead import Lead


class SearchWord(models.Model):
    """A word that arrived for a lead: see leads.decisions.search_words. Words are added; a value that was corrected
    still finds its lead."""

    pk = models.CompositePrimaryKey("lead_id", "word")
    # no index of its own: the primary key begins with it; and no constraint: nine checks for each lead of an import
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False)
    word = models.CharField(max_length=60)

    class Meta:
        verbose_name = _("search word")
        verbose_name_plural = _("search words")
        ordering = ["word", "lead"]
        indexes = [
            # Leads by the beginning of a word. The operators are PostgreSQL's; without them LIKE reads the whole table.
            models.Index(
                fields=["word", "lead"], opclasses=["text_pattern_ops", "int8_ops"], name="leads_by_search_word"
            ),
        ]

    def __str__(self) -> str:
        return self.word
