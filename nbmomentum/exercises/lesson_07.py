"""The exercises of 07_a_season_of_teams.

lesson_07.same_day_again.check(0)
lesson_07.apply_record.hint()
"""

from collections.abc import Callable
from typing import Any

from nbmomentum.exercises.exercise import Exercise, call, expect

TEAMS, DAYS = 30, 3
RECORDS = TEAMS * DAYS

TableOf = dict[str, Any]

# Key, value, and the table after it: an upsert, another key, a new value, a tombstone, one more for nothing.
_RECORDS = (
    ("OKC", 1, {"OKC": 1}),
    ("MIA", 2, {"OKC": 1, "MIA": 2}),
    ("OKC", 3, {"OKC": 3, "MIA": 2}),
    ("MIA", None, {"OKC": 3}),
    ("MIA", None, {"OKC": 3}),
    ("MIA", 0, {"OKC": 3, "MIA": 0}),
)


def _judge_apply(apply: Callable[[TableOf, str, Any], TableOf]) -> str:
    """Feed a short log to the learner's function, and look for the usual slips on the way."""
    if not callable(apply):
        return "apply should be a function of a table, a key and a value."
    table: TableOf = {}
    for key, value, right in _RECORDS:
        before = dict(table)
        answer = call(apply, table, key, value)
        if table != before:
            return "The old table was changed. Make a new one: {**table, ...}; somebody may be looking at it."
        if answer != right:
            return f"After the record ({key}, {value}) on {before} your table is {answer!r:.60}; it should be {right}."
        table = answer
    return ""


same_day_again = Exercise(
    question="The producer has sent three days, and looks at the third day once more. How many records does it send?",
    judge=expect(0, wrong="It compares each team's figures with what it has sent last. What has changed since?"),
    explanation="No figure has changed, so there is nothing to tell. In a real season most teams do not play on most "
    "days; a log of changes is short.",
    hints=("What does the producer compare?", "Thirty teams, and for each of them nothing new."),
    answer="prediction = 0",
)

rows_of_the_table = Exercise(
    question=f"The log holds {RECORDS} records with {TEAMS} different keys. How many rows does the table have?",
    judge=expect(TEAMS, wrong="A new record of a key takes the place of the one before."),
    explanation="One row a key, whatever the number of records. That is what makes the key a primary key.",
    hints=("What happens to OKC's row when a second record of OKC comes?", "As many rows as different keys."),
    answer=f"prediction = {TEAMS}",
)

apply_record = Exercise(
    question="Which table follows from a table and one more record?",
    judge=_judge_apply,
    explanation="A fold once more, and this one fits any table: a value is an upsert, no value is a tombstone. "
    "Kafka Streams calls the result a KTable.",
    hints=(
        "A copy of a dict with one entry changed or added is {**table, key: value}.",
        "value is None for a tombstone: then leave this key out.",
        "All others: {other: table[other] for other in table if other != key}.",
    ),
    answer="def apply(table, key, value):\n"
    "    others = {other: table[other] for other in table if other != key}\n"
    "    return others if value is None else {**others, key: value}",
)

after_the_tombstone = Exercise(
    question=f"To the log of {RECORDS} records a row of a new team is added, and then its tombstone. "
    "How many records does the log hold, and how many rows the table?",
    judge=expect(
        [RECORDS + 2, TEAMS],
        form="[records in the log, rows in the table]",
        wrong="A log only grows; a tombstone is a record, too. And what does it do to the table?",
    ),
    explanation="To delete is to write. The log has two records more; the table is back where it was.",
    hints=("Both the upsert and the tombstone are appended.", f"{RECORDS} + 2 records; the new row came and went."),
    answer=f"prediction = [{RECORDS} + 2, {TEAMS}]",
)

after_compaction = Exercise(
    question="Compaction takes an older record away. What happens to the offsets of the records behind it? 'a' they "
    "move up by one, 'b' they stay, and there is a gap, 'c' they are numbered anew from 0.",
    judge=expect("b", wrong="Positions and committed offsets of all readers are numbers. What would become of them?"),
    explanation="An offset is given once and never to another record. Readers step over the gap without noticing.",
    hints=("Look up 'offset' in the glossary.", "A committed offset must still mean the same record tomorrow."),
    answer="prediction = 'b'",
)

trend = Exercise(
    question="A team's season has a net rating of +5.0, its last ten games one of −2.0. "
    "How far is the last ten games' net rating above the season's?",
    judge=expect(-7.0, wrong="The last games' net rating minus the season's; it may well be negative."),
    explanation="−2.0 − (+5.0) = −7.0: seven points per 100 possessions worse than its own season.",
    hints=("Minus two is how far from plus five?", "From +5 down to 0, and two further down."),
    answer="prediction = -7.0",
)
