"""What the XML of a worksheet holds besides values: its extent, errors, uncalculated formulas and merged cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from xml.parsers import expat

from secondsource.language import Message, _
from secondsource.problem import sheets
from secondsource.problem.sheets import Broken

Attributes = dict[str, str]

MOST_BROKEN = 10_000
"""Broken cells noted for one sheet."""

_CELL = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_WHOLE = re.compile(r"\s*[0-9]{1,9}\s*")
_BROKEN_ERROR = _("an error of the spreadsheet: expected a value")
_BROKEN_FORMULA = _("a formula without a stored value: open the file in a spreadsheet program and save it")


class TooMuch(Exception):
    """A sheet that would fill the memory, or that is written as no spreadsheet program does."""

    def __init__(self, expected: Message) -> None:
        super().__init__(str(expected))
        self.expected = expected


@dataclass
class Contents:
    """What a sheet holds.

    Attributes
    ----------
    rows, columns
        Its extent, from the first cell to the last one with a value.
    broken
        Cells without a usable value by (row, column), both from 0.
    merged
        Merged areas, such as "A2:B3".
    """

    rows: int = 0
    columns: int = 0
    broken: dict[tuple[int, int], Broken] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)

    @property
    def cells(self) -> int:
        """How many cells the extent has, empty ones included."""
        return self.rows * self.columns

    def include(self, row: int, column: int) -> None:
        """Extend to a cell."""
        self.rows = max(self.rows, row + 1)
        self.columns = max(self.columns, column + 1)
        if self.cells > sheets.MAX_CELLS:
            raise TooMuch(_("has more than {limit} cells between its first and its last", limit=sheets.MAX_CELLS))

    def note(self, row: int, column: int, broken: Broken) -> None:
        """Remember a broken cell."""
        if len(self.broken) < MOST_BROKEN:
            self.broken[row, column] = broken


def _parser(start: Callable[[str, Attributes], object]) -> expat.XMLParserType:
    """An XML parser that refuses what no spreadsheet program writes."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.XmlDeclHandler = _refuse_encoding
    return parser


def _refuse_doctype(*_rest: object) -> None:
    raise TooMuch(_("declares a document type, which no spreadsheet program does"))


def _refuse_encoding(_version: str, encoding: str | None, _standalone: int) -> None:
    if (encoding or "utf-8").lower() not in ("utf-8", "us-ascii"):
        raise TooMuch(_("is XML in the encoding {encoding}: expected UTF-8", encoding=encoding))


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _whole(text: str) -> int:
    """A count or index that a spreadsheet can have."""
    if not _WHOLE.fullmatch(text):
        raise TooMuch(_("has {text!r} where a number is due: it is damaged", text=sheets.shown(text)))
    return int(text)


def sheet_names(workbook: bytes) -> list[tuple[str, str]]:
    """Return the names of the sheets of an xlsx workbook, each with the identifier of its relationship."""
    found: list[tuple[str, str]] = []

    def start(name: str, attributes: Attributes) -> None:
        if _local(name) == "sheet":
            by_local = {_local(key): value for key, value in attributes.items()}
            found.append((by_local.get("name", ""), by_local.get("id", "")))

    _parser(start).Parse(workbook, True)
    return found


def worksheet_targets(relations: bytes) -> dict[str, str]:
    """Return the paths of the worksheets (not charts) of an xlsx workbook, by identifier of the relationship."""
    found: dict[str, str] = {}

    def start(name: str, attributes: Attributes) -> None:
        if _local(name) == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            found[attributes.get("Id", "")] = attributes.get("Target", "")

    _parser(start).Parse(relations, True)
    return found


def longest_string(strings: bytes) -> int:
    """Return a length that no text has more of which the cells of an xlsx workbook share.

    >>> longest_string(b"<sst><si><t>phone</t></si></sst>")
    23
    """
    return max(map(len, strings.split(b"<si>")))


