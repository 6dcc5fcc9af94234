"""What people tell in prose: what happened, what they think, want and advise, in sentences made for one trade.

The telling differs from what a form prints of itself (`writing.notice`, `instruction`): it has persons, past tense,
numbers and names; the form orders and reserves. Each call draws anew; nothing is read twice.
"""

from __future__ import annotations

import re
from random import Random

from synthetic.english.trades import TRADES
from synthetic.text.sentences import capital, fill
from synthetic.text.vocabulary import Vocabulary, terms

_PATTERNS = {
    "account": terms("""
        ~r ~w ~v the ~n ~l and found that it was ~f. | The ~n was ~f when ~w arrived ~l.
        ~w told us that the ~n had been ~v ~r.
        ~w noticed ~e ~l and stopped to look. | There was ~e ~r, and ~u ~p had to be ~v.
        We ~d ~v ~u of the ~u ~p ~r.
        After ~e the ~n was ~v and nothing more was seen. | ~w called ~w ~r to say that the ~p were ~f.
        By ~h:~z p.m. all ~p had been ~v, except for ~u that were ~f. | ~w was standing ~l when the ~n fell.
        I went back ~l with ~g ~s, who had ~v the ~n the day before. | The ~n measured ~u ~k, against ~u ~k ~r.
        About ~u ~k were lost before ~w could ~i the ~n. | Neither ~w nor ~w saw the ~n being ~v.
        ~w said the ~n "was ~f all along". | At first ~w thought of ~e, but the ~n was only ~f.
        The ~p ~l were ~v by ~w.
        ~g ~s of ~x ~v the ~p ~r; the ~n, however, stayed ~f. | It took ~u ~k and ~h men to ~i the ~n.
        The same thing happened ~r, when ~e kept us from the ~n. | While the ~n was being ~v, ~w heard ~e.
        ~w asked ~g to ~i the ~n, which was done ~r. | The ~n was left ~l and has not been ~v since.
        Nobody was hurt, but the ~n and ~h ~p are ~f. | He then ~v the ~n and left. | ~u ~p were ~v; ~h were ~f.
        ~w came ~l, ~v the ~n and ~v the ~p. | This was the third time in ~h weeks that ~w reported ~e.
        Since ~r the ~n has been ~f and the ~p ~a. | We waited ~u minutes, then ~w ~v the ~n again.
    """),
    "about": terms("""
        The ~n is a ~a one of ~u ~k with ~h ~p, ~v ~l. | It consists of a ~n, a ~n and ~u ~p ~l.
        ~x is a ~a ~n for ~p that are ~f. | The work covers the ~n and the ~p ~l, in all about ~u ~k.
        This project will ~i and ~i ~u ~p ~l over ~h months. | ~w and ~w share the ~n, which was ~v in ~y.
        In ~y ~w ~v the ~n; today some ~u percent of the ~p are ~v ~l. | The ~n holds ~u ~k and serves ~u ~p.
        The present ~n dates from ~y and cannot ~i more than ~u ~p. | A ~a ~n, ~v by ~x, is used ~l.
        Each ~n goes to ~w, who will ~i it ~l. | The ~p are ~v ~l and then ~v with a ~n from ~x.
        Unlike the ~n of ~y, this ~n needs no ~n and runs ~u ~k. | ~p from ~c and ~c make up ~u percent of it.
        A ~n ~l gives ~w a ~a view of the ~p. | The market for ~p grew to ~u,~z0 ~k in ~y, mostly ~l.
        Two ~p out of ~h are ~f; the others do well ~l. | ~h of the ~p belong to ~w and ~h to ~x.
        The visual shows ~w ~l with a ~n in one hand. | It smells of ~x and is ~f to the touch.
    """),
    "aim": terms("""
        To ~i the ~n ~l and ~i how many ~p are ~f. | To find out whether ~p are ~v by ~e. | To ~i ~p at ~u ~k.
        To learn why ~w and ~w differ on the ~n. | To bring the ~n below ~u ~k by ~m. | To ~i a ~n for ~p ~l.
        Determine how often ~p are ~f after ~e. | Compare the ~n of ~x with the ~n used ~l.
        To show that ~p can be ~v.
        To reduce ~e by ~u percent over ~y. | To measure what ~w think of the ~n.
        Does ~e change the ~p ~l, and how?
        To give ~w a ~n that will ~i ~u ~p. | Establish a ~a base for ~p among ~w.
        To train ~h of the ~w to ~i the ~n.
    """),
    "advice": terms("""
        We should ~i the ~n before ~m and ~i the ~p ~l. | Have ~w ~i the ~n once a week. | I would ~i the ~n first.
        ~w ought to ~i the ~n and let ~w ~i the ~p. | Consider a ~a ~n; it would save about ~u ~k a year.
        ~p could be ~v ~l instead of being ~v by hand. | Replace the ~n, which has been ~f since ~y.
        Keep ~h ~p ~l so that ~w need not wait for the ~n. | It may be wise to ~i the ~n before ~e comes again.
        Fewer ~p and a ~a ~n would help. | Put ~g ~s in charge of the ~n. | Ask ~x for a ~n of ~u ~k.
        If ~w had a second ~n, the ~p would not be ~f. | Next step: ~w to ~i the ~n, ~g ~s to ~i the ~p.
        I suggest that the ~n be ~v ~l and that ~w be told of ~e. | Try the ~n at ~u ~k before more ~p are ~v.
    """),
    "reason": terms("""
        ~w asked for it because the ~n is ~f. | The ~n can no longer be ~v ~l after ~e. | ~p were ~f ~r.
        Costs rose by ~u percent when ~x ~v the ~n. | Owing to ~e ~r, only ~u of ~u ~p were ~v.
        The first estimate left out the ~n and ~h ~p. | ~w moved ~l, and ~w has taken over the ~n.
        More ~p were ~v than ~w had planned for, about ~u ~k in all. | ~e ~r made the old ~n useless.
        The ~n was ~v too early, so that the ~p had to be ~v twice. | A new law of ~y calls for a ~a ~n ~l.
        Our ~n is ~f and ~w can get no parts for it. | ~x will not ~i the ~n after ~m.
    """),
    "opinion": terms("""
        I liked the ~n but the ~p were ~f. | It is the best ~n I have had in years. | ~w was very kind to us ~l.
        Too many ~p for my taste. | The ~n seems ~f to me. | Never again! The ~n was ~f and nobody cared.
        We come here every year and always enjoy the ~n. | The talk by Dr. ~s was worth the trip.
        I would buy it if the ~n were not so ~f. | My friends and I don't care for ~p like these.
        It looked like a ~a ~n, not like the one ~w showed me. | "Makes me think of ~e."
        Nice ~n, ~a price, ~f service. | I could not tell one ~n from the other. | Reminds me of ~x.
        I thought the ~n would be stronger. | They ~v our ~p ~r and said nothing. | Thank ~w for me!
        The second ~n left a ~a taste. | All in all a ~a day, and the ~p were well ~v.
    """),
    "detail": terms("""
        ~n: ~u ~k, ~a, ~v ~l | ~u x ~u ~k ~n, ~a | ~x ~n ~h.~u ~k; ~p ~u per ~n | ~a ~n with ~h ~p, not ~f
        ~n ~a / ~n ~a | ~h ~p, ~u ~k each, packed ~l | wt. ~u ~k, vol. ~h.~h, ~n ~v | Type ~h ~n (~x) at ~u ~k
        ~x #~u, ~a ~n, ~u ~p | ~n within ~h ~k of ~n | min. ~h.~h ~k, max. ~u.~h ~k | color as ~n ~u
    """),
    "note": terms("""
        ~w called ~r, wants the ~n by ~m ~u | the ~n is ~f - told ~g to ~i it | spoke with ~s re ~n, will call back
        ~p ~v ok | need ~u more ~p ~l | no ~n yet, waiting on ~x | left message for ~s ~r | ~e, see ~g ~s
        saw ~w ~l, not ready to ~i the ~n | ~u ~p short | pick up the ~n from ~x | ~n ~f again!! | paid ~u ~k
        ~g says ~p not ~v before ~r | check the ~n & the ~p w/ ~s | try ~x first | hold ~u ~p for ~s
        sent back to ~c
    """),
}
#: Kinds of prose, of several sentences each.
KINDS = tuple(_PATTERNS)
_ORDERS = terms("""
    Complete all ~a items before you ~i this form. | Attach ~p and ~h copies of the ~n.
    Print clearly; use ink only.
    The ~n shall be ~v by ~w within ~u days, or the ~n shall be void. | Do not ~i the ~n unless it has been ~v.
    All ~p must be ~v and signed by ~w before the ~n is ~v. | Forward the white copy to ~w; keep the other one.
    Any person who knowingly files a false ~n may be fined or imprisoned.
    Give a full account; use extra sheets if needed.
    No liability is accepted for ~p that are ~f. | State what was ~v, when, and by whom. | Use one form for each ~n.
    The ~n remains the property of ~x and may not be copied or ~v without its consent. | Write one statement a line.
    This report is required by law; failure to ~i it may lead to loss of the ~n.
    For help with this form call ~u-~u~u.
    The undersigned hereby releases ~x from all claims that arise from ~p or the ~n. | Return this form to ~x, ~c.
    You may be asked to ~i the ~n at a later date. | Describe fully, and name all ~p concerned. | Please be brief.
    Every ~n shall be kept on file for ~h years. | Where ~p are ~f, ~w shall ~i them at no cost to ~x.
    The information given here will be treated as confidential and used to ~i ~p only. | Retain the pink copy.
""")
_SHORT = {
    "and": "&", "with": "w/", "without": "w/o", "because": "b/c", "about": "abt", "before": "bef.", "between": "betw.",
    "department": "dept.", "approximately": "approx.", "percent": "%", "received": "rec'd", "the": "", "a": "",
    "minutes": "min", "hours": "hrs", "through": "thru", "that": "", "was": "", "were": "",
}  # fmt: skip
_ENDS = frozenset('.!?"')
#: What may stand before sentences that begin with one of _OPEN.
_LEADS = terms("""
    However, | In addition, | As a result, | According to ~g ~s, | At present | So far | On the whole,
    I think that | ~w said that
    We believe that | Also, | Then | ~r, | ~r | To date, | Again, | As you know, | Because of ~e
    ~w reports that | Unfortunately,
    In spite of ~e, | For this reason | Moreover, | As far as I know, | It seems that | When asked, ~w said
""")
_OPEN = ("~w ", "The ~", "There ", "~p ", "~n ", "~u ~p")
_VOWEL = re.compile(r"\b([Aa]) (?=[aeioAEIO])")


