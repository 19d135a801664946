"""Views of a course, a module per topic. The two pages outside any course are named in `config.urls`."""

from course.views.landing import courses, home

__all__ = ["courses", "home"]
