"""Questionnaires of interviewers: long numbered questions, options with codes or blanks, statements that are rated."""

from __future__ import annotations

from synthetic.blocks.fields import ANSWER, HEADER, OTHER, QUESTION
from synthetic.canvas import Canvas, Spot
from synthetic.english.blocks.check_boxes import option
from synthetic.style import Style, compound
from synthetic.text.sentences import WORDS, capital, clause, fill, long_question
from synthetic.text.typed_values import filled
from synthetic.text.vocabulary import terms

#: Marks of patterns beside those of `writing`: ~b goods, ~j what people do with them, ~k qualities, ~o occasions.
_WORDS = WORDS | {
    "b": terms("""
        coffee | cigarettes | soft drinks | detergent | canned soup | breakfast cereal | gasoline | magazines | wine
        toothpaste | frozen dinners | ~x | snack foods | pet food | automobiles | beer | long distance calls | shampoo
        airline tickets | cosmetics | paper towels | this brand | low tar cigarettes | credit cards | cigars | batteries
    """),
    "j": terms("buy | use | smoke | try | see advertised | recommend | notice | ask for | shop for | serve | give up"),
    "k": terms("""
        taste | price | package | aroma | quality | mildness | freshness | service | appearance | name | convenience
        availability | advertising | strength | value for the money | ease of use | aftertaste
    """),
    "o": terms("""
        at home | at work | in the past 4 weeks | in the past year | on weekends | with meals | while driving | per day
        during a typical week | at a party | the last time you shopped | before ~y | since the ~n | on vacation
    """),
}
_QUESTIONS = terms("""
    How often do you ~j ~b ~o? | Which brand of ~b do you ~j most often ~o? | How many times have you ~v ~b ~o?
    What, if anything, did you like about the ~k of the ~n? | Have you ever ~v a ~n for ~b? | Did you ~i the ~n ~o?
    Compared with your usual brand, would you say the ~k of this ~n is better, about the same or worse?
    If ~b were not available at your store, what would you ~i instead? | Who in your household usually ~vs ~b?
    Overall, how would you rate the ~k of the ~n you have just ~v? | How likely would you be to ~j ~b ~o?
    Do you, or does any member of your family, work for a company that makes ~b? | Why did you ~i that ~n?
    When was the last time that you or anyone in your household ~v ~b? | Where do you usually ~j ~b?
    What was the main idea of the ~n that you were ~v? | What other ~p come to mind when you think of ~b?
    About how much do you spend on ~b ~o? | Into which of these groups does your age fall? | What is your occupation?
    What was the last grade of school that you completed?
    Is there anything else about the ~k of ~b that ~w should know?
    In your opinion, does the ~n have too much, too little or about the right ~k? | Please describe how the ~n is ~v.
    To what extent has ~w ~v the ~a ~n ~l? | What steps have been ~v to ~i the ~n? | On what date was the ~n first ~v?
    Which of the following ~p do you ~j ~o? | In what year did you begin to ~i ~p?
    Was any ~n ~v in connection with ~p?
""")
_FOLLOWING = terms("""
    If so, by whom was it ~v? | If yes, when was the ~n ~v? | If no, please explain why not | How many in all?
    If "other," please specify | Was this before or after the ~n was ~v? | What brand was it? | What did it cost?
    For what reason(s)? | Name of person who ~v the ~n | Did it ~i your ~n? | Anything else? | Which one(s)?
    Give the approximate number of ~p | Was the ~k satisfactory? | Who was present? | What kind of ~b was it?
""")
_STATEMENTS = terms("""
    Has a pleasant ~k | I would ~j it ~o | Is a brand for people like me | The ~n is easy to ~i | Costs too much
    Most ~p are too ~a | My supervisor gives me ~a ~p | Tastes better than other ~b | I worry about the ~k of ~b
    Is ~v for both men and women | The ~p were ~v on time | Leaves no aftertaste | I like to try new ~b
    The ~a ~n was ~v clearly | Has a modern ~n | A ~n you can trust | The ~k of ~b has become worse in recent years
    Companies should ~i more ~p | Knowledge of the ~n | Ability to ~i ~p | The ~k is just right | Is ~v by doctors
    It is important that the ~n be ~v | ~p should not be ~v ~l | Burns evenly | Gets along well with ~p | Courtesy
""")
_ORDERS = terms("""
    (READ LIST. CIRCLE ONE ANSWER ONLY.) | (SKIP TO Q. ~h) | IF YES, ASK: | (DO NOT READ) | (PROBE: What else?)
    (RECORD VERBATIM) | HAND RESPONDENT CARD ~h | (Check as many as apply) | IF "NO," TERMINATE INTERVIEW
    (Go to Question ~h) | TAKE BACK CARD. | (CONTINUE) | Please circle one number on each line. | ASK EVERYONE:
    Now I would like to ask you some questions about ~b. | (INTERVIEWER: ROTATE ORDER) | Card 1, Col. ~u
    For each statement, tell me how much you agree or disagree. | (ACCEPT UP TO ~h ANSWERS) | END OF INTERVIEW
""")
_OPTIONS = terms("""
    Very often/Often/Sometimes/Rarely/Never | Yes/No/Don't know | Every day/Once a week/Once a month/Less often
    Better/About the same/Worse | Definitely would/Probably would/Might or might not/Would not | Men/Women
    Excellent/Good/Fair/Poor | Under 18/18 - 24/25 - 34/35 - 49/50 and over | Too much/Just right/Too little
    Single/Married/Widowed/Divorced | Home/Office/School/Other (specify) | Newspaper/Radio/Television/Friend/Other:
    Grade school/High school/College/Graduate school | One/Two/Three/Four or more | Full-time/Part-time/Retired
    Less than a pack/1 pack/2 packs/More | By mail/In person/By telephone/Other (Please specify) | Yes/No
""")
_SCALES = terms("""
    Agree/Disagree | Strongly Agree/Agree/Neutral/Disagree/Strongly Disagree | 1/2/3/4/5 | 1/2/3/4/5/6/7
    Poor/Fair/Good
    Excellent/Very Good/Good/Fair/Poor | Always/Sometimes/Never | Very Important/Somewhat Important/Not Important
    Yes/No/No Opinion | High/Medium/Low | Better/Same/Worse | Too Strong/About Right/Too Mild
""")


