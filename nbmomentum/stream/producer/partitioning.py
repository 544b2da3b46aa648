"""Which partition a key chooses: the rule of every Kafka client, so that it can be told without a broker.

partition_for(b"0021500277", 3)  # 2
partition_steps(b"0021500277", 3)  # PartitionSteps(number=..., without_sign=..., partitions=3, partition=2)
"""

from dataclasses import dataclass

from kafka.partitioner.default import murmur2

NO_SIGN = 0x7FFFFFFF


def partition_for(key: bytes, partitions: int) -> int:
    """The partition in which records with this key lie.

    Args:
        key: The record's key, as bytes.
        partitions: How many partitions the topic has, at least 1.
    """
    return partition_steps(key, partitions).partition


@dataclass(frozen=True)
class PartitionSteps:
    """How a key comes to its partition.

    Attributes:
        number: The key's hash, from 0 to 2^32 - 1.
        without_sign: The same with its highest bit taken away.
        partitions: How many partitions the topic has.
        partition: The remainder of the division.
    """

    number: int
    without_sign: int
    partitions: int
    partition: int


def partition_steps(key: bytes, partitions: int) -> PartitionSteps:
    """The steps from a key to the partition in which its records lie; the arguments are those of `partition_for`."""
    number = int(murmur2(key))
    without_sign = number & NO_SIGN
    return PartitionSteps(number, without_sign, partitions, without_sign % partitions)
