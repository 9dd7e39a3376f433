"""The person. What a person may do comes from appointments and named grants, never from this table."""

from typing import ClassVar

import pghistory
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from portal.accounts.states import Delivery


class User(AbstractUser):
    """A person who signs in: staff of the Region or of a contracted provider, or someone from outside.

    ``is_employee`` opens what every employee may do; it is set from the Region's own sign-in or by an administrator, never by the
    person. ``is_superuser`` opens the admin pages only: no case rule asks for it.
    """

    name = models.CharField(_("name"), max_length=150)
    email = models.EmailField(_("e-mail address"), blank=True)
    is_employee = models.BooleanField(_("is an employee"), default=False)
    unit = models.ForeignKey(
        "organisation.Unit",
        verbose_name=_("unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="staff",
        help_text=_("Where the person works. New ideas are placed here."),
    )
    language = models.CharField(
        _("language"), max_length=2, choices=[("sv", "Svenska"), ("en", "English")], default="sv"
    )
    delivery = models.CharField(
        _("e-mail"), max_length=10, choices=Delivery.choices, default=Delivery.AT_ONCE, db_default=Delivery.AT_ONCE
    )

    first_name = None  # type: ignore[assignment]  # a person has one name, as they write it
    last_name = None  # type: ignore[assignment]
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "email"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = (
            models.UniqueConstraint(Lower("username"), name="user_username_any_case"),
            models.UniqueConstraint(Lower("email"), condition=~models.Q(email=""), name="user_email_any_case"),
        )

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


pghistory.track(
    pghistory.InsertEvent("created"),
    pghistory.UpdateEvent("changed"),
    obj_field=pghistory.ObjForeignKey(related_name="changes"),
    fields=["username", "name", "email", "is_active", "is_staff", "is_superuser", "is_employee", "unit"],
    model_name="UserChange",
)(User)


class Letter(models.Model):
    """An e-mail that belongs to no case and has not left yet: confirm your address, choose a new password. The row goes when it is sent.

    ``next_try_at`` is later for each failed attempt. The links in it stop working on their own.
    """

    to = models.EmailField()
    subject = models.CharField(max_length=200)
    text = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    next_try_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.to}: {self.subject}"
