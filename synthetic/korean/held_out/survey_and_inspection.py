"""Families kept out of training: survey, inspection report. They share values with other families, but no layout."""

from __future__ import annotations

from synthetic.canvas import Canvas, Spot
from synthetic.family import Family
from synthetic.korean import office_words
from synthetic.korean.form_values import FormValues
from synthetic.style import Style
from synthetic.words import word_list, word_lists

#: Questions by their choices.
_ASKED = word_lists("korean-families", "survey", "questions")
_STATED = word_list("korean-families", "survey", "statements")
_MEASURED = word_list("korean-families", "inspection", "measurements")


def survey(canvas: Canvas, style: Style) -> None:
    """Draw a survey (설문지): a greeting, numbered questions over choices, a matrix of statements, the person."""
    rng, values = canvas.rng, FormValues(canvas.rng, canvas.vocabulary)
    canvas.width = 827.0
    size = canvas.size = min(canvas.size, 12.5)
    x0, x1, y = rng.uniform(45, 80), 827 - rng.uniform(45, 80), rng.uniform(35, 70)
    title = values.pick("고객 만족도 조사|설문지|교육 만족도 설문조사|이용자 설문지|주민 의견 조사서|만족도 설문지")
    y = canvas.text(title, x0, y, "HEADER", size=1.8 * size, room=x1 - x0, align="center").y1 + size
    greeting = (
        f"안녕하십니까? {values.sentence()} "
        f"{values.pick('응답하신 내용은 통계 목적으로만 사용됩니다.|잠시만 시간을 내어 주시기 바랍니다.')}"
    )
    spot = canvas.text(greeting, x0 + size, y, "OTHER", room=x1 - x0 - 2 * size, leading=1.6)
    if rng.random() < 0.6:
        canvas.frame(x0, y - 0.6 * size, x1, spot.y1 + 0.6 * size)
    y = canvas.text(values.company(), x0, spot.y1 + 1.2 * size, "OTHER", room=x1 - x0, align="right").y1 + size
    ticks = rng.choice((("①②③④⑤", "√"), ("□□□□□", "☑"), ("○○○○○", "●"), ("①②③④⑤", "✓")))
    form = rng.choice(("문 {}. ", "{}. ", "Q{}. ", "문항 {}) "))
    for number, choices in enumerate(rng.sample(list(_ASKED), rng.randint(3, len(_ASKED))), 1):
        key = canvas.text(form.format(number) + rng.choice(_ASKED[choices]), x0, y, "QUESTION", room=x1 - x0)
        y = _choices(canvas, key, choices, ticks, x0 + 1.5 * size, x1, key.y1 + 0.7 * size, style.filled)
    if rng.random() < 0.7:
        y = _statements(canvas, values, x0, x1, y, style.filled)
    if rng.random() < 0.6:
        key = canvas.text(
            values.pick("기타 건의사항이 있으시면 자유롭게 적어 주십시오.|개선 의견:|하고 싶은 말씀"), x0, y, "QUESTION"
        )
        y = key.y1 + 0.8 * size
        if rng.random() < style.filled:
            spot = canvas.text(values.sentence(), x0 + size, y, "ANSWER", room=x1 - x0 - size)
            canvas.link(key, spot)
            y = spot.y1
        y += 1.5 * size
    head = canvas.text(values.pick("응답자 특성|일반사항|인적사항"), x0, y, "HEADER", size=1.1 * size)
    x, y = x0, y + 2 * size
    for name, text in (
        ("성별", values.pick("남|여")),
        ("연령", values.pick("20대|30대|40대|50대 이상")),
        ("직업", values.pick("회사원|자영업|학생|주부")),
        ("거주지", rng.choice(office_words.CITIES).split()[0]),
    ):
        key = canvas.text(f"{name} (", x, y, "QUESTION")
        canvas.link(head, key)
        spot = key
        if rng.random() < style.filled:
            spot = canvas.text(text, key.x1 + size, y, "ANSWER")
            canvas.link(key, spot)
        x = canvas.text(")", spot.x1 + size, y, "QUESTION", entity=key.entity).x1 + 1.5 * size
    y = canvas.text(
        values.pick("끝까지 응답해 주셔서 감사합니다.|설문에 응해 주셔서 대단히 감사합니다."),
        x0,
        y + 2.5 * size,
        "OTHER",
        room=x1 - x0,
        align="center",
    ).y1
    canvas.height = max(canvas.height, y + 20)


