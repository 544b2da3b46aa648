"""What reads a game from the log: one member of a group in a thread, from the record to the state.

    consumer = BackgroundConsumer(bootstrap_servers=broker.bootstrap_servers, group_id="lesson-03").start()
    consumer.states()["0021500277"].home_score
    consumer.stop()

`background_consumer` is the thread and its controls, `member` what the thread does in each turn, `reader` its client
and what the group does to it, `folding` what becomes of a record.
"""

from nbmomentum.stream.consumer.background_consumer import BackgroundConsumer
from nbmomentum.stream.consumer.game_states import GameSnapshot
from nbmomentum.stream.consumer.replay_log import replay_events, save_replay

__all__ = ["BackgroundConsumer", "GameSnapshot", "replay_events", "save_replay"]
