"""What kafka-python 3.0 and the embedded broker leave out of a cooperative rebalance, and a member of ours needs.

Under `cooperative-sticky` a member keeps its partitions while the group rebalances, and gives up only those that move:

| left out | here |
|---|---|
| no listener hears of a join that changes nothing | `note_joins` |
| a poll hands out no records while the join waits for others | `records_of_kept_partitions` |
| the embedded broker counts its generation up when a rebalance begins, so a commit in between is refused, and the \
client takes that for the loss of everything | `keep_partitions_while_joining` |
| the embedded broker forgets who still waits for the first round when the second one begins at once | `note_joins` |
| the embedded broker forgets those that wait, when somebody joins or leaves just as a round is complete | \
`free_coordinator` |
| who has lost everything still claims it at the next join | `forget_owned` |
| an answer that comes between two polls is thrown away, and the join begun anew: when the group's leader does so, \
Apache Kafka rebalances the whole group once more | `keep_answers` |
"""

from collections.abc import Callable
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.coordinator.assignors.abstract import RebalanceProtocol
from kafka.errors import CommitFailedError, IllegalGenerationError

SECOND_ROUND_DELAY_S = 0.1
# Every embedded broker gives its cluster this id, and no other broker does.
EMBEDDED_CLUSTER_ID = "MkU3OEVBNTctOEUyRi00"


def is_cooperative(client: KafkaConsumer) -> bool:
    """Whether this consumer keeps its partitions through a rebalance."""
    return bool(client._coordinator._rebalance_protocol is RebalanceProtocol.COOPERATIVE)


def note_joins(client: KafkaConsumer, note: Callable[[int], None]) -> None:
    """Call `note` with the group's generation at the end of each join, after the listener; on the client's thread."""
    coordinator = client._coordinator
    complete = coordinator._on_join_complete_async

    async def complete_and_note(generation: int, *rest: Any) -> None:
        await complete(generation, *rest)
        if coordinator.rejoin_needed:
            await client._net.sleep(SECOND_ROUND_DELAY_S)
        note(generation)

    coordinator._on_join_complete_async = complete_and_note


def keep_answers(client: KafkaConsumer) -> None:
    """Let the next poll take the answer to a join that came between two polls.

    `BaseCoordinator.join_group_async` asks only whether its last task is done, not whether that was a success.
    """
    coordinator = client._coordinator
    join, complete = coordinator._do_join_and_sync_async, coordinator._on_join_complete_async
    answers: list[bytes] = []

    async def join_or_take() -> bytes:
        if not (answers and coordinator.rebalance_in_progress()):
            answers.clear()
            answers.append(await join())
        return answers[0]

    async def forget_and_complete(*joined: Any) -> None:
        answers.clear()
        await complete(*joined)

    coordinator._do_join_and_sync_async = join_or_take
    coordinator._on_join_complete_async = forget_and_complete


def keep_partitions_while_joining(client: KafkaConsumer) -> None:
    """Let a cooperative member whose commit meets a rebalance join it with what it has.

    The broker has it among its members, so no rebalance can have been completed without it.
    """
    coordinator = client._coordinator
    handle = coordinator._handle_offset_commit_response

    def handle_or_join(offsets: Any, send_time: float, response: Any) -> None:
        codes = {code for _, partitions in response.topics for _, code in partitions}
        if codes == {IllegalGenerationError.errno} and is_cooperative(client):
            coordinator.request_rejoin()
            raise CommitFailedError("The group is rebalancing.")
        handle(offsets, send_time, response)

    coordinator._handle_offset_commit_response = handle_or_join


def is_embedded(client: KafkaConsumer) -> bool:
    """Whether this consumer's broker is the embedded one; every one of them names its cluster alike."""
    return bool(client._cluster.cluster_id == EMBEDDED_CLUSTER_ID)


def free_coordinator(client: KafkaConsumer) -> None:
    """Let a member that waits to join be heard by its broker, as the member that it is, on a new connection.

    A broker takes no other request on a connection where a join waits for its answer. A member that stops meanwhile
    could not leave, and the others would wait for it. One that reads on asks to join once more, which mends this:
    the embedded broker looks every 20 ms whether a round is complete, for each that waits. When one more joins or
    leaves before that, it begins the next round, waits for all members but has forgotten those that wait since
    before, and for five minutes nobody gets an answer.
    """
    client._manager.call_soon(client._manager.close, client._coordinator.coordinator_id)


def records_of_kept_partitions(client: KafkaConsumer, max_records: int | None) -> dict[TopicPartition, list[Any]]:
    """The next records of a cooperative member that joins its group; of any other member none."""
    if not is_cooperative(client):
        return {}
    batches, _ = client._fetcher.fetch_records(max_records, timeout_ms=0)
    return dict(batches)


def forget_owned(client: KafkaConsumer) -> None:
    """Let the next join claim nothing."""
    for assignor in client._coordinator._assignors.values():
        if is_cooperative(client):
            assignor.member_assignment = None
