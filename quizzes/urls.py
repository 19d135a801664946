"""Every page of quizzes. `quizzes/new/` and the like must stand before `quizzes/<quiz>/`, which would take them for a quiz."""

from django.urls import path

from quizzes import views
from quizzes.views import allowances, attempts, authoring, bank, form_editing, importing, printing, receipts, results, staff

app_name = "quizzes"
urlpatterns = [
    path("quizzes/", views.quizzes, name="quizzes"),
    # --- staff: addresses without a quiz
    path("quizzes/new/", authoring.quiz_new, name="quiz_new"),
    path("quizzes/import/", importing.quiz_import, name="quiz_import"),
    path("quizzes/import/<str:draft>/", importing.quiz_import_review, name="quiz_import_review"),
    path("quizzes/import/<str:draft>/range/", importing.quiz_import_range, name="quiz_import_range"),
    path("quizzes/import/<str:draft>/cut/", importing.quiz_import_cut, name="quiz_import_cut"),
    # --- staff: the bank of questions
    path("quizzes/bank/", bank.bank, name="bank"),
    path("quizzes/bank/new/", bank.bank_new, name="bank_new"),
    path("quizzes/bank/<slug:question>/", bank.bank_question, name="bank_question"),
    path("quizzes/bank/<slug:question>/edit/", bank.bank_edit, name="bank_edit"),
    path("quizzes/bank/<slug:question>/compare/", bank.bank_compare, name="bank_compare"),
    path("quizzes/bank/<slug:question>/tags/", bank.bank_tags, name="bank_tags"),
    path("quizzes/bank/<slug:question>/copy/", bank.bank_copy, name="bank_copy"),
    path("quizzes/bank/<slug:question>/delete/", bank.bank_delete, name="bank_delete"),
    # --- students
    path("quizzes/<slug:quiz>/", views.quiz, name="quiz"),
    path("quizzes/<slug:quiz>/start/", attempts.quiz_start, name="quiz_start"),
    path("quizzes/<slug:quiz>/attempts/<slug:attempt>/", attempts.attempt, name="attempt"),
    path("quizzes/<slug:quiz>/attempts/<slug:attempt>/save/", attempts.attempt_save, name="attempt_save"),
    path("quizzes/<slug:quiz>/attempts/<slug:attempt>/mark/", attempts.attempt_mark, name="attempt_mark"),
    path("quizzes/<slug:quiz>/attempts/<slug:attempt>/clock/", attempts.attempt_clock, name="attempt_clock"),
    path("quizzes/<slug:quiz>/attempts/<slug:attempt>/check/", attempts.attempt_check, name="attempt_check"),
    path("quizzes/<slug:quiz>/attempts/<slug:attempt>/submit/", attempts.attempt_submit, name="attempt_submit"),
    path("quizzes/<slug:quiz>/attempts/<slug:attempt>/result/", results.attempt_result, name="attempt_result"),
    path("quizzes/<slug:quiz>/attempts/<slug:attempt>/status/", results.attempt_status, name="attempt_status"),
    path("quizzes/<slug:quiz>/attempts/<slug:attempt>/receipt/", receipts.attempt_receipt, name="attempt_receipt"),
    path("receipts/verify/", receipts.receipt_verify, name="receipt_verify"),
    # --- staff: what one student has and others have not
    path("people/<str:person>/accommodation/", allowances.accommodation, name="accommodation"),
    path("people/<str:person>/accommodation/remove/", allowances.accommodation_remove, name="accommodation_remove"),
    path("quizzes/<slug:quiz>/exceptions/<str:person>/", allowances.quiz_exception, name="quiz_exception"),
    path("quizzes/<slug:quiz>/exceptions/<str:person>/remove/", allowances.quiz_exception_remove, name="quiz_exception_remove"),
    path("quizzes/<slug:quiz>/preflight/", allowances.quiz_preflight, name="preflight"),
    # --- staff: addresses of one quiz
    path("quizzes/<slug:quiz>/edit/", authoring.quiz_edit, name="quiz_edit"),
    path("quizzes/<slug:quiz>/form/", form_editing.quiz_form, name="quiz_form"),
    path("quizzes/<slug:quiz>/preview/", authoring.quiz_preview, name="quiz_preview"),
    path("quizzes/<slug:quiz>/publish/", authoring.quiz_publish, name="quiz_publish"),
    path("quizzes/<slug:quiz>/unpublish/", staff.quiz_unpublish, name="quiz_unpublish"),
    path("quizzes/<slug:quiz>/settle/", staff.quiz_settle, name="quiz_settle"),
    path("quizzes/<slug:quiz>/release/", staff.quiz_release, name="quiz_release"),
    path("quizzes/<slug:quiz>/grade-again/", staff.quiz_grade_again, name="quiz_grade_again"),
    path("quizzes/<slug:quiz>/file/", staff.quiz_file, name="quiz_file"),
    path("quizzes/<slug:quiz>/print/", printing.quiz_print, name="quiz_print"),
    path("quizzes/<slug:quiz>/settings/", authoring.quiz_settings, name="quiz_settings"),
]
