"""A chart as a picture: what the page sends is written; what it does not send is told."""

from pathlib import Path
from typing import Any

import pytest
from bqplot import Figure
from support import wait_until

from nbmomentum.errors import ExportError
from nbmomentum.views import SaveChart, ScoreChart, WinProbabilityChart, save_in_corners

PNG = b"\x89PNG\r\n\x1a\n" + b"picture"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"></svg>'


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """A page that answers with these pictures, as bqplot's does; one that is taken out is never sent."""
    pictures = {"upload_png": PNG, "upload_svg": SVG}

    def send(figure: Figure, content: dict[str, Any], buffers: Any = None) -> None:
        if picture := pictures.get(content["type"]):
            figure._handle_custom_msgs(figure, {"event": content["type"]}, [memoryview(picture)])

    monkeypatch.setattr(Figure, "send", send)
    return pictures


@pytest.mark.parametrize(("form", "picture"), [("png", PNG), ("svg", SVG)])
def test_a_click_writes_what_the_page_shows(page: dict[str, bytes], own_home: Path, form: str, picture: bytes) -> None:
    """Into the kit's data folder, under the name that was given; the line says where."""
    save = SaveChart(ScoreChart(), name="score")

    getattr(save, form).click()

    wait_until(lambda: save.path is not None and not save.png.disabled, what="the file")
    assert save.path == own_home / "data" / f"score.{form}"
    assert save.path.read_bytes() == picture
    wait_until(lambda: str(save.path) in save._line.value, what="the line")
    assert [path.name for path in save.path.parent.iterdir()] == [f"score.{form}"]


def test_in_the_corner_it_is_a_part_of_the_chart(page: dict[str, bytes], own_home: Path) -> None:
    """Each chart has its own two buttons, right below its figure; their words name it."""
    charts = {"Score": ScoreChart(), "Win probability": WinProbabilityChart()}

    saves = save_in_corners(charts)
    saves[1].svg.click()

    for chart, save in zip(charts.values(), saves, strict=True):
        parts = list(chart.widget.children)
        assert parts.index(save.widget) == parts.index(chart.figure) + 1
    assert [save.png.description for save in saves] == ["Save score as PNG", "Save win-probability as PNG"]
    wait_until((own_home / "data" / "win-probability.svg").exists, what="the file")
    wait_until(lambda: not saves[1].svg.disabled, what="the end of it")


def test_a_file_of_the_name_is_replaced(page: dict[str, bytes], own_home: Path) -> None:
    """Twice the same button, and the newer picture stays."""
    save = SaveChart(ScoreChart(), name="score")
    save.save("png")
    wait_until(lambda: save.path is not None and not save.png.disabled, what="the first file")

    page["upload_png"] = PNG + b"newer"
    save.save("png")

    wait_until(lambda: (own_home / "data" / "score.png").read_bytes() == PNG + b"newer", what="the newer file")
    wait_until(lambda: not save.png.disabled, what="the end of it")


def test_without_a_page_the_line_says_so(page: dict[str, bytes], own_home: Path) -> None:
    """Nothing comes, nothing is written; the buttons work again, and the next request does too."""
    del page["upload_png"]
    save = SaveChart(ScoreChart(), patience_s=0.2)

    save.save("png")

    wait_until(lambda: "No page has answered" in save.error, what="the end of patience")
    wait_until(lambda: "No page has answered" in save._error.value and not save.png.disabled, what="the line")
    assert save.path is None
    page["upload_png"] = PNG
    save.save("png")
    wait_until(lambda: save.path is not None and not save.png.disabled, what="the file")
    assert save.error == ""


def test_what_is_no_picture_is_not_written(page: dict[str, bytes], own_home: Path) -> None:
    """Bytes of another kind are refused."""
    page["upload_svg"] = b"no drawing"
    save = SaveChart(ScoreChart())

    save.save("svg")

    wait_until(lambda: save.error == "What the page has sent is no SVG.", what="the refusal")
    wait_until(lambda: not save.png.disabled, what="the end of it")
    assert list((own_home).rglob("*.svg")) == []


@pytest.mark.parametrize("name", ["", "../score", "a/b", "score.png", "x" * 81])
def test_a_name_that_is_no_file_name_is_told(name: str) -> None:
    """Nothing is written outside the data folder."""
    with pytest.raises(ExportError, match="no name of a file"):
        SaveChart(ScoreChart(), name=name)


def test_another_form_is_told() -> None:
    """PNG and SVG there are."""
    with pytest.raises(ExportError, match="png or svg, not as 'gif'"):
        SaveChart(ScoreChart()).save("gif")


def test_a_cell_that_is_run_again_leaves_one_pair_of_buttons() -> None:
    """The chart has the newest buttons alone."""
    chart = ScoreChart()
    save_in_corners({"Score": chart})

    [again] = save_in_corners({"Score": chart})

    assert [part for part in chart.widget.children if "kit-corner" in part._dom_classes] == [again.widget]