def narrate(v: Vocabulary, rng: Random, kind: str, sentences: int, trade: dict[str, tuple[str, ...]]) -> str:
    """So many different sentences of that kind, as one paragraph. KeyError: no such kind; ValueError: it has fewer."""
    parts = [_sentence(_led(pattern, rng), v, rng, trade) for pattern in rng.sample(_PATTERNS[kind], sentences)]
    ended = [part if part[-1] in _ENDS else part + rng.choice(".;,") for part in parts[:-1]]
    return " ".join((*ended, parts[-1]))


def instruction(v: Vocabulary, rng: Random, sentences: int) -> str:
    """What a form says to those who fill it in, and what its lawyers add: no answer to anything."""
    trade = rng.choice(TRADES)
    return " ".join(_sentence(rng.choice(_ORDERS), v, rng, trade) for _ in range(sentences))


def write_hurriedly(text: str, rng: Random) -> str:
    """The text as somebody in a hurry writes it: words shortened or left out, letters slipped, capitals gone."""
    words = []
    for word in text.split():
        drawn = rng.random()
        short = _SHORT.get(word.lower()) if drawn < 0.6 else None
        if short is not None:
            words += [short] if short else []
        elif 0.6 < drawn < 0.72 and len(word) > 4:
            words.append(_slipped(word, rng))
        else:
            words.append(word)
    text = " ".join(words)
    return text.lower() if rng.random() < 0.4 else text.replace(". ", rng.choice((" - ", ". ", ", ", "; ", " ")))


def write_as_telegram(text: str, rng: Random) -> str:
    """The text in capitals, without small words."""
    words = [word for word in text.split() if word.lower() not in ("the", "a", "an", "that", "of", "was", "were")]
    return " ".join(words).upper().replace(". ", rng.choice((" STOP ", " - ", ". ", " / ")))


def _slipped(word: str, rng: Random) -> str:
    """Two letters exchanged, or one lost, doubled or another."""
    at = rng.randrange(1, len(word) - 2)
    head, one, two, tail = word[:at], word[at], word[at + 1], word[at + 2 :]
    return head + rng.choice((two + one, two, one + one + two, rng.choice("aeiou") + two)) + tail


def _led(pattern: str, rng: Random) -> str:
    """Now and then with a beginning before it."""
    if not pattern.startswith(_OPEN) or rng.random() < 0.7:
        return pattern
    return f"{rng.choice(_LEADS)} {pattern[:1].lower()}{pattern[1:]}"


def _sentence(pattern: str, v: Vocabulary, rng: Random, trade: dict[str, tuple[str, ...]]) -> str:
    text = fill(pattern, v, rng, trade).replace("..", ".").replace(" by I ", " by me ")
    return _VOWEL.sub(r"\1n ", capital(text))
