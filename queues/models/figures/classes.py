"""Sixteen counts side by side: one for each class of a time (queues.decisions.figures.classes)."""

from django.db import models


class WaitClasses(models.Model):
    """Stays that ended with a claim, by time waited: WAIT_EDGES."""

    w00 = models.PositiveIntegerField(default=0)
    w01 = models.PositiveIntegerField(default=0)
    w02 = models.PositiveIntegerField(default=0)
    w03 = models.PositiveIntegerField(default=0)
    w04 = models.PositiveIntegerField(default=0)
    w05 = models.PositiveIntegerField(default=0)
    w06 = models.PositiveIntegerField(default=0)
    w07 = models.PositiveIntegerField(default=0)
    w08 = models.PositiveIntegerField(default=0)
    w09 = models.PositiveIntegerField(default=0)
    w10 = models.PositiveIntegerField(default=0)
    w11 = models.PositiveIntegerField(default=0)
    w12 = models.PositiveIntegerField(default=0)
    w13 = models.PositiveIntegerField(default=0)
    w14 = models.PositiveIntegerField(default=0)
    w15 = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True


class ConvertedClasses(models.Model):
    """Of these, leads that became an opportunity or a customer, by time waited: WAIT_EDGES."""

    c00 = models.PositiveIntegerField(default=0)
    c01 = models.PositiveIntegerField(default=0)
    c02 = models.PositiveIntegerField(default=0)
    c03 = models.PositiveIntegerField(default=0)
    c04 = models.PositiveIntegerField(default=0)
    c05 = models.PositiveIntegerField(default=0)
    c06 = models.PositiveIntegerField(default=0)
    c07 = models.PositiveIntegerField(default=0)
    c08 = models.PositiveIntegerField(default=0)
    c09 = models.PositiveIntegerField(default=0)
    c10 = models.PositiveIntegerField(default=0)
    c11 = models.PositiveIntegerField(default=0)
    c12 = models.PositiveIntegerField(default=0)
    c13 = models.PositiveIntegerField(default=0)
    c14 = models.PositiveIntegerField(default=0)
    c15 = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True


class ContactClasses(models.Model):
    """First contacts by time since the claim: CONTACT_EDGES."""

    k00 = models.PositiveIntegerField(default=0)
    k01 = models.PositiveIntegerField(default=0)
    k02 = models.PositiveIntegerField(default=0)
    k03 = models.PositiveIntegerField(default=0)
    k04 = models.PositiveIntegerField(default=0)
    k05 = models.PositiveIntegerField(default=0)
    k06 = models.PositiveIntegerField(default=0)
    k07 = models.PositiveIntegerField(default=0)
    k08 = models.PositiveIntegerField(default=0)
    k09 = models.PositiveIntegerField(default=0)
    k10 = models.PositiveIntegerField(default=0)
    k11 = models.PositiveIntegerField(default=0)
    k12 = models.PositiveIntegerField(default=0)
    k13 = models.PositiveIntegerField(default=0)
    k14 = models.PositiveIntegerField(default=0)
    k15 = models.PositiveIntegerField(default=0)

    class Meta:
        abstract = True


def names(prefix: str) -> list[str]:
    """The sixteen fields of `w`, `c` or `k`, the shortest times first."""
    return [f"{prefix}{number:02d}" for number in range(16)]
