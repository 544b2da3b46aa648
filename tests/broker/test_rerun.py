"""A cell that starts producer and consumer, run again and again, whatever stage the old ones have reached."""

from collections.abc import Callable
from threading import Event

from support import random_name, wait_until

from nbmomentum.runners import running
from nbmomentum.sources.bundled import load_game
from nbmomentum.stream import BackgroundConsumer, GameProducer

RERUNS = 40
# From "not connected yet" to "joining its group": the old ones are replaced in every stage.
PAUSES_S = (0.0, 0.001, 0.005, 0.01, 0.02, 0.05)


def test_rerunning_a_cell_at_once_always_replaces_the_old_threads(
    make_producer: Callable[..., GameProducer], make_consumer: Callable[..., BackgroundConsumer]
) -> None:
    """One producer and one consumer each time, none of them stuck, and the last ones do their work."""
    names = {"producer": random_name("producer"), "consumer": random_name("consumer")}
    group_id = random_name("group")

    for rerun in range(RERUNS):
        consumer = make_consumer(name=names["consumer"], group_id=group_id).start()
        producer = make_producer(load_game("0021500277"), name=names["producer"], speed=600).start()
        Event().wait(PAUSES_S[rerun % len(PAUSES_S)])
        assert {runner.name for runner in running()} <= set(names.values())

    wait_until(lambda: consumer.states() and producer.status.acknowledged, what="the last run to play")
