"""Which partition a key chooses: the rule of every Kafka client, so that it can be told without a broker.

partition_for(b"0021500277", 3)  # 2
"""

from kafka.partitioner.default import murmur2

NO_SIGN = 0x7FFFFFFF


def partition_for(key: bytes, partitions: int) -> int:
    """The partition in which records with this key lie.

    Args:
        key: The record's key, as bytes.
        partitions: How many partitions the topic has, at least 1.
    """
    return int((murmur2(key) & NO_SIGN) % partitions)
