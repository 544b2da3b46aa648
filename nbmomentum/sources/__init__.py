"""Where events come from: bundled games, simulated ones, and the league's feeds."""
