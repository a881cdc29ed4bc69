"""What the compiled requirements promise: one version of each package, the same wherever it stands."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
_PIN = re.compile(r"^([a-z0-9][a-z0-9.-]*)==([^ ;\\]+)", re.M)


def pins(name: str) -> dict[str, str]:
    return dict(_PIN.findall((ROOT / name).read_text()))


@pytest.mark.parametrize("name", ["requirements-demo.txt", "requirements-extras.txt", "requirements-dev.txt"])
def test_whatever_the_product_needs_is_in_every_environment(name: str) -> None:
    """A package that was added to one file only is missing where the others are installed."""
    product, found = pins("requirements.txt"), pins(name)
    assert len(product) > 40
    assert {package: found.get(package) for package in product} == product


def test_every_wish_is_pinned() -> None:
    for wishes in ROOT.glob("requirements*.in"):
        named = re.findall(r"^([A-Za-z0-9][A-Za-z0-9._-]*)", wishes.read_text(), re.M)
        missing = {re.sub("[._]", "-", name.lower()) for name in named} - set(pins(wishes.with_suffix(".txt").name))
        assert not missing, f"{wishes.name}: {missing}"
