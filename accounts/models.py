import unicodedata
from typing import ClassVar
from zoneinfo import available_timezones

from allauth.account.models import EmailAddress
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.enums import Theme
from accounts.public_ids import public_id


def normalize_email(address: str) -> str:
    """Return the one spelling under which an address is stored and compared: NFKC, case-folded, trimmed."""
    return unicodedata.normalize("NFKC", address).strip().casefold()


def validate_zone(name: str) -> None:
    """Raise ValidationError unless `name` is an IANA time zone such as America/Chicago."""
    if name not in available_timezones():
        raise ValidationError(f"{name} is not a time zone; use a name like America/Chicago.")


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        """Create a person who signs in with `email`; without a password nobody can sign in yet.

        Who sets a password for somebody vouches for the address: no confirmation letter is needed then.
        """
        if not email:
            raise ValueError("a person needs an e-mail address")
        user = self.model(email=normalize_email(email), **fields)
        user.set_password(password)
        with transaction.atomic(using=self._db):
            user.save(using=self._db)
            if password is not None:
                user.confirm_address()
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        """Create an administrator of the whole site."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=normalize_email(username or ""))


class User(AbstractBaseUser, PermissionsMixin):
    """Who somebody is. What they may do in a course is their enrollment; only admins have rights here."""

    email = models.EmailField("e-mail address", max_length=254, unique=True)
    name = models.CharField(max_length=150, blank=True)
    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    zone = models.CharField(
        "time zone",
        max_length=64,
        blank=True,
        validators=[validate_zone],
        help_text="Empty: times are shown in the zone of the course.",
    )
    theme = models.CharField(max_length=6, choices=Theme, default=Theme.SYSTEM)
    is_active = models.BooleanField("active", default=True)
    is_staff = models.BooleanField("admin", default=False, help_text="May open the Django admin.")
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        ordering = ["name", "email"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_unique_any_case"),
            models.CheckConstraint(condition=models.Q(theme__in=Theme.values), name="user_theme_known"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        super().clean()
        self.email = normalize_email(self.email)

    def get_full_name(self) -> str:
        """Return the name people read; the address where no name is known yet."""
        return self.name or self.email

    def confirm_address(self) -> None:
        """Note that `email` is proven to be this person's: it signs in, every other address of theirs ends."""
        with transaction.atomic():
            EmailAddress.objects.filter(user=self).exclude(email=self.email).delete()
            EmailAddress.objects.filter(email=self.email).exclude(user=self).delete()
            EmailAddress.objects.update_or_create(
                user=self,
                email=self.email,
                defaults={"verified": True, "primary": True},
            )

    @property
    def is_admin(self) -> bool:
        """Whether this person looks after the whole site."""
        return self.is_active and (self.is_staff or self.is_superuser)


class Invitation(models.Model):
    """One letter that lets somebody choose a password. The link's token is stored only as a hash.

    Written by `accounts.actions.invite`, used up by `accounts.actions.accept_invitation`; `note_letter` says whether
    the mail server took the letter.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invitations")
    invited_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True, help_text="When the mail server took the letter.")
    failure = models.CharField(max_length=200, blank=True, help_text="Why the letter could not be sent.")

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=models.Q(expires_at__gt=models.F("created_at")), name="invitation_lasts"),
        ]

    def __str__(self) -> str:
        return f"Invitation of {self.user}"
