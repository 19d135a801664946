from django.db.models import TextChoices


class Theme(TextChoices):
    SYSTEM = "system", "As my device"
    LIGHT = "light", "Light"
    DARK = "dark", "Dark"
