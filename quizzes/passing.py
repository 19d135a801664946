"""Quizzes without a way back: which questions of an attempt can be answered. No queries; an attempt comes with its quiz."""

from quizzes.enums import Layout
from quizzes.models import Attempt, Quiz


def is_one_way(quiz: Quiz) -> bool:
    """Whether a question is closed once it was passed. With all questions on one page nothing is ever passed."""
    return quiz.layout == Layout.ONE and not quiz.back_allowed


def is_behind(attempt: Attempt, position: int) -> bool:
    """Whether question `position` was passed and can neither be seen again nor answered."""
    return is_one_way(attempt.quiz) and position < attempt.reached


def is_ahead(attempt: Attempt, position: int) -> bool:
    """Whether question `position` comes later: the questions before it have to be passed first."""
    return is_one_way(attempt.quiz) and position > attempt.reached
