"""From a quiz's text to its rows: questions, versions, options and keys, in a constant number of queries.

The one place that writes them. Callers hold the lock on the quiz (`quizzes.actions.authoring`).
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from accounts.models import User
from accounts.public_ids import short_id
from quizzes.actions.storing_draws import (
    positions_of,
    refuse_short_draws,
    returning,
    set_draws,
    set_tags,
    tags_of,
    tags_wanted,
)
from quizzes.content import MAX_SLUG, Content, OptionContent, can_be_asked, content_of, content_stored, right_ids
from quizzes.draws import is_draw
from quizzes.enums import Doubt, QuizState, Settled
from quizzes.formats.lines import split_lines
from quizzes.formats.model import ParsedQuestion, ParsedQuiz
from quizzes.identity import Node, Told, match, unclear
from quizzes.models import (
    AttemptQuestion,
    Bank,
    Option,
    OptionKey,
    Question,
    QuestionKey,
    QuestionVersion,
    Quiz,
    QuizItem,
)
from quizzes.question_html import asked_html, option_html, reasons_html


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """What an import is not sure of in one question; `inferred` are positions of options. One that is `settled` carries READY."""

    state: Doubt
    reason: str = ""
    inferred: frozenset[int] = frozenset()
    settled: Settled | None = None


@dataclass(slots=True)
class _Rows:
    """What is to be written, collected first so that each table is written once."""

    questions: list[Question] = field(default_factory=list)
    renamed: list[Question] = field(default_factory=list)
    versions: list[QuestionVersion] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)
    option_keys: list[OptionKey] = field(default_factory=list)
    question_keys: list[QuestionKey] = field(default_factory=list)
    items: list[QuizItem] = field(default_factory=list)
    replaced: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Shown:
    """What attempts show, or may be about to show, of this quiz's questions: versions and questions, by primary key."""

    versions: frozenset[int]
    questions: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Edit:
    """One saving: into which bank, by whom, when, and what is known of doubts by the index of the question."""

    bank: Bank
    author: User | None
    now: datetime
    uncertain: Mapping[int, Uncertainty]
    shown: _Shown
    told: Told = field(default_factory=Told)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question of the new text: its place among all parsed ones, its written id, and what it was before the edit."""

    index: int
    slug: str
    content: Content
    before: QuestionVersion | None


def store(
    *,
    quiz: Quiz,
    parsed: ParsedQuiz,
    text: str,
    author: User | None,
    now: datetime,
    before: str = "",
    uncertain: Mapping[int, Uncertainty] | None = None,
    told: Told | None = None,
) -> None:
    """Make the quiz's rows say what its parsed text says; `uncertain` belongs to the questions by index, `told` which is which.

    `before` is the text that the rows come from. Raises RefusedError where a pool of the bank would lose what a quiz needs.
    Unchanged questions keep their version. A changed one gets a new version if an attempt shows the old one (or may be
    about to: the quiz is published), which then stays for those attempts; otherwise the old version goes. A question that no longer stands in the text leaves
    the quiz, and the bank too if no attempt ever showed it and it has no tag. Whatever has a tag may be being drawn.
    """
    old = list(items_with_content(quiz))
    bank = Bank.objects.get_or_create(course_id=quiz.course_id)[0]
    tags = tags_of([item.version.question_id for item in old])
    edit = _Edit(bank, author, now, uncertain or {}, _shown(quiz, old, tags), told or Told())
    heads, places = split_lines(text), positions_of(parsed)
    asked = [(index, question) for index, question in enumerate(parsed.questions) if can_be_asked(question)]
    said = {at: edit.told.questions[index] for at, (index, _) in enumerate(asked) if index in edit.told.questions}
    pairs = match([_node_stored(item.version) for item in old], [_node_parsed(question) for _, question in asked], said)
    kept = {old[at].version.question_id for at in pairs if at is not None}
    back = list(returning(quiz, kept)) if None in pairs else []
    rows = _Rows()
    for at, (index, question) in zip(pairs, asked, strict=True):
        content = content_of(question, head=heads[question.line - 1])
        asked_now = _Asked(index, _slug(question), content, _taken(back, content) if at is None else old[at].version)
        rows.items.append(QuizItem(quiz=quiz, position=places[index], version=_plan(rows, edit, asked_now)))
    gone = {item.version.question_id for item in old} - kept
    _write(rows, quiz, gone - edit.shown.questions)
    was_at = [None if at is None else old[at].position for at in pairs]
    wanted = tags_wanted(
        [(question, item.version.question, at) for (_, question), item, at in zip(asked, rows.items, was_at, strict=True)],
        tags,
        before,
    )
    set_draws(quiz, bank, parsed, before)
    set_tags(bank, wanted)
    lost = any(tags.get(question.pk, set()) - set(now_has) for question, now_has in wanted.items())
    if lost or (quiz.state == QuizState.PUBLISHED and any(map(is_draw, parsed.questions))):
        refuse_short_draws(quiz.course, now)


def _taken(back: list[QuestionVersion], content: Content) -> QuestionVersion | None:
    """Take out of the questions that may come `back` the one that says the same, if there is one."""
    found = next((version for version in back if content_stored(version) == content), None)
    if found is not None:
        back.remove(found)
    return found


def store_question(
    *, bank: Bank, parsed: ParsedQuestion, head: str, before: QuestionVersion | None, author: User | None, now: datetime
) -> QuestionVersion:
    """Store a question that lives in the bank alone, and return its version: a new one wherever it says something new.

    `head` is its heading line, `before` the newest version with its content (None: the question is new). Older versions
    stay, as they may be being drawn.
    """
    shown = _Shown(frozenset([before.pk] if before else []), frozenset())
    rows = _Rows()
    asked = _Asked(0, _slug(parsed), content_of(parsed, head=head), before)
    version = _plan(rows, _Edit(bank, author, now, {}, shown), asked)
    _create(rows)
    return version


def items_with_content(quiz: Quiz) -> Iterable[QuizItem]:
    """Return the quiz's items in order with versions, options and keys: two queries."""
    return (
        quiz.items.order_by("position")
        .select_related("version__question", "version__key")
        .prefetch_related("version__options__key")
    )


