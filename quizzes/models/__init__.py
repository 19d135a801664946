from quizzes.models.allowances import Accommodation, QuizException
from quizzes.models.attempts import AnswerLog, Attempt, AttemptQuestion, GradeRecord, Response
from quizzes.models.bank import Bank, Option, OptionKey, Question, QuestionKey, QuestionVersion, Tag
from quizzes.models.quizzes import Quiz, QuizDraw, QuizItem

__all__ = [
    "Accommodation",
    "AnswerLog",
    "Attempt",
    "AttemptQuestion",
    "Bank",
    "GradeRecord",
    "Option",
    "OptionKey",
    "Question",
    "QuestionKey",
    "QuestionVersion",
    "Quiz",
    "QuizDraw",
    "QuizException",
    "QuizItem",
    "Response",
    "Tag",
]