def _choices(
    canvas: Canvas, key: Spot, choices: str, ticks: tuple[str, str], x: float, x1: float, y: float, filled: float
) -> float:
    """Print choices in a row, or below each other, with one ticked. Return the y below."""
    rng, size, (empty, tick) = canvas.rng, canvas.size, ticks
    names = choices.split("|")
    chosen = rng.randrange(len(names)) if rng.random() < filled else -1
    below, left = rng.random() < 0.3, x
    for number, name in enumerate(names):
        mark = tick if number == chosen and empty[0] != "①" else empty[number]
        if number and (below or x + canvas.measure(f"{mark} {name}") > x1):
            x, y = left, y + 1.6 * size
        spot = canvas.text(mark, x, y, "OTHER")
        if number == chosen and empty[0] == "①":
            spot = canvas.text(tick, spot.x1 + 0.1 * size, y, "OTHER")
        spot = canvas.text(name, spot.x1 + 0.4 * size, y, "ANSWER" if number == chosen else "OTHER")
        if number == chosen:
            canvas.link(key, spot)
        x = spot.x1 + rng.uniform(1, 2.5) * size
    return y + rng.uniform(2.2, 3) * size


def _statements(canvas: Canvas, values: FormValues, x0: float, x1: float, y: float, filled: float) -> float:
    """Print statements in rows and degrees in columns; a tick belongs to both. Return the y below."""
    rng, size = canvas.rng, canvas.size
    head = canvas.text(values.pick("※ 다음 항목별 만족도를 표시하여 주십시오|[항목별 평가]"), x0, y, "HEADER")
    y, start, top = head.y1 + size, x0 + 0.42 * (x1 - x0), head.y1 + 0.5 * size
    names = values.of(("매우 만족|만족|보통|불만족|매우 불만족", "5|4|3|2|1", "아주 좋음|좋음|보통|나쁨")).split("|")
    wide = (x1 - start) / len(names)
    heads = [
        canvas.text(n, start + i * wide, y, "QUESTION", room=wide, align="center", size=0.9 * size)
        for i, n in enumerate(names)
    ]
    y = max(each.y1 for each in heads) + size
    for number, stated in enumerate(rng.sample(_STATED, rng.randint(3, 7)), 1):
        canvas.rule(x0, y - 0.5 * size, x1, y - 0.5 * size)
        key = canvas.text(f"{number}) {stated}", x0 + 4, y, "QUESTION", room=start - x0 - 8)
        canvas.link(head, key)
        if rng.random() < filled:
            place = rng.randrange(len(names))
            tick = canvas.text(rng.choice("√✓○V"), start + place * wide, y, "ANSWER", room=wide, align="center")
            canvas.link(key, tick)
            canvas.link(heads[place], tick)
        y = key.y1 + size
    canvas.frame(x0, top, x1, y - 0.5 * size)
    for place in range(len(names)):
        canvas.rule(start + place * wide, top, start + place * wide, y - 0.5 * size)
    return y + size


