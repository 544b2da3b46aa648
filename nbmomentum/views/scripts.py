"""A few lines of script on the page that shows a view: what ipywidgets cannot do from Python."""

from ipywidgets import Layout, Output


def script(source: str) -> Output:
    """An invisible widget that runs this script when it comes onto a page; `element` is a node inside of it there."""
    output = {"output_type": "display_data", "data": {"application/javascript": source}, "metadata": {}}
    return Output(outputs=(output,), layout=Layout(display="none"))
