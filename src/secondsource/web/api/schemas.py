"""What goes in and out of the interface for programs; money and quantities are texts, so that no digit is lost."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import BeforeValidator, ConfigDict, Field

Number = Annotated[str, Field(pattern=r"^[0-9]{1,11}(\.[0-9]{1,6})?$", examples=["12.50"])]
Text = Annotated[str, Field(max_length=2000)]
Day = Annotated[
    str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$|^20[0-9]{2}-[0-9]{2}-[0-9]{2}$")
]


def _whole(given: object) -> object:
    """JSON has one kind of number: 12.0 is a whole one."""
    return int(given) if isinstance(given, float) and given.is_integer() else given


WHOLE = BeforeValidator(_whole)


class Strict(Schema):
    """Unknown fields are refused: a misspelt one would be lost silently."""

    model_config = ConfigDict(extra="forbid", strict=True)


class OfferIn(Strict):
    """A price for a line; `alternative` 0 is the offer proper. Breaks are pairs of quantity and unit price."""

    line: Annotated[int, Field(ge=0, le=2**53), WHOLE]
    alternative: Annotated[int, Field(ge=0, le=9), WHOLE] = 0
    unit_price: Number
    breaks: Annotated[list[Annotated[list[Number], Field(min_length=2, max_length=2)]], Field(max_length=10)] = Field(
        default_factory=list
    )
    break_kind: Literal["all_units", "incremental"] = "all_units"
    fixed_cost: Number | None = None
    capacity: Number | None = None
    min_quantity: Number | None = None
    multiple: Number | None = None
    lead_days: Number | None = None
    payment_days: Number | None = None
    defect_rate: Number | None = None
    backup_fee: Number | None = None
    backup_unit_price: Number | None = None
    bring_up_days: Number | None = None
    backup_only: bool = False
    conditions: Text = ""


class PackageLine(Strict):
    """How much of a line a package delivers."""

    line: Annotated[int, Field(ge=0, le=2**53), WHOLE]
    quantity: Number


class PackageIn(Strict):
    """An all-or-nothing bundle at one price."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    price: Number
    lines: Annotated[list[PackageLine], Field(min_length=1, max_length=1000)]


class BidIn(Strict):
    """A whole bid; it replaces the one before and counts for the lines that it covers."""

    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    valid_until: Day | None = None
    capacity: Number | None = None
    note: Text = ""
    answers: Annotated[list[Text], Field(max_length=50)] = Field(default_factory=list)
    offers: Annotated[list[OfferIn], Field(max_length=10_000)] = Field(default_factory=list)
    packages: Annotated[list[PackageIn], Field(max_length=50)] = Field(default_factory=list)


class ReceiptOut(Schema):
    """What was received, when by the server's clock, and the SHA-256 of it as sealed."""

    round: int
    version: int
    kind: str
    channel: str
    received_at: datetime
    sealed_sha256: str
    mark: str


class LineOut(Schema):
    """An item that is asked for."""

    line: int
    lot: str
    item: str
    name: str
    unit: str
    quantity: str
    published_price: str | None


class AskedOut(Schema):
    """What a bidder sees of its event."""

    event: str
    about: str
    round: int
    deadline: datetime
    is_open: bool
    currencies: list[str]
    questions: list[str]
    revision: int
    lines: list[LineOut]
    counter_offers: dict[str, str]


class EventOut(Schema):
    """An event, as its team sees it; nothing of sealed bids."""

    id: int
    name: str
    kind: str
    state: str
    project: int
    round: int
    deadline: datetime
    opened_at: datetime | None
    currency: str
    revision: int


class EventIn(Strict):
    """What an event begins with; the deadline is a wall-clock time in the time zone."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    project: Annotated[int, Field(ge=1, le=2**53), WHOLE]
    kind: Literal["rfq", "rfi"] = "rfq"
    deadline: Annotated[
        str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T([01][0-9]|2[0-3]):[0-5][0-9]$")
    ]
    time_zone: Annotated[str, Field(max_length=60)] = "UTC"
    about: Annotated[str, Field(max_length=20_000)] = ""


class InviteIn(Strict):
    """Whom to invite: a supplier of the register by its short name."""

    supplier: Annotated[str, Field(min_length=1, max_length=120)]
    language: Literal["en", "ru", "uk"] = "en"


class InvitedOut(Schema):
    """The code of an invitation, told this once."""

    supplier: str
    code: str


class OpeningOut(Schema):
    """Whether the bids are open now, or wait for a second person."""

    is_open: bool


class BidOut(Schema):
    """An opened bid."""

    supplier: str
    receipt: ReceiptOut
    content: dict[str, object] | None


class AwardOut(Schema):
    """What a supplier was awarded."""

    supplier: str
    item: str
    quantity: str
    unit_price: str
    currency: str
