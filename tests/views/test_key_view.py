"""From a key to its partition: every step is Kafka's own, whatever is typed."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ipywidgets import Widget
from kafka.partitioner.default import DefaultPartitioner

from nbmomentum import studio
from nbmomentum.views.key_view import MAX_PARTITIONS


@given(st.text(max_size=40), st.integers(1, MAX_PARTITIONS))
def test_the_partition_is_the_clients_own(key: str, partitions: int) -> None:
    """kafka-python's partitioner chooses the same for these bytes."""
    view = studio.key_to_partition(partitions=partitions)

    view.text.value = key

    numbers = set(range(partitions))
    cluster = SimpleNamespace(
        topics=lambda: {"topic"},
        partitions_for_topic=lambda _: numbers,
        available_partitions_for_topic=lambda _: numbers,
    )
    chosen = DefaultPartitioner().partition("topic", key, key.encode(errors="replace"), None, None, cluster)
    assert view.sentence.endswith(f"leaves {chosen}: partition {chosen}.")
    assert f'kit-step-partition">{chosen}<' in view._steps.value


def test_every_step_is_shown(html_of: Callable[[Widget], str]) -> None:
    """Bytes with their letters, both numbers with their bits, the division."""
    html = html_of(studio.key_to_partition().widget)

    assert html.count('class="kit-byte"') == 10
    assert '<span class="kit-byte">32<i>2</i></span>' in html
    assert "<code>number = murmur2(key)</code>" in html
    assert html.count('class="kit-bits"') == 2
    assert "<b>1</b>" in html or "<b>0</b>" in html
    assert "<small>10 bytes</small>" in html


def test_another_number_of_partitions_is_another_remainder() -> None:
    """The hash stays."""
    view = studio.key_to_partition()
    before = view._steps.value

    view.partitions.value = 7

    assert "number % 7" in view._steps.value
    assert before.split("number % ")[0] == view._steps.value.split("number % ")[0]


@pytest.mark.parametrize("key", ["", "ü🏀", "\ud800", "x" * 500, "<img src=x onerror=alert(1)>"])
def test_whatever_is_typed_is_a_key(key: str, html_of: Callable[[Widget], str]) -> None:
    """No bytes, several bytes a letter, half a character, very many bytes, markup."""
    view = studio.key_to_partition()

    view.text.value = key

    html = html_of(view.widget)
    assert html.count("kit-step-partition") >= 1
    assert html.count('class="kit-byte"') <= 24
    assert "<img" not in html