def string_lengths(strings: bytes) -> list[int]:
    """Return the length of each text that the cells of an xlsx workbook share."""
    lengths: list[int] = []

    def start(name: str, _attributes: Attributes) -> None:
        if _local(name) == "si":
            lengths.append(0)

    def text(part: str) -> None:
        if lengths:
            lengths[-1] += len(part)

    parser = _parser(start)
    parser.CharacterDataHandler = text
    parser.Parse(strings, True)
    return lengths


class _XlsxSheet:
    """Looks through a worksheet; hears the text of a cell only for a formula, an error, or where its length counts."""

    def __init__(self, lengths: Sequence[int]) -> None:
        self.contents = Contents()
        self.lengths = lengths
        self.characters = 0
        self.letters: dict[str, int] = {}
        self.row = self.column = -1
        self.attributes: Attributes = {}
        self.text = self.formula = self.value = ""
        self.parser = _parser(self.start)

    def start(self, name: str, attributes: Attributes) -> None:
        if ":" in name:
            name = _local(name)
        if name == "c":
            self.attributes = attributes
            self.place(attributes.get("r"))
        elif name in ("v", "is", "f"):
            self.contents.include(self.row, self.column)
            kind = self.attributes.get("t")
            if name == "f" or kind == "e" or (kind == "s" and self.lengths):
                self.listen()
        elif name == "row":
            self.row = _whole(attributes.get("r", str(self.row + 2))) - 1
            self.column = -1
        elif name == "mergeCell":
            self.contents.merged.append(attributes.get("ref", ""))

    def place(self, reference: str | None) -> None:
        """Go to the next cell, or where it says that it is."""
        if reference is None:
            self.column += 1
            return
        found = _CELL.fullmatch(reference)
        if found is None:
            raise TooMuch(_("has a cell called {cell}", cell=sheets.shown(reference)))
        name = found[1]
        if name not in self.letters:
            self.letters[name] = sheets.index_of(name)
        self.column, self.row = self.letters[name], int(found[2]) - 1

    def listen(self) -> None:
        """Hear the texts of this cell until it ends."""
        if self.parser.EndElementHandler is None:
            self.text = self.formula = self.value = ""
            self.parser.CharacterDataHandler = self.hear
            self.parser.EndElementHandler = self.end

    def hear(self, text: str) -> None:
        self.text += text

    def end(self, name: str) -> None:
        name = _local(name)
        if name == "f":
            self.formula, self.text = self.text or "…", ""
        elif name == "v":
            self.value, self.text = self.text, ""
        elif name == "c":
            self.parser.EndElementHandler = self.parser.CharacterDataHandler = None
            kind = self.attributes.get("t")
            if kind == "e":
                self.contents.note(self.row, self.column, Broken(self.value or "#", _BROKEN_ERROR))
            elif self.formula and not self.value and kind != "str":
                self.contents.note(self.row, self.column, Broken("=" + self.formula, _BROKEN_FORMULA))
            elif kind == "s" and self.lengths:
                index = _whole(self.value or "0")
                self.characters += self.lengths[index] if index < len(self.lengths) else 0
                if self.characters > sheets.MAX_TEXT:
                    raise TooMuch(_("has more than {limit} characters of text", limit=sheets.MAX_TEXT))


def xlsx_sheet(worksheet: bytes, strings: bytes) -> Contents:
    """Return what a worksheet of an xlsx workbook holds whose cells share the texts in the part `strings`.

    Raises
    ------
    expat.ExpatError
        It is not well-formed XML.
    TooMuch
        Its extent or its texts are beyond the limits.
    """
    longest = longest_string(strings)
    start, end = worksheet.find(b"<sheetData>") + len(b"<sheetData>"), worksheet.rfind(b"</sheetData>")
    if start <= end and is_plain(worksheet[start:end], longest):
        worksheet = worksheet[:start] + worksheet[end:]
        longest = 0
    scan = _XlsxSheet(string_lengths(strings) if worksheet.count(b"<") * longest > sheets.MAX_TEXT else ())
    scan.parser.Parse(worksheet, True)
    return scan.contents


_TAGS = (b'<c r="', b"</c>", b"<v>", b"</v>", b'<row r="', b"</row>", b"<is><t>", b"</t></is>")
_FAR_CELL = re.compile(rb'<c r="(?!A?[A-Z][1-9][0-9]{0,4}")')


