"""Look-alikes of check boxes: boxed digits, table cells, lone letters, bullets, a QR code."""

from __future__ import annotations

from collections.abc import Callable

from synthetic.check_boxes.layouts import Form


def boxed_digits(form: Form) -> None:
    """Print a number with one digit in each box."""
    key, size = form.pick("fields").split("|")[0], form.sheet.size
    x = form.sheet.text(key, form.x, form.y) + size
    for _ in range(form.rng.randint(6, 9)):
        form.sheet.frame(x, form.y - 1.1 * size, x + 1.4 * size, form.y + 0.3 * size)
        form.sheet.text(str(form.rng.randrange(10)), x + 0.4 * size, form.y)
        x += 1.4 * size
    form.down(2)


def small_table(form: Form) -> None:
    """Print a table of narrow cells with single digits."""
    size = form.sheet.size
    for row in range(2):
        for column in range(6):
            x, y = form.x + column * 1.8 * size, form.y + row * 1.8 * size
            form.sheet.frame(x, y - 1.3 * size, x + 1.8 * size, y + 0.5 * size)
            form.sheet.text(str(form.rng.randrange(10)), x + 0.6 * size, y)
    form.y += 3.6 * size
    form.down(0.8)


def lone_letters(form: Form) -> None:
    """Print letters that stand alone, round and square ones among them."""
    text = form.rng.choice(("O  D  Q  B", "D  O  C  0")) if form.language == "en" else "ㅁ  ㅇ  O  D"
    x = form.x
    for letter in text.split():
        x = form.sheet.text(letter, x, form.y) + 1.5 * form.sheet.size
    form.down(1.6)


def bullets(form: Form) -> None:
    """Print a list with square bullets."""
    bullet = form.rng.choice(("■", "●", "▪"))
    for _ in range(3):
        form.sheet.text(f"{bullet} {form.pick('items')}", form.x, form.y)
        form.down(1)
    form.down(0.8)


def qr_code(form: Form) -> None:
    """Draw a code of black and white modules with its three squares in the corners."""
    module, count, rng = form.sheet.size * 0.16, 21, form.rng
    x0, y0 = form.x, form.y - form.sheet.size
    for row in range(count):
        for column in range(count):
            if _is_dark(row, column, count, rng.random() < 0.5):
                x, y = x0 + column * module, y0 + (row + 0.5) * module
                form.sheet.rule(x, y, x + module, y, module)
    form.y += count * module
    form.down(0.8)


def _is_dark(row: int, column: int, count: int, drawn: bool) -> bool:
    """Return whether a module is dark: those of the three squares by their rule, the others as drawn."""
    for top, left in ((0, 0), (0, count - 7), (count - 7, 0)):
        y, x = row - top, column - left
        if -1 <= y <= 7 and -1 <= x <= 7:
            ring = max(abs(y - 3), abs(x - 3))
            return ring in (0, 1, 3)
    return drawn


LOOK_ALIKES: tuple[Callable[[Form], None], ...] = (boxed_digits, small_table, lone_letters, bullets, qr_code)
