"""The log read as a log, without a group: its last records for pictures, and from a place to its present end.

    tail = LogTail(bootstrap_servers=broker.bootstrap_servers).start()
    tail.records()[-1].describe()  # "Chris Bosh (MIA) scores 1, Q1 11:35, 1-0"
    tail.stop()

`log_tail` is the thread, `log_end` reads for it through a `log_client`, `partition_tails` and `stored_records` are what
they keep.
"""

from nbmomentum.stream.log_reader.log_tail import LogStatus, LogTail
from nbmomentum.stream.log_reader.partition_tails import PartitionTail
from nbmomentum.stream.log_reader.stored_records import StoredRecord
from nbmomentum.stream.log_reader.wiring import WiredGroup, WiredTopic, Wiring, read_wiring

__all__ = ["LogStatus", "LogTail", "PartitionTail", "StoredRecord", "WiredGroup", "WiredTopic", "Wiring", "read_wiring"]