def is_plain(cells: bytes, longest: int) -> bool:
    """Return whether the rows of a worksheet need no closer look: it saves most of the time of reading a large one.

    So they are where all their tags are among `_TAGS` (no formula), no cell has an error, none is beyond the column
    AZ (52) or the row 99,999, and the texts are within the limit even if each cell had the longest one.
    """
    try:
        cells.decode()
    except UnicodeDecodeError:
        return False
    return (
        sum(cells.count(tag) * tag.count(b"<") for tag in _TAGS) == cells.count(b"<")
        and cells.count(b"<v>") == cells.count(b"</v>")
        and b't="e"' not in cells
        and cells.count(_TAGS[0]) * longest <= sheets.MAX_TEXT
        and _FAR_CELL.search(cells) is None
    )


class _OdsSheets:
    """Looks through the content of an ods workbook, in which rows and cells say how often they are repeated."""

    CELLS = ("table:table-cell", "table:covered-table-cell")

    def __init__(self) -> None:
        self.sheets: dict[str, Contents] = {}
        self.contents = Contents()
        self.row = self.column = 0
        self.rows = self.columns = 1
        self.attributes: Attributes = {}
        self.text = ""
        self.characters = 0
        self.parser = _parser(self.start)
        self.parser.EndElementHandler = self.end

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "text:p":
            self.fill()
            self.parser.CharacterDataHandler = self.hear
        elif name in self.CELLS:
            self.attributes = attributes
            self.columns = _count(attributes, "table:number-columns-repeated")
            self.text = ""
            if "office:value-type" in attributes or "table:formula" in attributes:
                self.fill()
        elif name == "table:table-row":
            self.rows = _count(attributes, "table:number-rows-repeated")
            self.column = 0
        elif name == "table:table":
            self.contents = self.sheets.setdefault(attributes.get("table:name", ""), Contents())
            self.row = 0

    def fill(self) -> None:
        """The cell has a value: it, with its repetitions, belongs to the extent."""
        self.contents.include(self.row + self.rows - 1, self.column + self.columns - 1)

    def hear(self, text: str) -> None:
        self.text += text

    def end(self, name: str) -> None:
        if name in self.CELLS:
            self.parser.CharacterDataHandler = None
            self.characters += len(self.text) * self.rows * self.columns
            if self.characters > sheets.MAX_TEXT:
                raise TooMuch(_("has more than {limit} characters of text", limit=sheets.MAX_TEXT))
            self.judge(self.attributes)
            self.column += self.columns
        elif name == "table:table-row":
            self.row += self.rows

    def judge(self, attributes: Attributes) -> None:
        """Note what is wrong with the cell that ends here."""
        wide = _count(attributes, "table:number-columns-spanned")
        high = _count(attributes, "table:number-rows-spanned")
        if wide > 1 or high > 1:
            first = f"{sheets.letters(self.column)}{self.row + 1}"
            last = f"{sheets.letters(self.column + wide - 1)}{self.row + high}"
            self.contents.merged.append(f"{first}:{last}")
        if attributes.get("calcext:value-type") == "error":
            broken = Broken(self.text or "#", _BROKEN_ERROR)
        elif "table:formula" in attributes and "office:value-type" not in attributes:
            broken = Broken(attributes["table:formula"].partition(":")[2], _BROKEN_FORMULA)
        else:
            return
        for row in range(self.row, self.row + min(self.rows, MOST_BROKEN)):
            for column in range(self.column, self.column + min(self.columns, MOST_BROKEN)):
                self.contents.note(row, column, broken)
                if len(self.contents.broken) == MOST_BROKEN:
                    return


def _count(attributes: Attributes, name: str) -> int:
    return max(1, _whole(attributes.get(name, "1")))


def ods_sheets(content: bytes) -> dict[str, Contents]:
    """Return what the sheets of an ods workbook hold, by name; raises what `xlsx_sheet` does."""
    scan = _OdsSheets()
    scan.parser.Parse(content, True)
    return scan.sheets
