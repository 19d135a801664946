from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CourseConfig(AppConfig):
    name = "course"

    def ready(self) -> None:
        autodiscover_modules("week_panels", "agenda")
