"""Members of a group that are not of this kernel: one in another process, and one that does only what a test says."""

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from kafka import KafkaAdminClient
from kafka.future import Future
from kafka.protocol.consumer import JoinGroupRequest
from kafka.protocol.consumer.metadata import ConsumerProtocolSubscription

MEMBER = """
import json, sys
from nbmomentum.stream import BackgroundConsumer

servers, topic, group_id = sys.argv[1:]
consumer = BackgroundConsumer(bootstrap_servers=servers, topic=topic, group_id=group_id, name="victim").start()
while not consumer.join(0.02):
    status = consumer.status
    places = {place.partition: place.position for place in status.partitions}
    print(json.dumps({"state": status.state, "consumed": status.consumed, "positions": places}), flush=True)
"""


class MemberElsewhere:
    """A `BackgroundConsumer` named "victim" in another process, like that of another kernel."""

    def __init__(self, servers: str, topic: str, group_id: str) -> None:
        command = [sys.executable, "-c", MEMBER, servers, topic, group_id]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self._said: dict[str, Any] = {}

    def told(self, condition: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        """The first thing that it says of itself for which this holds."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._said = json.loads(line)
            if condition(self._said):
                return self._said
        raise AssertionError("the other process has ended")

    def last_words(self) -> dict[str, Any]:
        """What it said of itself last; it has been ended."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.endswith("\n"):
                self._said = json.loads(line)
        return self._said

    def end(self) -> None:
        """End it by force."""
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


class ScriptedMember:
    """Asks to join a group when the test says so, and leaves the answers to the test."""

    def __init__(self, servers: str, topic: str, group_id: str) -> None:
        self._servers, self._topic, self._group_id = servers, topic, group_id
        self._clients: list[KafkaAdminClient] = []
        self._member_id = ""
        self._connect()

    def introduce(self) -> None:
        """Get a member id from the broker, which does not wait for this one yet."""
        self._member_id = self._clients[-1]._manager.run(self._ask).member_id

    def join(self, *, anew: bool = False) -> Future:
        """Ask to join; the answer comes when the broker has heard all members.

        Args:
            anew: On a new connection: on the one where the last answer is still to come the broker hears nothing.
        """
        if anew:
            self._connect()
        return self._clients[-1]._manager.call_soon(self._ask)

    def close(self) -> None:
        """Hang up, and leave no group."""
        for client in self._clients:
            client.close()

    def _connect(self) -> None:
        self._clients.append(KafkaAdminClient(bootstrap_servers=self._servers, client_id="scripted"))

    async def _ask(self) -> Any:
        request = JoinGroupRequest(
            group_id=self._group_id,
            session_timeout_ms=6000,
            rebalance_timeout_ms=300_000,
            member_id=self._member_id,
            protocol_type="consumer",
            protocols=[("range", ConsumerProtocolSubscription(0, [self._topic], b""))],
            max_version=5,
        )
        manager = self._clients[-1]._manager
        return await manager.send(request, node_id=manager.least_loaded_node())
