"""What the least that could do the work costs on this machine: the measure that the product's steps are divided by.

The floors run on Django's bare stack (sessions and sign-in, nothing else); the product's own addresses stand beside them.
"""

from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine
from django.urls import path

from config.urls import handler400, handler403, handler404, handler500
from config.urls import urlpatterns as product
from course.models import Course, Enrollment, Term
from quizzes.models import Quiz, Response

BARE = ["django.contrib.sessions.middleware.SessionMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware"]
ROWS = Engine().from_string(
    "<!doctype html><title>{{ quiz.title }}</title>\n<h1>{{ course.title }}</h1>\n<ul>\n"
    "{% for row in rows %}<li><a href='/{{ row }}/'>{{ quiz.title }}, {{ row }} of {{ people }} for {{ user.name }}</a></li>\n{% endfor %}"
    "</ul>\n"
)


def upsert(request: HttpRequest, question: int) -> HttpResponse:
    """Session, person, and one answer written: three statements."""
    assert request.user.is_authenticated
    answer = Response(
        question_id=question,
        chosen=[],
        save_number=1,
        tab="floor",
        counter=1,
        request_id="floor",
        saved_at=datetime.now(UTC),
    )
    Response.objects.bulk_create([answer], update_conflicts=True, unique_fields=["question"], update_fields=["chosen", "tab"])
    return HttpResponse("saved")


def page(request: HttpRequest) -> HttpResponse:
    """Six statements and 251 lines of HTML."""
    quiz = Quiz.objects.order_by("pk").first()
    context = {
        "user": request.user,
        "course": Course.objects.order_by("pk").first(),
        "quiz": quiz,
        "people": Enrollment.objects.count(),
        "terms": [term.name for term in Term.objects.all()],
        "rows": range(247),
    }
    return HttpResponse(ROWS.render(Context(context)))


urlpatterns = [path("floor/upsert/<int:question>/", upsert), path("floor/page/", page), *product]
__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
