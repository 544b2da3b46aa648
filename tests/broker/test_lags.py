"""Both lags of a group: whoever is asked gives the same figures at the same moment, on both engines."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from brokers import BOTH_ENGINES_PATIENCE_S as PATIENCE_S
from brokers import on_both_engines
from independent import committed, end_offsets, plain_producer
from kafka import KafkaAdminClient, KafkaConsumer, OffsetAndMetadata, TopicPartition
from support import random_name, wait_until

from nbmomentum import studio
from nbmomentum.reports import PartitionStatus
from nbmomentum.runners import Runner
from nbmomentum.sources.bundled import load_game
from nbmomentum.stream import BackgroundConsumer, Broker, CommitsWatch, GroupOfConsumers, GroupWatch, LogTail
from nbmomentum.studio.group_views import group_of
from nbmomentum.views import LogView

PLAYS = load_game("0021500277")
# Of partition 0 the group has committed 3 records; the oldest four of partition 1 are deleted, and it never committed
# there, nor in partition 2, which is empty.
WRITTEN, COMMITTED, DELETED = {0: 10, 1: 9}, 3, 4
PLACES = (PartitionStatus(0, None, 3, 10), PartitionStatus(1, None, None, 9, low=4), PartitionStatus(2, None, None, 0))


def write_and_commit(servers: str, topic: str, group_id: str) -> None:
    """Records, a commit and a deletion, by clients of somebody else's."""
    with plain_producer(servers) as send:
        for partition, count in WRITTEN.items():
            for play in PLAYS[:count]:
                send(topic, play.to_json(), partition=partition)
    client = KafkaConsumer(bootstrap_servers=servers, group_id=group_id)
    client.commit({TopicPartition(topic, 0): OffsetAndMetadata(COMMITTED, "", -1)})
    client.close()
    admin = KafkaAdminClient(bootstrap_servers=servers)
    admin.delete_records({TopicPartition(topic, 1): DELETED})
    admin.close()


@on_both_engines
def test_everybody_tells_the_same_lags(
    broker: Broker, topic: str, make_consumer: Callable[..., BackgroundConsumer], stopping: Callable[[Runner], Any]
) -> None:
    """End offset − committed; all that are there where the group never committed. Asked before and with a member."""
    servers, group_id = broker.bootstrap_servers, random_name("group")
    write_and_commit(servers, topic, group_id)
    about: dict[str, Any] = {"bootstrap_servers": servers, "topic": topic}
    watch = stopping(GroupWatch(**about, group_id=group_id, name=random_name("watch"))).start()
    tail = stopping(LogTail(**about, name=random_name("tail"))).start()
    commits = stopping(CommitsWatch(**about, groups=(group_id,), name=random_name("commits"))).start()
    wait_until(lambda: watch.status.partitions and tail.partitions() and commits.commits(), timeout_s=PATIENCE_S)

    assert watch.status.partitions == PLACES
    assert (committed(servers, group_id)[0].offset, end_offsets(servers, topic)) == (COMMITTED, WRITTEN)
    shown = group_of(GroupOfConsumers(**about, group_id=group_id, members=0), watch)().lags
    assert [(lag.lag, lag.committed_lag) for lag in shown] == [(None, 7), (None, 5), (None, 0)]
    log = LogView()
    log.show(studio.picture_of(tail, commits=commits)())
    assert f"Group {group_id}: committed lag 12." in log.sentence

    consumer = make_consumer(group_id=group_id)
    consumer.pause()
    consumer.start()
    wait_until(lambda: consumer.status.state == "paused", what="the member to stand still", timeout_s=PATIENCE_S)

    positions = {0: 3, 1: 4, 2: 0}
    assert consumer.status.partitions == tuple(replace(at, position=positions[at.partition]) for at in PLACES)
    assert (consumer.status.lag, consumer.status.committed_lag) == (12, 12)
    log.show(studio.picture_of(tail, consumers=[consumer], commits=commits)())
    assert f"Group {group_id}: lag 12, committed lag 12." in log.sentence
