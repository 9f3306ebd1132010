"""The commands one starts with, as a user types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from portfolio_review.cli import cli
from portfolio_review.errors import EXIT_DONE, EXIT_SOME_FAILED, EXIT_USAGE
from portfolio_review.manual import schema
from portfolio_review.review import load


def test_the_sample_is_written_once_and_again_and_over_nothing_of_others(tmp_path: Path) -> None:
    run = CliRunner().invoke
    done = run(cli, ["sample", str(tmp_path / "trial")])
    assert done.exit_code == EXIT_DONE, done.output
    assert done.output.splitlines()[-1] == f"Next: portfolio-review run {tmp_path / 'trial' / 'sample.yml'} --unit all"
    review = load(tmp_path / "trial" / "sample.yml")
    assert all((tmp_path / "trial" / str(source.path)).is_file() for source in review.sources.values())
    assert (tmp_path / "trial" / schema.FILE).read_text(encoding="utf-8") == schema.text()
    assert run(cli, ["sample", str(tmp_path / "trial"), "--quiet"]).output == ""

    losses = tmp_path / "trial" / "sample" / "losses.csv"
    losses.write_text("mine", encoding="utf-8")
    (tmp_path / "trial" / "sample.yml").unlink()
    refused = run(cli, ["sample", str(tmp_path / "trial")])
    assert refused.exit_code == EXIT_USAGE
    assert f"{losses} exists and is not the sample's" in refused.output
    assert losses.read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "trial" / "sample.yml").exists()
    assert {path.name for path in (tmp_path / "trial").iterdir()} == {"sample", schema.FILE}


def test_the_sample_needs_a_folder_that_may_be_written(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("", encoding="utf-8")
    failed = CliRunner().invoke(cli, ["sample", str(tmp_path / "taken" / "trial")])
    assert failed.exit_code == EXIT_SOME_FAILED
    assert "the sample could not be written to" in failed.output


def test_the_schema_is_printed_whole() -> None:
    assert json.loads(CliRunner().invoke(cli, ["schema"]).output) == schema.schema()


@pytest.mark.parametrize(("topic", "code"), [("assessments.criterion", EXIT_DONE), ("assesments", EXIT_USAGE)])
def test_the_reference_answers_one_topic(topic: str, code: int) -> None:
    done = CliRunner().invoke(cli, ["reference", topic])
    assert done.exit_code == code
    assert "criterion" in done.output if code == EXIT_DONE else "did you mean" in done.output
