"""The pipeline strip: one play on its way from the producer to the figure, and the line of code that moves it."""

from nbmomentum.views.strip.strip import PipelineStrip, Walkable
from nbmomentum.views.strip.walk import STATIONS, Excerpt, Form, Walk

__all__ = ["STATIONS", "Excerpt", "Form", "PipelineStrip", "Walk", "Walkable"]
