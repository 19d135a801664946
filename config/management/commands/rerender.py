from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from config.rendering import rerender
from course.markdown import RENDERER_VERSION


class Command(BaseCommand):
    help = "Render every stored text again, after an upgrade that changed the renderer. Safe to repeat, and while people work."

    def handle(self, **_options: Any) -> None:
        for what, count in rerender(now=timezone.now()).items():
            self.stdout.write(f"{what}: {count} changed")
        self.stdout.write(f"Everything stored is of renderer version {RENDERER_VERSION}.")
