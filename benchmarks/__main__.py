"""Measure: `python -m benchmarks [requests] [grading] [parsers] [folder]`. Everything is told as a ratio to a floor of the same run.

DATABASE_URL names a PostgreSQL to measure on (a database of its own is made in it and dropped); without it a server of its own
is started as the tests start one, which does not wait for the disk. README.md says what the figures mean.
"""

import argparse
import logging
import os
import statistics
import sys
import time
from datetime import UTC, datetime

import django
from django.db import connection

from benchmarks import parsing
from tests import services

NOW = datetime.now(UTC)


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    asked.add_argument("what", nargs="*", choices=["requests", "grading", "parsers", "folder", []], default=[])
    asked.add_argument("--students", type=int, default=50, help="who take the quiz in `requests`")
    asked.add_argument("--enrolled", type=int, nargs="*", default=[50, 500], help="sizes of the class in `requests`")
    asked.add_argument("--attempts", type=int, default=10_000, help="attempts in `grading`")
    asked.add_argument("--questions", type=int, default=20, help="questions of each attempt in `grading`")
    wanted = asked.parse_args()
    if wanted.what == ["parsers"]:
        measure_parsers()
        return
    for name, start in {"DATABASE_URL": services.start_postgres, "REDIS_URL": services.start_valkey}.items():
        if name not in os.environ:
            os.environ[name] = start()
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    django.setup()
    logging.disable(logging.WARNING)
    try:
        with_database(wanted)
    finally:
        services.stop_all()


def with_database(wanted: argparse.Namespace) -> None:
    """Measure in a database of our own."""
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('server_version'), current_setting('fsync')")
            version, fsync = cursor.fetchone()
        print(
            f"Python {sys.version.split()[0]}, Django {django.__version__}, PostgreSQL {version}, fsync {fsync}, {os.cpu_count()} cores"
        )
        if "requests" in wanted.what or not wanted.what:
            for enrolled in wanted.enrolled:
                measure_requests(wanted.students, max(enrolled, wanted.students))
        if "grading" in wanted.what or not wanted.what:
            measure_grading(wanted.attempts, wanted.questions)
        if "parsers" in wanted.what or not wanted.what:
            measure_parsers()
        if "folder" in wanted.what or not wanted.what:
            measure_folder()
    finally:
        connection.close_pool()  # type: ignore[attr-defined]  # PostgreSQL's connections have one
        connection.creation.destroy_test_db(name, verbosity=0)


def measure_requests(students: int, enrolled: int) -> None:
    """Take a quiz of ten questions with `students` people, step by step, in a class of `enrolled`."""
    from benchmarks import taking  # noqa: PLC0415 - Django has to be set up first

    product, bare = taking.everybody(students=students, enrolled=enrolled, now=datetime.now(UTC))
    floors = {floor: (typical(bare.took[floor]), typical(bare.worked[floor])) for floor in ("upsert", "page")}
    told = ", ".join(f"{name} {ms(clock)} ({ms(work)} at work)" for name, (clock, work) in floors.items())
    print(f"\n{students} students of {enrolled} take a quiz of ten questions. Floors: {told}")
    print(f"{'step':8} {'median':>9} {'at work':>9} {'p95':>9} {'of the floor':>18} {'at work':>9} {'wanted':>8}")
    for step, (floor, target) in taking.TARGETS.items():
        clock, work = typical(product.took[step]), typical(product.worked[step])
        late = sorted(product.took[step])[int(len(product.took[step]) * 0.95)]
        ratio, at_work = floors[floor][0] / clock, floors[floor][1] / work
        print(f"{step:8} {ms(clock):>9} {ms(work):>9} {ms(late):>9} {ratio:>9.2f} × {floor:6} {at_work:>7.2f} × {target:>6} ×")


def typical(seconds: list[float]) -> float:
    return statistics.median(seconds)


def ms(seconds: float) -> str:
    return f"{1000 * seconds:.2f} ms"


def measure_grading(attempts: int, questions: int) -> None:
    """Grade `attempts` submitted attempts as the sweep does, then again with the same key, then with another one."""
    from benchmarks import marking  # noqa: PLC0415 - Django has to be set up first

    begin = time.perf_counter()
    found = marking.build(attempts, questions, NOW)
    print(f"\n{attempts} attempts of {questions} questions, written in {time.perf_counter() - begin:.0f} s")
    for name, seconds, floor in marking.measured(found, NOW):
        print(f"{name:34} {seconds:7.1f} s  {attempts / seconds:8.0f}/s  {floor / seconds:6.1f} × one UPDATE for each answer")
    marking.check(found)


def measure_parsers() -> None:
    """Read a week page, ten hostile ones and a long quiz."""
    print(f"\n{'read':36} {'at work':>10} {'allowed':>10} {'the Markdown library':>22}")
    for name, seconds, floor, allowed in parsing.measured():
        print(f"{name:36} {ms(seconds):>10} {ms(allowed):>10} {seconds / floor:>18.2f} × its")


def measure_folder() -> None:
    """Bring a course of fifteen weeks and fifteen quizzes in as a folder, write it out, bring it in again."""
    from benchmarks import exchanging  # noqa: PLC0415 - Django has to be set up first

    print(f"\n{'a course of 15 weeks and 15 quizzes':36} {'took':>9} {'at work':>9} {'allowed':>9} {'rendering its texts':>22}")
    for name, took, floor in exchanging.measured(NOW):
        ratio = took.work / floor.work
        print(f"{name:36} {took.clock:>7.2f} s {took.work:>7.2f} s {exchanging.LIMITS[name]:>7.2f} s {ratio:>18.2f} × its")


if __name__ == "__main__":
    main()
