"""What writes a game into the log: a replay on its clock, or a live game as its feed tells it.

    producer = GameProducer(load_game("0021500277"), bootstrap_servers=broker.bootstrap_servers, speed=60).start()
    producer.status.sent
    producer.stop()

`game_producer` and `live_producer` decide what is sent and when; `sender` sends it and keeps the result of each record.
"""

from nbmomentum.stream.producer.game_producer import GameProducer
from nbmomentum.stream.producer.live_producer import LiveProducer
from nbmomentum.stream.producer.partitioning import partition_for
from nbmomentum.stream.producer.sender import RecordSender

__all__ = ["GameProducer", "LiveProducer", "RecordSender", "partition_for"]
