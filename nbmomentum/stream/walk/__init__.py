"""A walk: one play at a time on its whole way from the producer to the figure; `walk_status` names its stages.

```python
walk = PipelineWalk(load_game("0021500277"), bootstrap_servers=broker.bootstrap_servers, topic=topic).start()
walk.step()
walk.status.stage
```
"""

from nbmomentum.stream.walk.pipeline_walk import PipelineWalk
from nbmomentum.stream.walk.walk_status import STAGES, Stage, WalkStatus

__all__ = ["STAGES", "PipelineWalk", "Stage", "WalkStatus"]