def _shown(quiz: Quiz, items: Sequence[QuizItem], tagged: Container[int]) -> _Shown:
    questions = [item.version.question_id for item in items]
    if quiz.state == QuizState.PUBLISHED:
        # A student may be starting at this moment, with these versions already read: they must not go.
        return _Shown(frozenset(item.version_id for item in items), frozenset(questions))
    rows = AttemptQuestion.objects.filter(version__question__in=questions).order_by()
    pairs = list(rows.values_list("version_id", "version__question_id").distinct())
    # Another quiz may be drawing these for somebody at this moment.
    pairs += [(item.version_id, item.version.question_id) for item in items if item.version.question_id in tagged]
    return _Shown(frozenset(version for version, _ in pairs), frozenset(question for _, question in pairs))


def _slug(question: ParsedQuestion) -> str:
    return (question.ident or "")[:MAX_SLUG]


def _node_parsed(question: ParsedQuestion) -> Node:
    return Node(question.stem, _slug(question), frozenset(option.text for option in question.options))


def _node_stored(version: QuestionVersion) -> Node:
    return Node(version.stem, version.question.slug, frozenset(option.text for option in version.options.all()))


def _plan(rows: _Rows, edit: _Edit, asked: _Asked) -> QuestionVersion:
    """Return the version of one question that the quiz shows from now on, planning what must be written for it."""
    before = asked.before
    if before is None:
        question = Question(bank=edit.bank, slug=asked.slug, created_at=edit.now)
        rows.questions.append(question)
        return _new_version(rows, edit, asked, question)
    question = before.question
    if question.slug != asked.slug:
        question.slug = asked.slug
        rows.renamed.append(question)
    if asked.content == content_stored(before) and asked.index not in edit.uncertain:
        return before
    if before.pk not in edit.shown.versions:
        rows.replaced.add(before.pk)
    return _new_version(rows, edit, asked, question)


def _new_version(rows: _Rows, edit: _Edit, asked: _Asked, question: Question) -> QuestionVersion:
    content, before = asked.content, asked.before
    version = QuestionVersion(
        question=question,
        number=1 if before is None else before.number + (before.pk in edit.shown.versions),
        kind=content.kind,
        stem=content.stem,
        stem_html=asked_html(content.stem),
        hint=content.hint,
        hint_html=asked_html(content.hint),
        scoring=content.scoring,
        points=content.points,
        select=content.select,
        author=edit.author,
        created_at=edit.now,
    )
    keys = _options(rows, version, before, content, _said_of_options(edit, asked))
    rows.versions.append(version)
    if content.general or content.if_right or content.if_wrong:
        rows.question_keys.append(_question_key(version, content))
    _carry_doubt(edit, version, asked, keys)
    return version


