"""The receipt of an attempt as a file, and the page that checks one."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.form_base import posted
from course.access import Membership, frame, membership_for
from quizzes.access import attempt_by_id, readable_attempt_for
from quizzes.receipt import Verdict, compared, written
from quizzes.receipt_form import ReceiptForm
from quizzes.result_page import receipt_of


@require_safe
@login_required
def attempt_receipt(request: HttpRequest, course: str, quiz: str, attempt: str) -> HttpResponse:
    """Return the receipt of an attempt as a JSON file, to its student and to staff."""
    member = membership_for(request, course)
    found = readable_attempt_for(member, quiz, attempt)
    response = HttpResponse(written(found, receipt_of(found)), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="receipt-{found.quiz.slug}-{found.public_id}.json"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def receipt_verify(request: HttpRequest, course: str) -> HttpResponse:
    """Take a receipt (uploaded or pasted) and say line by line what of it agrees with what is stored. Changes nothing."""
    member = membership_for(request, course)
    form = ReceiptForm(posted(request), request.FILES or None)
    verdict = _verdict(member, form) if request.method == "POST" and form.is_valid() else None
    page = {"verdict": verdict, "form": ReceiptForm() if verdict else form}
    return render(request, "quizzes/verify.html", frame(member, "quizzes") | page, status=422 if form.errors else 200)


def _verdict(member: Membership, form: ReceiptForm) -> Verdict | None:
    """Return what the receipt comes to; None, said in the form, where its attempt is not one that this member may read."""
    attempt = attempt_by_id(member, form.receipt.attempt)
    if attempt is None:
        words = "No attempt in this course" if member.is_staff else "No attempt of yours in this course"
        form.refuse(f"{words} has the number that this receipt names.")
        return None
    return compared(form.receipt, attempt, receipt_of(attempt))
