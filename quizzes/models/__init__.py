from quizzes.models.attempts import AnswerLog, Attempt, AttemptQuestion, Response
from quizzes.models.bank import Bank, Option, OptionKey, Question, QuestionKey, QuestionVersion
from quizzes.models.quizzes import Quiz, QuizItem

__all__ = [
    "AnswerLog",
    "Attempt",
    "AttemptQuestion",
    "Bank",
    "Option",
    "OptionKey",
    "Question",
    "QuestionKey",
    "QuestionVersion",
    "Quiz",
    "QuizItem",
    "Response",
]