def inspection(canvas: Canvas, style: Style) -> None:
    """Draw an inspection report (검사성적서): fields in two columns, measurements under two tiers of heads."""
    rng, values = canvas.rng, FormValues(canvas.rng, canvas.vocabulary)
    canvas.width = rng.choice((827.0, 827.0, 1169.0))
    canvas.height = 1169.0 if canvas.width < 1000 else 827.0
    size = canvas.size = min(canvas.size, 12.0)
    x0, x1, y = 0.07 * canvas.width, 0.93 * canvas.width, rng.uniform(30, 60)
    title = values.pick("검사성적서|출하검사 성적서|수입검사성적서|INSPECTION REPORT 검사성적서|시험성적서")
    y = (
        canvas.text(title, x0, y, "HEADER", size=1.8 * size, room=x1 - x0, align=rng.choice(("center", "left"))).y1
        + 1.5 * size
    )
    pairs = [
        ("품명", values.goods()),
        ("품번", values.digits("A##-####")),
        ("LOT NO.", values.digits("L2#####")),
        ("수량", values.digits("&00 EA")),
        ("납품처", values.company()),
        ("검사일자", values.date()),
        ("검사방식", values.pick("샘플링(n=5)|전수검사|AQL 1.0")),
        ("재질", values.pick("SUS304|SM45C|AL6061|ABS|PP")),
        ("도면번호", values.digits("D-####")),
        ("검사자", values.person()),
    ][: rng.choice((4, 6, 8, 10))]
    dots, offset = rng.choice((":", ":", ".", "")), rng.uniform(6, 8) * size
    for number, (name, text) in enumerate(pairs):
        x = x0 if number % 2 == 0 else x0 + 0.53 * (x1 - x0)
        key = canvas.text(f"{name} {dots}".strip(), x, y, "QUESTION")
        if rng.random() < 0.93:
            at = max(x + offset, key.x1 + 0.5 * size)
            canvas.link(key, canvas.text(text, at, y, "ANSWER"))
        canvas.rule(x, y + 1.3 * size, x + 0.45 * (x1 - x0), y + 1.3 * size)
        y += 2 * size if number % 2 else 0
    y = _measurements(canvas, values, x0, x1, y + 0.8 * size)
    key = canvas.text(values.pick("종합판정|판정|최종 판정"), x0, y, "QUESTION", size=1.15 * size)
    canvas.link(
        key, canvas.text(values.pick("합격|불합격|조건부 합격|PASS"), key.x1 + 2 * size, y, "ANSWER", size=1.15 * size)
    )
    key = canvas.text(values.pick("특기사항|비고|REMARK"), x0 + 0.4 * (x1 - x0), y, "QUESTION")
    if rng.random() < 0.6:
        canvas.link(key, canvas.text(values.reason(), key.x1 + size, y, "ANSWER", room=x1 - key.x1 - size))
    y += 3 * size
    spot = canvas.text(
        values.pick("상기와 같이 검사 결과를 통보합니다.|본 성적서는 제출된 시료에 한합니다."), x0, y, "OTHER"
    )
    y = spot.y1 + 1.5 * size
    x = x0 + 0.3 * (x1 - x0)
    for name in ("검사", "검토", "승인")[: rng.randint(2, 3)]:
        key = canvas.text(f"{name} :", x, y, "QUESTION")
        spot = canvas.text(values.person(), key.x1 + size, y, "ANSWER")
        canvas.link(key, spot)
        x = canvas.text("(인)", spot.x1 + size, y, "OTHER").x1 + 2 * size
    canvas.height = max(canvas.height, y + 30)


def _measurements(canvas: Canvas, values: FormValues, x0: float, x1: float, y: float) -> float:
    """Print measured properties, limits, three to five readings under a shared head, and verdicts."""
    rng, size, top = canvas.rng, canvas.size, y
    count, sign = rng.randint(3, 5), rng.choice("X#n")
    shares = [0.5, 1.6, 1.9, *[0.9] * count, 0.8]
    edges = [x0 + (x1 - x0) * sum(shares[:i]) / sum(shares) for i in range(len(shares) + 1)]

    def put(text: str, column: int, at: float, label: str, until: int | None = None) -> Spot:
        room = edges[until or column + 1] - edges[column] - 4
        return canvas.text(text, edges[column] + 2, at, label, room=room, align="center", size=0.95 * size)

    heads = [
        put(values.pick(n), i, y + 0.9 * size, "QUESTION")
        for i, n in enumerate(("NO", "검사항목|시험항목", "규격|기준치|검사기준"))
    ]
    group = put(values.pick("측정치|측 정 값|DATA"), 3, y, "HEADER", 3 + count)
    for place in range(count):
        heads.append(put(f"{sign}{place + 1}", 3 + place, y + 1.8 * size, "QUESTION"))
        canvas.link(group, heads[-1])
    heads.append(put(values.pick("판정|결과"), 3 + count, y + 0.9 * size, "QUESTION"))
    y += 3.6 * size
    for number, name in enumerate(rng.sample(_MEASURED, rng.randint(3, 9)), 1):
        canvas.rule(x0, y - 0.5 * size, x1, y - 0.5 * size)
        goal, slack = rng.uniform(2, 120), rng.choice((0.05, 0.1, 0.5))
        key = put(name, 1, y, "QUESTION")
        canvas.link(heads[0], put(str(number), 0, y, "ANSWER"))
        said = [(2, f"{goal:.1f}±{slack}" if name != "외관" else "이상 없을 것")]
        said += [(3 + i, f"{goal + rng.gauss(0, slack / 2):.2f}" if name != "외관" else "양호") for i in range(count)]
        said.append((3 + count, values.pick("합격|OK|적합|합")))
        for column, text in said:
            if rng.random() < 0.95:
                spot = put(text, column, y, "ANSWER")
                canvas.link(heads[column], spot)
                canvas.link(key, spot)
        y += 2 * size
    canvas.frame(x0, top - 0.5 * size, x1, y - 0.5 * size)
    for edge in edges:
        canvas.rule(edge, top - 0.5 * size, edge, y - 0.5 * size)
    return y + size


FAMILIES = (
    Family("ko survey", ("ko",), 1.0, survey, held_out=True),
    Family("ko inspection", ("ko",), 1.0, inspection, held_out=True),
)
