"""The partition a key chooses is the one that Kafka's own client chooses."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kafka.partitioner.default import DefaultPartitioner

from nbmomentum.stream.producer.partitioning import partition_for


@given(key=st.binary(max_size=40), partitions=st.integers(min_value=1, max_value=50))
def test_any_key_lies_where_the_client_sends_it(key: bytes, partitions: int) -> None:
    """Whatever the key and however many partitions there are."""
    numbers = set(range(partitions))
    cluster = SimpleNamespace(
        topics=lambda: {"topic"},
        partitions_for_topic=lambda topic: numbers,
        available_partitions_for_topic=lambda topic: numbers,
    )

    partition = partition_for(key, partitions)

    assert partition == DefaultPartitioner().partition("topic", None, key, None, None, cluster)


@pytest.mark.parametrize(("game_id", "partition"), [("0021500051", 0), ("0021500177", 1), ("0021500277", 2)])
def test_the_lessons_three_games_lie_in_three_partitions(game_id: str, partition: int) -> None:
    """What the lessons on keys rely on."""
    assert partition_for(game_id.encode(), 3) == partition
