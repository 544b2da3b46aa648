"""nbmomentum: a real NBA game flows through a real Kafka log into live charts.

This front door is cheap to import: no widgets, no pandas, no Kafka client. The parts are
`nbmomentum.stream` (broker, producer, consumer), `nbmomentum.views` (charts and controls) and
`nbmomentum.studio` (where the two meet).
"""
