"""The view of a key's way to its partition, with Kafka's own hash.

```python
studio.key_to_partition("0021500391")
```
"""

from nbmomentum.sources.bundled import DEFAULT_GAME_ID
from nbmomentum.stream.producer.partitioning import partition_steps
from nbmomentum.stream.topics import PARTITIONS
from nbmomentum.views import KeyView


def key_to_partition(key: str = DEFAULT_GAME_ID, *, partitions: int = PARTITIONS) -> KeyView:
    """A field for a key, and the steps from its bytes to one of so many partitions.

    Args:
        key: The key to begin with.
        partitions: How many partitions to begin with, 1 to 12.
    """
    return KeyView(partition_steps, key=key, partitions=partitions)