def _said_of_options(edit: _Edit, asked: _Asked) -> Mapping[int, int | None]:
    """Return what a person said about the options of a question.

    Who said which question it was could not be asked about its options, too: what nothing tells of them is new. Answers
    may be graded again by these ids.
    """
    said = edit.told.options_of(asked.index)
    if asked.before is None or asked.index not in edit.told.questions:
        return said
    old = [Node(option.text) for option in asked.before.options.all()]
    _, fresh = unclear(old, [Node(option.text) for option in asked.content.options])
    return dict.fromkeys(fresh) | said


def _question_key(version: QuestionVersion, content: Content) -> QuestionKey:
    return QuestionKey(
        version=version,
        general=content.general,
        general_html=reasons_html(content.general),
        if_right=content.if_right,
        if_right_html=reasons_html(content.if_right),
        if_wrong=content.if_wrong,
        if_wrong_html=reasons_html(content.if_wrong),
    )


def _options(
    rows: _Rows,
    version: QuestionVersion,
    before: QuestionVersion | None,
    content: Content,
    told: Mapping[int, int | None],
) -> list[OptionKey]:
    old = list(before.options.all()) if before else []
    pairs = match([Node(option.text) for option in old], [Node(option.text) for option in content.options], told)
    keys = []
    for place, (said, at) in enumerate(zip(content.options, pairs, strict=True)):
        # A new id equal to one of its neighbours (1 in 400 million) is refused by the database; nothing is stored then.
        ident = short_id() if at is None else old[at].public_id
        option = Option(version=version, public_id=ident, position=place, text=said.text, html=option_html(said.text))
        key = _option_key(option, said)
        key.inferred = at is not None and old[at].key.inferred and key.correct
        rows.options.append(option)
        keys.append(key)
    rows.option_keys += keys
    return keys


def _option_key(option: Option, said: OptionContent) -> OptionKey:
    return OptionKey(
        option=option,
        correct=said.correct,
        effect=said.effect,
        feedback=said.feedback,
        feedback_html=reasons_html(said.feedback),
        feedback_unticked=said.unticked,
        feedback_unticked_html=reasons_html(said.unticked),
    )


def _carry_doubt(edit: _Edit, version: QuestionVersion, asked: _Asked, keys: Sequence[OptionKey]) -> None:
    """Say what is still open about a new version's key.

    An import brings its doubts along. In a later edit they stay with the question until its author changes which options
    are right: that is a decision, kept with name and time like one made by button.
    """
    before, told = asked.before, edit.uncertain.get(asked.index)
    if told is not None:
        version.doubt, version.doubt_reason = told.state, told.reason
        for place in told.inferred:
            keys[place].inferred = True
        if told.settled:
            _settle(version, edit, told.settled)
        return
    if before is None:
        return
    same_key = frozenset(key.option.public_id for key in keys if key.correct) == right_ids(before)
    version.doubt_reason = before.doubt_reason
    if same_key or before.doubt == Doubt.READY:
        version.doubt, version.settled_as = before.doubt, before.settled_as
        version.settled_by_id, version.settled_at = before.settled_by_id, before.settled_at
    else:
        _settle(version, edit, Settled.WRITTEN)


def _settle(version: QuestionVersion, edit: _Edit, how: Settled) -> None:
    version.settled_as, version.settled_by, version.settled_at = how, edit.author, edit.now


def _write(rows: _Rows, quiz: Quiz, forgotten: set[int]) -> None:
    quiz.items.all().delete()
    QuestionVersion.objects.filter(pk__in=rows.replaced).delete()
    Question.objects.filter(pk__in=forgotten).delete()
    _create(rows)
    QuizItem.objects.bulk_create(rows.items)


def _create(rows: _Rows) -> None:
    Question.objects.bulk_create(rows.questions)
    Question.objects.bulk_update(rows.renamed, ["slug"])
    QuestionVersion.objects.bulk_create(rows.versions)
    Option.objects.bulk_create(rows.options)
    OptionKey.objects.bulk_create(rows.option_keys)
    QuestionKey.objects.bulk_create(rows.question_keys)
