"""Other clients of Kafka than the kit's own: each writes and reads in its own words what the interop tests ask for.

The group `interop` of pyproject.toml installs two of them; Kafka's own console tools come from its jars.
"""

from typing import NamedTuple, Protocol

CODECS = ("none", "gzip", "snappy", "lz4", "zstd")
PATIENCE_S = 60.0


class Written(NamedTuple):
    """A record to be written: key, value, and the headers."""

    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...]


class Read(NamedTuple):
    """A record as a client has read it."""

    partition: int
    offset: int
    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...]


class OtherClient(Protocol):
    """A client; all of its calls come to an end by themselves."""

    def write(self, servers: str, topic: str, records: list[Written], *, codec: str) -> None:
        """Write them in this order, to the partitions that Kafka's own partitioner gives their keys."""

    def read(self, servers: str, topic: str, *, group: str, records: int) -> list[Read]:
        """The first committed records that this group has not committed yet, by partition and offset; and commit them.

        Where these are all, what is committed is the end of each partition.
        """

    def committed(self, servers: str, topic: str, group: str) -> dict[int, tuple[int, int]]:
        """What the group has committed in each partition, and its lag there."""


class TransactionalClient(OtherClient, Protocol):
    """A client that knows transactions."""

    def transact(self, servers: str, topic: str, parts: list[tuple[list[Written], bool]]) -> None:
        """Write each part as one transaction, and commit it, or abort it."""
