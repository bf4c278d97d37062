"""Views of lists that people keep under a name: filters, order and columns (M8)."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class SavedView(models.Model):
    """One view of one list. `page` is the key of the list, `query` the shortest query that shows it ("" is the list as
    it stands for everybody). A removed one stays for a while, so that it can come back."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=40)
    name = models.CharField(_("name"), max_length=60)
    query = models.TextField(blank=True)
    is_default = models.BooleanField(default=False)
    is_shared = models.BooleanField(default=False)  # people of the teams of its owner see it too
    made_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(  # also how a page finds its views
                "user", "page", Lower("name"), condition=models.Q(removed_at=None), name="leads_one_view_of_a_name"
            ),
            models.UniqueConstraint(
                fields=["user", "page"],
                condition=models.Q(is_default=True, removed_at=None),
                name="leads_one_default_view_of_a_list",
            ),
        ]

    def __str__(self) -> str:
        return self.name
