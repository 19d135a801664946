from django.db.models import TextChoices


class Role(TextChoices):
    STUDENT = "student", "Student"
    OBSERVER = "observer", "Observer"
    ASSISTANT = "assistant", "Assistant"
    INSTRUCTOR = "instructor", "Instructor"


STAFF_ROLES = (Role.ASSISTANT, Role.INSTRUCTOR)


class EnrollmentState(TextChoices):
    ACTIVE = "active", "Active"
    REMOVED = "removed", "Removed"


class Release(TextChoices):
    """When a week or a page shows to students."""

    DRAFT = "draft", "Draft"
    SCHEDULED = "scheduled", "Scheduled"
    OPEN = "open", "Open"


class AnnouncementState(TextChoices):
    DRAFT = "draft", "Draft"
    SCHEDULED = "scheduled", "Scheduled"
    PUBLISHED = "published", "Published"


class PictureKind(TextChoices):
    """Kinds of pictures that a course keeps; the value is their media type."""

    PNG = "image/png", "PNG"
    JPEG = "image/jpeg", "JPEG"
    GIF = "image/gif", "GIF"
    WEBP = "image/webp", "WebP"

    @property
    def extension(self) -> str:
        """Return what a file name of this kind ends in."""
        return "jpg" if self is PictureKind.JPEG else self.value.removeprefix("image/")
