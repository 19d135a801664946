"""Who may do what: one row for each named URL and method. A URL that is missing here fails the tests.

Columns are the fixed cast: anonymous, stranger, observer, student, assistant, instructor, admin (not enrolled).

    login   sent to the sign-in page (302), or 401 for an htmx request
    404     does not exist for this person
    403     a member without the right
    ok      answered: 2xx, a redirect elsewhere, or a form/state answer 409 or 422

The objects are those of tests/access/test_access.py: an open week, a published open quiz with an attempt of the student that
is in progress and one that is graded, a slot, a published announcement.
"""

CAST = ("anonymous", "stranger", "observer", "student", "assistant", "instructor", "admin")

EVERYBODY = "ok ok ok ok ok ok ok"
SIGNED_IN = "login ok ok ok ok ok ok"
READ = "login 404 ok ok ok ok ok"
TAKE_PART = "login 404 403 ok 403 403 403"
SEE_STAFF = "login 404 403 403 ok ok ok"
PLAN = "login 404 403 403 ok ok 403"
PEOPLE = "login 404 403 403 403 ok 403"
OWN_ATTEMPT = "login 404 404 ok 404 404 404"  # an attempt in progress belongs to its student alone
OWN_DRAFT = "login 404 403 403 404 ok 403"  # an import that waits for review belongs to the person who brought it
PLAN_OR_OWN = "login 404 403 ok ok ok 403"  # staff, and the presenter of this very talk
RESULT = "login 404 404 ok ok ok ok"  # its student, and staff
GONE = "410 410 410 410 410 410 410"  # a link that was used up or never was
NO_WORKER = "503 503 503 503 503 503 503"  # no worker runs beside these tests
NOBODY = "404 404 404 404 404 404 404"  # the address names nothing that exists