def questions(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Numbered long questions, each with options, with blanks, or with questions that follow from it."""
    rng, size = canvas.rng, canvas.size
    mark = rng.choice(("{}.", "{}.", "{})", "Q{}.", "{}a.", "({})", "Q.{}"))
    inside, start, across = rng.random() < 0.6, rng.choice((1, 1, 1, rng.randint(2, 30))), rng.random() < 0.5
    coded, box = rng.random() < 0.3, rng.choice(("", "( )", "[ ]", "___", "□", "____"))
    for number in range(start, start + rng.randint(3, 8)):
        text = fill(rng.choice(_QUESTIONS), canvas.vocabulary, rng, _WORDS)
        left = x0 + 2.6 * size
        text = capital(long_question(canvas.vocabulary, rng) if rng.random() < 0.2 else text)
        if inside:
            key = canvas.text(f"{mark.format(number)} {text}", x0, y, QUESTION, room=x1 - x0)
        else:
            canvas.text(mark.format(number), x0, y, OTHER)
            key = canvas.text(text, left, y, QUESTION, room=x1 - left)
        y = key.y1 + rng.uniform(0.3, 0.8) * size
        if rng.random() < 0.25:
            y = interviewer_notes(canvas, style, left, x1, y)
        y = (
            _options(canvas, style, left, x1, y, box, across, coded)
            if rng.random() < 0.6
            else _words(canvas, style, key, left, x1, y)
        )
        for letter in "abc"[: rng.choice((0, 0, 0, 1, 2, 3))]:
            text = capital(fill(rng.choice(_FOLLOWING), canvas.vocabulary, rng, _WORDS))
            form = f"{letter}. {text}" if rng.random() < 0.7 else text
            key = canvas.text(form, left, y, QUESTION, room=x1 - left)
            y = _words(canvas, style, key, left + size, x1, key.y1 + 0.3 * size)
        y += size * (style.leading - 1)
    return y


def rating_scale(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """Statements in rows, a scale over columns of marks; or the scale's numbers in every row, one of them circled."""
    rng, size = canvas.rng, canvas.size
    scale = rng.choice(_SCALES).split("/")
    left = x0 + rng.uniform(0.42, 0.6) * (x1 - x0)
    pitch = (x1 - left) / len(scale)
    if rng.random() < 0.4:
        y = interviewer_notes(canvas, style, x0, x1, y)
    if rng.random() < 0.3:
        title = rng.choice((compound(canvas.vocabulary, rng), "STATEMENTS", "Attributes", "How would you rate:"))
        canvas.text(title, x0, y, rng.choice((HEADER, QUESTION)), room=left - x0 - size)
    heads = [
        canvas.text(name, left + place * pitch, y, QUESTION, room=pitch - 0.5 * size, align="center", size=0.9 * size)
        for place, name in enumerate(scale)
    ]
    y = max(head.y1 for head in heads) + 0.7 * size
    repeated, mark = rng.random() < 0.3, rng.choice(("X", "X", "x", "✓", "√", "O"))
    form = rng.choice(("{s}", "{s}", "{n}. {s}", "{l}. {s}", "({l}) {s}"))
    for number in range(rng.randint(3, 10)):
        text = capital(fill(rng.choice(_STATEMENTS), canvas.vocabulary, rng, _WORDS))
        text = form.format(s=text, n=number + 1, l="abcdefghij"[number])
        key = canvas.text(text, x0, y, QUESTION, room=left - x0 - size)
        chosen = rng.randrange(len(scale)) if rng.random() < style.filled else -1
        for place, head in enumerate(heads):
            x = left + (place + 0.5) * pitch - 0.3 * size
            if place == chosen:
                spot = canvas.text(str(place + 1) if repeated else mark, x, y, ANSWER)
                canvas.link(key, spot)
                canvas.link(head, spot)
            elif repeated:
                canvas.text(str(place + 1), x, y, OTHER)
        y = key.y1 + size * (style.leading - 1)
    return y + 0.5 * size


def interviewer_notes(canvas: Canvas, style: Style, x0: float, x1: float, y: float) -> float:
    """What the interviewer is told."""
    text = fill(canvas.rng.choice(_ORDERS), canvas.vocabulary, canvas.rng, _WORDS)
    return canvas.text(text, x0, y, OTHER, room=x1 - x0).y1 + 0.5 * canvas.size


def _options(
    canvas: Canvas, style: Style, x0: float, x1: float, y: float, box: str, across: bool, coded: bool
) -> float:
    """Options in a line or below each other, with boxes or with codes behind them; the last may have a blank."""
    rng, size = canvas.rng, canvas.size
    names = rng.choice(_OPTIONS).split("/")
    chosen, x = rng.randrange(len(names)) if rng.random() < style.filled else -1, x0
    for number, name in enumerate(names):
        if across and x + canvas.measure(name) + 5 * size > x1:
            x, y = x0, y + 1.5 * size
        if name.startswith("Other"):
            key = canvas.text(name, x, y, QUESTION)
            end = _blank(canvas, key, key.x1 + size, y, x1, written=number == chosen)
        elif coded:
            key = canvas.text(name, x, y, QUESTION)
            code = canvas.text(str(number + 1), key.x1 + 1.2 * size, y, ANSWER if number == chosen else OTHER)
            if number == chosen:
                canvas.link(key, code)
            end = code.x1
        else:
            end = option(canvas, None, name, x, y, box, False, checked=number == chosen)
        x, y = (end + 2 * size, y) if across else (x0, y + 1.5 * size)
    return y + (1.7 if across else 0.4) * size


def _words(canvas: Canvas, style: Style, key: Spot, x0: float, x1: float, y: float) -> float:
    """An answer in words below a question, or the line for it."""
    bottom = y + 1.5 * canvas.size
    if canvas.rng.random() < style.filled:
        kind = canvas.rng.choice(("phrase", "phrase", "count", "date", "person", "company", "money"))
        text = (
            clause(canvas.vocabulary, canvas.rng) if kind == "phrase" else filled(kind, canvas.vocabulary, canvas.rng)
        )
        spot = canvas.text(text, x0, y, ANSWER, room=x1 - x0)
        canvas.link(key, spot)
        return max(bottom, spot.y1 + 0.5 * canvas.size)
    _blank(canvas, key, x0, y, x1, written=False)
    return bottom


def _blank(canvas: Canvas, key: Spot, x: float, y: float, x1: float, *, written: bool) -> float:
    """A line to write on, and what is written there; returns where it ends."""
    if written and x1 - x > 8 * canvas.size:
        spot = canvas.text(clause(canvas.vocabulary, canvas.rng), x, y, ANSWER, room=x1 - x)
        canvas.link(key, spot)
        return spot.x1
    if canvas.rng.random() < 0.5:
        canvas.stray("_" * canvas.rng.randint(6, 24), x, y)
    return x + 10 * canvas.size
