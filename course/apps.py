from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CourseConfig(AppConfig):
    name = "course"

    def ready(self) -> None:
        autodiscover_modules("week_panels", "week_rows", "agenda", "people_columns", "text_sources", "linked_files")
        # Here those names are the registries themselves; what the course adds to them stands in modules of its own.
        autodiscover_modules("own_week_panels", "own_agenda")