TABLE: dict[str, str] = {
    # the site
    "GET healthz": EVERYBODY,
    "GET readyz": NO_WORKER,
    "GET home": SIGNED_IN,
    "GET courses": SIGNED_IN,
    "GET settings": SIGNED_IN,
    "POST settings": SIGNED_IN,
    "GET dev_mail": EVERYBODY,
    "GET dev_mail_detail": NOBODY,
    "GET dev_quiz_states": EVERYBODY,
    "GET account_login": EVERYBODY,
    "GET account_logout": SIGNED_IN,
    "GET account_signup": EVERYBODY,
    "GET account_inactive": EVERYBODY,
    "GET account_reauthenticate": SIGNED_IN,
    "GET account_change_password": SIGNED_IN,
    "GET account_set_password": SIGNED_IN,
    "GET account_email": SIGNED_IN,
    "GET account_email_verification_sent": EVERYBODY,
    "GET account_confirm_email": EVERYBODY,
    "GET account_reset_password": EVERYBODY,
    "GET account_reset_password_done": EVERYBODY,
    "GET account_reset_password_from_key": EVERYBODY,
    "GET account_reset_password_from_key_done": EVERYBODY,
    "GET accounts:invitation": GONE,
    "GET notifications:unsubscribe": NOBODY,
    "POST notifications:unsubscribe": NOBODY,
    "POST notifications:mail_kinds": SIGNED_IN,
    # the course
    "GET course:now": READ,
    "GET course:weeks": READ,
    "GET course:week": READ,
    "GET course:week_new": PLAN,
    "POST course:week_new": PLAN,
    "GET course:week_import": PLAN,
    "POST course:week_import": PLAN,
    "GET course:week_import_review": OWN_DRAFT,
    "POST course:week_import_review": OWN_DRAFT,
    "GET course:week_edit": PLAN,
    "POST course:week_edit": PLAN,
    "POST course:week_preview": PLAN,
    "GET course:week_parts": PLAN,
    "GET course:week_part": PLAN,
    "POST course:week_part": PLAN,
    "POST course:week_part_text": PLAN,
    "POST course:week_part_add": PLAN,
    "POST course:week_part_move": PLAN,
    "POST course:week_part_remove": PLAN,
    "GET course:week_versions": SEE_STAFF,
    "GET course:week_version": SEE_STAFF,
    "POST course:week_restore": PLAN,
    "POST course:week_release": PLAN,
    "GET course:week_file": SEE_STAFF,
    "GET course:reading_add": PLAN,
    "POST course:reading_add": PLAN,
    "POST course:reading_tick": TAKE_PART,
    "POST course:reading_assign": PLAN,
    "GET course:page": READ,
    "GET course:page_new": PLAN,
    "POST course:page_new": PLAN,
    "GET course:page_edit": PLAN,
    "POST course:page_edit": PLAN,
    "POST course:page_release": PLAN,
    "GET course:page_versions": SEE_STAFF,
    "GET course:page_version": SEE_STAFF,
    "POST course:page_restore": PLAN,
    "GET course:files": SEE_STAFF,
    "POST course:files": PLAN,
    "POST course:file_delete": PLAN,
    "GET course:file": READ,
    "GET course:announcements": READ,
    "GET course:announcement": READ,
    "GET course:announcement_new": PLAN,
    "POST course:announcement_new": PLAN,
    "GET course:announcement_edit": PLAN,
    "POST course:announcement_edit": PLAN,
    "POST course:announcement_preview": PLAN,
    "POST course:announcement_call_back": PLAN,
    "GET course:people": SEE_STAFF,
    "POST course:person_invite": PLAN,
    "POST course:person_role": PEOPLE,
    "POST course:person_remove": PEOPLE,
    "POST course:person_restore": PEOPLE,
    "POST course:person_reinvite": PLAN,
    # quizzes
    "GET quizzes:quizzes": READ,
    "GET quizzes:quiz": READ,
    "POST quizzes:quiz_start": TAKE_PART,
    "GET quizzes:attempt": OWN_ATTEMPT,
    "POST quizzes:attempt_save": OWN_ATTEMPT,
    "GET quizzes:attempt_check": OWN_ATTEMPT,
    "GET quizzes:attempt_clock": OWN_ATTEMPT,
    "POST quizzes:attempt_mark": OWN_ATTEMPT,
    "POST quizzes:attempt_submit": OWN_ATTEMPT,
    "GET quizzes:attempt_result": RESULT,
    "GET quizzes:attempt_status": OWN_ATTEMPT,
    "GET quizzes:attempt_receipt": RESULT,
    "GET quizzes:receipt_verify": READ,
    "POST quizzes:receipt_verify": READ,
    "GET quizzes:quiz_new": PLAN,
    "POST quizzes:quiz_new": PLAN,
    "GET quizzes:quiz_import": PLAN,
    "POST quizzes:quiz_import": PLAN,
    "GET quizzes:quiz_import_review": OWN_DRAFT,
    "POST quizzes:quiz_import_review": OWN_DRAFT,
    "GET quizzes:quiz_edit": PLAN,
    "POST quizzes:quiz_edit": PLAN,
    "POST quizzes:quiz_preview": PLAN,
    "GET quizzes:quiz_form": PLAN,
    "POST quizzes:quiz_form": PLAN,
    "POST quizzes:quiz_import_range": OWN_DRAFT,
    "POST quizzes:quiz_import_cut": OWN_DRAFT,
    "POST quizzes:quiz_publish": PLAN,
    "POST quizzes:quiz_unpublish": PLAN,
    "POST quizzes:quiz_release": PLAN,
    "GET quizzes:accommodation": PLAN,
    "POST quizzes:accommodation": PLAN,
    "POST quizzes:accommodation_remove": PLAN,
    "GET quizzes:quiz_exception": PLAN,
    "POST quizzes:quiz_exception": PLAN,
    "POST quizzes:quiz_exception_remove": PLAN,
    "GET quizzes:preflight": SEE_STAFF,
    "POST quizzes:quiz_grade_again": PLAN,
    "POST quizzes:quiz_settle": PLAN,
    "GET quizzes:quiz_settings": PLAN,
    "POST quizzes:quiz_settings": PLAN,
    "GET quizzes:quiz_file": SEE_STAFF,
    "GET quizzes:quiz_print": SEE_STAFF,
    "GET quizzes:bank": SEE_STAFF,
    "GET quizzes:bank_new": PLAN,
    "POST quizzes:bank_new": PLAN,
    "GET quizzes:bank_question": SEE_STAFF,
    "GET quizzes:bank_edit": PLAN,
    "POST quizzes:bank_edit": PLAN,
    "GET quizzes:bank_compare": SEE_STAFF,
    "POST quizzes:bank_tags": PLAN,
    "POST quizzes:bank_copy": PLAN,
    "POST quizzes:bank_delete": PLAN,
    # presentations
    "GET presentations:schedule": READ,
    "GET presentations:slots_add": PLAN,
    "POST presentations:slots_add": PLAN,
    "POST presentations:claim": TAKE_PART,
    "POST presentations:undo": TAKE_PART,
    "POST presentations:assign": PLAN,
    "POST presentations:slot_move": PLAN,
    "POST presentations:slot_delete": PLAN,
    "GET presentations:booking_edit": PLAN_OR_OWN,
    "POST presentations:booking_edit": PLAN_OR_OWN,
    "POST presentations:unassign": PLAN,
    # the course folder
    "GET exchange:folder": SEE_STAFF,
    "POST exchange:folder_download": PLAN,
    "POST exchange:folder_upload": PLAN,
    "GET exchange:folder_review": OWN_DRAFT,
    "POST exchange:folder_review": OWN_DRAFT,
    "GET exchange:folder_file": READ,
}
